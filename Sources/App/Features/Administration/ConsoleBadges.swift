import Core
import Markup

// The states of what only staff see, in words and colours.

extension PaymentRecord.Status {
    var badge: Badge {
        switch self {
        case .created: Badge("Prepared")
        case .open: Badge("Open", .info)
        case .processing: Badge("Processing", .info)
        case .succeeded: Badge("Succeeded", .success)
        case .failed: Badge("Failed", .failure)
        case .expired: Badge("Expired")
        case .cancelled: Badge("Cancelled")
        case .attention: Badge("Needs attention", .failure)
        case .returned: Badge("Returned")
        case .reversed: Badge("Taken back")
        case .credited: Badge("Became credit")
        }
    }
}

extension RefundRecord {
    var badge: Badge {
        switch status {
        case .succeeded: Badge("Refunded", .success)
        case .failed: Badge("Refund failed", .failure)
        case .created, .pending: Badge("Refund on its way", .info)
        }
    }
}

extension SubscriptionRecord.Status {
    var badge: Badge {
        switch self {
        case .trialing: Badge("Trial", .info)
        case .active: Badge("Active", .success)
        case .pastDue: Badge("Past due", .warning)
        case .suspended: Badge("Suspended", .warning)
        case .cancelled: Badge("Cancelled")
        }
    }
}

extension ServerRecord {
    var badge: Badge {
        if !isActive { return Badge("Switched off") }
        return isHealthy ? Badge("Healthy", .success) : Badge("Not well", .failure)
    }
}

extension Role {
    var badge: Badge {
        switch self {
        case .customer: Badge("Customer")
        case .support: Badge("Support", .info)
        case .billing: Badge("Billing", .info)
        case .admin: Badge("Administrator", .warning)
        }
    }
}

extension Quotas {
    /// `1 account · 3 domains · unlimited mailboxes`.
    var words: String {
        let all: [(Int64?, String, String)] = [
            (accounts, "account", "accounts"), (domains, "domain", "domains"),
            (databases, "database", "databases"), (emails, "mailbox", "mailboxes"),
        ]
        return all.map { limit, one, many in
            limit.map { counted($0, one, many) } ?? "unlimited \(many)"
        }.joined(separator: " · ")
    }
}

extension OrderedDomain {
    /// What is to be done with the name.
    var words: String {
        switch action {
        case .register: "Register for \(counted(years, "year"))"
        case .transfer: "Transfer to us"
        case .own: "Stays where it is"
        }
    }
}
