package import struct Foundation.Date

/// What a panel may ask to do.
package enum LicensedFeature: String, Sendable, CaseIterable {
    case createAccount = "create_account"
    case createDomain = "create_domain"
    case createDatabase = "create_database"
    case createEmail = "create_email"

    /// What the feature uses up.
    package var resource: LicensedResource {
        switch self {
        case .createAccount: .accounts
        case .createDomain: .domains
        case .createDatabase: .databases
        case .createEmail: .emails
        }
    }
}

/// What a licence limits.
package enum LicensedResource: String, Sendable, CaseIterable {
    case accounts, domains, databases, emails
}

/// How many of each a licence allows; nil is unlimited.
package struct Quotas: Sendable, Hashable {
    /// What several of the same allow; what has no limit keeps none.
    package func multiplied(by quantity: Int64) -> Quotas {
        Quotas(
            accounts: accounts.map { $0 * quantity },
            domains: domains.map { $0 * quantity },
            databases: databases.map { $0 * quantity },
            emails: emails.map { $0 * quantity }
        )
    }

    package let accounts: Int64?
    package let domains: Int64?
    package let databases: Int64?
    package let emails: Int64?

    package init(accounts: Int64?, domains: Int64?, databases: Int64?, emails: Int64?) {
        self.accounts = accounts
        self.domains = domains
        self.databases = databases
        self.emails = emails
    }

    package subscript(resource: LicensedResource) -> Int64? {
        switch resource {
        case .accounts: accounts
        case .domains: domains
        case .databases: databases
        case .emails: emails
        }
    }
}

/// How many of each a licence has used; plain numbers, because memory holds one for each licence.
package struct UsedQuotas: Sendable, Equatable {
    private let accounts: Int64
    private let domains: Int64
    private let databases: Int64
    private let emails: Int64

    /// What was never counted is unused.
    package init(_ used: [LicensedResource: Int64]) {
        accounts = used[.accounts, default: 0]
        domains = used[.domains, default: 0]
        databases = used[.databases, default: 0]
        emails = used[.emails, default: 0]
    }

    package subscript(resource: LicensedResource) -> Int64 {
        switch resource {
        case .accounts: accounts
        case .domains: domains
        case .databases: databases
        case .emails: emails
        }
    }
}

/// Whether a licence is good.
package enum LicenseStatus: String, Sendable, CaseIterable {
    case active, suspended, expired, cancelled
}

/// What a licence says of itself when a panel asks.
package struct LicenseTerms: Sendable, Equatable {
    package let status: LicenseStatus
    package let expiresAt: Date?
    package let quotas: Quotas
    package let used: UsedQuotas

    package init(
        status: LicenseStatus,
        expiresAt: Date?,
        quotas: Quotas,
        used: UsedQuotas
    ) {
        self.status = status
        self.expiresAt = expiresAt
        self.quotas = quotas
        self.used = used
    }
}

/// The answer to a panel's question.
package enum LicenseDecision: Sendable, Equatable {
    /// Allowed; `remaining` counts before the action, nil when unlimited.
    case allowed(remaining: Int64?)
    case notFound
    case suspended
    case expired
    case cancelled
    case quotaExceeded(remaining: Int64)
    case unknownFeature

    /// Decides whether `quantity` more of a feature's resource are allowed now.
    package init(
        _ terms: LicenseTerms?,
        feature: LicensedFeature?,
        quantity: Int64,
        now: Date
    ) {
        guard let terms else {
            self = .notFound
            return
        }
        switch terms.status {
        case .suspended: self = .suspended
        case .cancelled: self = .cancelled
        case .expired: self = .expired
        case .active where terms.expiresAt.map({ $0 <= now }) ?? false: self = .expired
        case .active: self.init(active: terms, feature: feature, quantity: quantity)
        }
    }

    private init(active terms: LicenseTerms, feature: LicensedFeature?, quantity: Int64) {
        guard let feature else {
            self = .unknownFeature
            return
        }
        guard let allowed = terms.quotas[feature.resource] else {
            self = .allowed(remaining: nil)
            return
        }
        let remaining = max(0, allowed - terms.used[feature.resource])
        self =
            quantity <= remaining
            ? .allowed(remaining: remaining) : .quotaExceeded(remaining: remaining)
    }
}
