package import struct Foundation.Date

/// A NextPanel server's interface for billing.
///
/// All calls throw ``RemoteFailure``. The panel takes no idempotency key: an account whose creation
/// was not answered is looked for among ``accounts(on:)`` by its user name and adopted.
package protocol HostingPanel: Sendable {
    /// Whether the server answers its health check.
    func isHealthy(_ server: PanelServer) async -> Bool

    /// Makes an account.
    func createAccount(
        _ request: PanelAccountRequest,
        on server: PanelServer
    ) async throws -> PanelAccount

    /// Reads an account; nil when the panel has none of that number.
    func account(_ id: Int64, on server: PanelServer) async throws -> PanelAccount?

    /// Lists the accounts that billing may see.
    func accounts(on server: PanelServer) async throws -> [PanelAccount]

    /// Stops an account's sites and log-in, with the reason that its owner is shown.
    func suspend(_ id: Int64, reason: String, on server: PanelServer) async throws

    /// Lets a stopped account go on.
    func unsuspend(_ id: Int64, on server: PanelServer) async throws

    /// Removes an account with everything in it; one that is gone already counts as removed.
    func delete(_ id: Int64, on server: PanelServer) async throws

    /// What an account uses.
    func statistics(_ id: Int64, on server: PanelServer) async throws -> PanelStatistics

    /// Hands the licence and its limits to the panel.
    func provisionLicense(
        _ grant: PanelLicenseGrant,
        on server: PanelServer
    ) async throws -> PanelLicenseAnswer
}

/// How a panel is reached.
package struct PanelServer: Sendable {
    /// Without a slash at the end.
    package let baseURL: String
    package let apiKey: String
    /// Sent with every call; never logged.
    package let apiSecret: String

    package init(baseURL: String, apiKey: String, apiSecret: String) {
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.apiSecret = apiSecret
    }
}

/// The kind of account a panel makes.
package enum PanelAccountType: String, Sendable, CaseIterable {
    case panel
    case reseller
    case masterReseller = "master-reseller"

    /// Whether the panel gives accounts of this kind administrator's rights.
    package var isAdministrator: Bool { self != .panel }
}

/// An account to make.
package struct PanelAccountRequest: Sendable, Equatable {
    package let username: String
    package let email: String
    package let password: String
    package let fullName: String?
    package let phone: String?
    package let company: String?
    package let packageID: Int64?
    package let type: PanelAccountType
    /// Ours, by which a lost answer's account is recognised.
    package let billingID: String
    package let customerID: String
    package let createdAt: Date

    package init(
        username: String,
        email: String,
        password: String,
        fullName: String?,
        phone: String?,
        company: String?,
        packageID: Int64?,
        type: PanelAccountType,
        billingID: String,
        customerID: String,
        createdAt: Date
    ) {
        self.username = username
        self.email = email
        self.password = password
        self.fullName = fullName
        self.phone = phone
        self.company = company
        self.packageID = packageID
        self.type = type
        self.billingID = billingID
        self.customerID = customerID
        self.createdAt = createdAt
    }
}

/// An account as the panel shows it.
package struct PanelAccount: Sendable, Equatable {
    package let id: Int64
    package let username: String
    package let email: String
    /// What we called it, when the panel keeps that.
    package let billingID: String?
    /// Whether it is stopped; nil when the panel does not say.
    package let isSuspended: Bool?

    package init(
        id: Int64,
        username: String,
        email: String,
        billingID: String?,
        isSuspended: Bool? = nil
    ) {
        self.id = id
        self.username = username
        self.email = email
        self.billingID = billingID
        self.isSuspended = isSuspended
    }
}

/// What an account uses, as the panel counts it.
package struct PanelStatistics: Sendable, Equatable {
    package let userID: Int64
    package let username: String
    package let email: String
    package let totalDomains: Int64
    package let totalDatabases: Int64
    package let totalEmailAccounts: Int64
    package let totalSSLCertificates: Int64
    package let storageUsed: Int64
    package let lastLogin: String?
    package let accountAgeDays: Int64

    package init(
        userID: Int64,
        username: String,
        email: String,
        totalDomains: Int64,
        totalDatabases: Int64,
        totalEmailAccounts: Int64,
        totalSSLCertificates: Int64,
        storageUsed: Int64,
        lastLogin: String?,
        accountAgeDays: Int64
    ) {
        self.userID = userID
        self.username = username
        self.email = email
        self.totalDomains = totalDomains
        self.totalDatabases = totalDatabases
        self.totalEmailAccounts = totalEmailAccounts
        self.totalSSLCertificates = totalSSLCertificates
        self.storageUsed = storageUsed
        self.lastLogin = lastLogin
        self.accountAgeDays = accountAgeDays
    }
}

/// A licence for an account; a limit of nil means none.
package struct PanelLicenseGrant: Sendable, Equatable {
    package let licenseKey: String
    package let email: String
    package let plan: String
    package let maxDatabases: Int64?
    package let maxDomains: Int64?
    package let maxEmails: Int64?

    package init(
        licenseKey: String,
        email: String,
        plan: String,
        maxDatabases: Int64?,
        maxDomains: Int64?,
        maxEmails: Int64?
    ) {
        self.licenseKey = licenseKey
        self.email = email
        self.plan = plan
        self.maxDatabases = maxDatabases
        self.maxDomains = maxDomains
        self.maxEmails = maxEmails
    }
}

/// What a panel made of a licence.
package enum PanelLicenseAnswer: Sendable, Equatable {
    case accepted
    /// The panel's version does not know licences; the account works all the same.
    case notSupported
}
