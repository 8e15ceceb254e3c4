import Core

// The states of things in words and colours, the same on every page.

extension OrderStatus {
    var badge: Badge {
        switch self {
        case .pending: Badge("Awaiting payment", .warning)
        case .paid: Badge("Paid", .info)
        case .fulfilling: Badge("Being set up", .info)
        case .completed: Badge("Completed", .success)
        case .attention: Badge("Needs attention", .failure)
        case .cancelled: Badge("Cancelled")
        case .refunded: Badge("Refunded")
        }
    }
}

extension StepStatus {
    var mark: Timeline.Mark {
        switch self {
        case .pending: .waiting
        case .running: .running
        case .succeeded: .done
        case .failed: .failed
        case .compensated: .undone
        case .skipped: .skipped
        }
    }
}

extension StepName {
    /// What the step is to a customer.
    var label: String {
        switch self {
        case .payment: "Payment"
        case .license: "Licence"
        case .domain: "Domain name"
        case .hostingAccount: "Hosting account"
        case .panelLicense: "Licence in your panel"
        case .welcomeEmail: "Welcome e-mail"
        }
    }
}

extension InvoiceRecord.Status {
    var badge: Badge {
        switch self {
        case .draft: Badge("Draft")
        case .open: Badge("Open", .warning)
        case .paid: Badge("Paid", .success)
        case .void: Badge("Void")
        case .uncollectible: Badge("Uncollectible", .failure)
        }
    }
}

extension LicenseStatus {
    var badge: Badge {
        switch self {
        case .active: Badge("Active", .success)
        case .suspended: Badge("Suspended", .warning)
        case .expired: Badge("Expired", .failure)
        case .cancelled: Badge("Cancelled")
        }
    }
}

extension HostingAccountRecord.Status {
    var badge: Badge {
        switch self {
        case .provisioning: Badge("Being set up", .info)
        case .active: Badge("Active", .success)
        case .suspended: Badge("Suspended", .warning)
        case .terminated: Badge("Ended")
        case .failed: Badge("Failed", .failure)
        }
    }
}

extension DomainNameRecord.Status {
    var badge: Badge {
        switch self {
        case .pending: Badge("Pending", .info)
        case .active: Badge("Active", .success)
        case .failed: Badge("Failed", .failure)
        case .expired: Badge("Expired", .warning)
        case .cancelled: Badge("Cancelled")
        }
    }
}
