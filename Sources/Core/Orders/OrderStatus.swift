/// Where an order stands.
package enum OrderStatus: String, Sendable, CaseIterable {
    /// Made, and not paid.
    case pending
    /// Paid; delivery has not begun.
    case paid
    /// Being delivered.
    case fulfilling
    /// Everything was delivered.
    case completed
    /// Paid, and something could not be delivered without somebody's help.
    case attention
    /// Given up before it was paid.
    case cancelled
    /// Undone, and the money was given back.
    case refunded

    /// Whether nothing more will happen by itself.
    package var isFinal: Bool {
        switch self {
        case .completed, .cancelled, .refunded: true
        case .pending, .paid, .fulfilling, .attention: false
        }
    }

    /// Whether the order may be given up without giving money back.
    package var canBeCancelled: Bool { self == .pending }

    /// How a paid order stands by the steps that deliver it.
    package init(steps: [StepStatus]) {
        if steps.contains(.failed) {
            self = .attention
        } else if steps.contains(.pending) || steps.contains(.running) {
            self = .fulfilling
        } else {
            self = .completed
        }
    }
}

/// The steps that deliver an order, in the order they run.
package enum StepName: String, Sendable, CaseIterable {
    case payment
    case license
    case domain
    case hostingAccount = "hosting_account"
    case panelLicense = "panel_license"
    case welcomeEmail = "welcome_email"

    /// The steps of each thing that was ordered, after the order's payment.
    package static let ofItem: [StepName] = [
        .license, .domain, .hostingAccount, .panelLicense, .welcomeEmail,
    ]
}

/// Where a step stands.
package enum StepStatus: String, Sendable, CaseIterable {
    case pending, running, succeeded, failed, compensated, skipped

    /// Whether the next step may begin.
    package var isDone: Bool { self == .succeeded || self == .skipped }
}

/// What is to be done with a domain name that is ordered along.
package enum DomainAction: String, Sendable, CaseIterable {
    case register, transfer, own
}
