import Core
import Web

extension LedgerAccountKind {
    /// What stands on such accounts, to people.
    var label: String {
        switch self {
        case .receivable: "Owed by customers"
        case .clearing: "At the card processor"
        case .revenue: "Revenue"
        case .deferredRevenue: "Revenue of times to come"
        case .tax: "Tax"
        case .customerCredit: "Credit of customers"
        case .refunds: "Refunds"
        case .fees: "Fees of the card processor"
        case .domainCosts: "Cost of domain names"
        case .suspense: "Money to be placed"
        case .disputes: "Held back in disputes"
        case .disputeLosses: "Lost in disputes"
        case .badDebt: "Given up"
        case .promotions: "Credit that was given"
        case .payables: "Owed to registrars"
        }
    }
}

extension LedgerAccountRecord {
    /// Its kind, and whose it is.
    var label: String {
        [kind.label, customerName, gateway].compactMap { $0 }.joined(separator: " · ")
    }
}

extension LedgerEntryRecord {
    /// What was booked, to people: `payment_captured` is "Payment captured".
    var postingLabel: String {
        let words = posting.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// The amount where debits stand, or where credits do.
    var debit: Money? { amount.minorUnits > 0 ? amount : nil }
    var credit: Money? { amount.minorUnits < 0 ? -amount : nil }
}

extension LedgerCause {
    /// What it is, to people.
    var label: String {
        switch type {
        case Invoice.idPrefix: "Invoice"
        case Payment.idPrefix: "Payment"
        case Refund.idPrefix: "Refund"
        default: type
        }
    }

    /// Where it is shown: payments and refunds on the page of their order or of their invoice.
    var path: String? {
        if type == Invoice.idPrefix { return ConsoleOrderRoutes.invoice.path(ID(uuid)) }
        return order.map { ConsoleOrderRoutes.show.path($0) }
            ?? invoice.map { ConsoleOrderRoutes.invoice.path($0) }
    }
}
