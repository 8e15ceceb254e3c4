import Core
import Foundation
import Support
import Web

extension PanelAccountType: APIEnum {}
extension HostingAccountRecord.Status: APIEnum {}

/// An account to be made by hand.
struct NewAccountBody: APIModel {
    let customerID: ID<Customer>
    let orderID: ID<Order>?
    let username: String
    let email: String
    let password: String?
    let fullName: String?
    let phone: String?
    let company: String?
    let packageID: Int64?
    let serverID: ID<Server>?
    let isAdmin: Bool?
    let accountType: PanelAccountType?

    static let model = Model(
        "new_hosting_account",
        "An account to make on one of the panels.",
        NewAccountBody.init,
        Field("customer_id", \.customerID, "Whose it is."),
        Field("order_id", \.orderID, "A paid order of the customer that it delivers."),
        Field(
            "username",
            \.username,
            "Its log-in.",
            .pattern("[a-z][a-z0-9_-]{2,31}", "a letter and 2 to 31 of a-z, 0-9, - and _")
        ),
        Field("email", \.email, "Its owner's address.", .length(3...254), .format("email")),
        Field(
            "password",
            \.password,
            "When absent one is made, and a link that shows it once is mailed to the owner.",
            .length(8...128),
            .singleLine,
            .format("password")
        ),
        Field("full_name", \.fullName, "Its owner's name.", .length(1...200), .singleLine),
        Field("phone", \.phone, "Such as +15550100000.", .length(1...32), .singleLine),
        Field("company", \.company, "Its owner's company.", .length(1...200), .singleLine),
        Field("package_id", \.packageID, "The panel's package.", .range(1...2_147_483_647)),
        Field("server_id", \.serverID, "The server with the most room when absent."),
        Field("is_admin", \.isAdmin, "Whether it administers; false when absent."),
        Field("account_type", \.accountType, "By is_admin reseller or panel when absent."),
    )

    /// - Throws: a ``FieldError`` for an address that is none, or a type that contradicts.
    func wish() throws -> Provisioning.Wish {
        guard EmailAddress(email) != nil else {
            throw FieldError("email", "bad_format", "must be an e-mail address")
        }
        if isAdmin == true, accountType == .panel {
            throw FieldError("account_type", "contradiction", "a panel account is no administrator")
        }
        return Provisioning.Wish(
            customer: customerID,
            order: orderID,
            server: serverID,
            username: username,
            email: email,
            password: password.map { Secret($0) },
            type: accountType ?? (isAdmin == true ? .reseller : .panel),
            parameters: HostingAccountParameters(
                fullName: fullName,
                phone: phone,
                company: company,
                packageID: packageID
            )
        )
    }
}

/// What became of an account that was asked for.
struct ProvisionedBody: APIModel {
    let success: Bool
    let accountID: ID<HostingAccount>
    let serverName: String
    let serverURL: String
    let remoteUserID: Int64?
    let username: String
    let error: String?

    static let model = Model(
        "provisioned_account",
        "What became of an account that was asked for.",
        ProvisionedBody.init(
            success:
            accountID:
            serverName:
            serverURL:
            remoteUserID:
            username:
            error:
        ),
        Field("success", \.success, "Whether the panel has it."),
        Field("account_id", \.accountID, "Starts with acc_."),
        Field("server_name", \.serverName, "The server it is on."),
        Field("server_url", \.serverURL, "Where its owner logs in."),
        Field("nextpanel_user_id", \.remoteUserID, "The panel's number of it."),
        Field("username", \.username, "Its log-in."),
        Field("error", \.error, "Why the panel did not make it."),
    )
}

extension ProvisionedBody {
    init(_ result: Provisioning.Result) {
        self.init(
            success: result.refusal == nil,
            accountID: result.account.id,
            serverName: result.server.name,
            serverURL: result.server.baseURL,
            remoteUserID: result.account.remoteUserID,
            username: result.account.username,
            error: result.refusal.map { "Failed to create account: \($0)" }
        )
    }
}

/// An account as staff see it; its password is never shown.
struct HostingAccountBody: APIModel {
    let id: ID<HostingAccount>
    let customerID: ID<Customer>
    let orderItemID: ID<OrderItem>?
    let serverID: ID<Server>
    let remoteUserID: Int64?
    let username: String
    let email: String
    let accountType: PanelAccountType
    let status: HostingAccountRecord.Status
    let suspendedReason: String?
    let createdAt: Date

    static let model = Model(
        "hosting_account",
        "An account on one of the panels.",
        HostingAccountBody.init(
            id:
            customerID:
            orderItemID:
            serverID:
            remoteUserID:
            username:
            email:
            accountType:
            status:
            suspendedReason:
            createdAt:
        ),
        Field("id", \.id, "Starts with acc_."),
        Field("customer_id", \.customerID, "Whose it is."),
        Field("order_item_id", \.orderItemID, "What it delivers; null for one made by hand."),
        Field("server_id", \.serverID, "The server it is on."),
        Field("nextpanel_user_id", \.remoteUserID, "The panel's number of it."),
        Field("username", \.username, "Its log-in."),
        Field("email", \.email, "Its owner's address."),
        Field("account_type", \.accountType, "What it may do."),
        Field("status", \.status, "Where it stands."),
        Field("suspended_reason", \.suspendedReason, "Why it is stopped."),
        Field("created_at", \.createdAt, "When it was asked for."),
    )
}

extension HostingAccountBody {
    init(_ account: HostingAccountRecord) {
        self.init(
            id: account.id,
            customerID: account.customer,
            orderItemID: account.item,
            serverID: account.server,
            remoteUserID: account.remoteUserID,
            username: account.username,
            email: account.email,
            accountType: account.type,
            status: account.status,
            suspendedReason: account.suspendedReason,
            createdAt: account.createdAt
        )
    }
}

struct SuspensionBody: APIModel {
    let reason: String?

    static let model = Model(
        "suspension",
        "Why an account is to be stopped.",
        SuspensionBody.init,
        Field("reason", \.reason, "Its owner is shown it.", .length(1...500), .singleLine),
    )
}

struct AccountChangeBody: APIModel {
    let message: String
    let accountID: ID<HostingAccount>
    let status: HostingAccountRecord.Status

    static let model = Model(
        "account_change",
        "How an account stands after a change.",
        AccountChangeBody.init,
        Field("message", \.message, "For people."),
        Field("account_id", \.accountID, "Starts with acc_."),
        Field("status", \.status, "Where it stands now."),
    )
}

struct AccountStatisticsBody: APIModel {
    let userID: Int64
    let username: String
    let email: String
    let totalDomains: Int64
    let totalDatabases: Int64
    let totalEmailAccounts: Int64
    let totalSSLCertificates: Int64
    let storageUsed: Int64
    let lastLogin: String?
    let accountAgeDays: Int64

    static let model = Model(
        "account_statistics",
        "What an account uses, as its panel counts it.",
        AccountStatisticsBody.init(
            userID:
            username:
            email:
            totalDomains:
            totalDatabases:
            totalEmailAccounts:
            totalSSLCertificates:
            storageUsed:
            lastLogin:
            accountAgeDays:
        ),
        Field("user_id", \.userID, "The panel's number of it."),
        Field("username", \.username, "Its log-in."),
        Field("email", \.email, "Its owner's address."),
        Field("total_domains", \.totalDomains, "How many domains."),
        Field("total_databases", \.totalDatabases, "How many databases."),
        Field("total_email_accounts", \.totalEmailAccounts, "How many mailboxes."),
        Field("total_ssl_certificates", \.totalSSLCertificates, "How many certificates."),
        Field("storage_used", \.storageUsed, "In the panel's unit."),
        Field("last_login", \.lastLogin, "As the panel writes it."),
        Field("account_age_days", \.accountAgeDays, "How old it is."),
    )
}

extension AccountStatisticsBody {
    init(_ statistics: PanelStatistics) {
        self.init(
            userID: statistics.userID,
            username: statistics.username,
            email: statistics.email,
            totalDomains: statistics.totalDomains,
            totalDatabases: statistics.totalDatabases,
            totalEmailAccounts: statistics.totalEmailAccounts,
            totalSSLCertificates: statistics.totalSSLCertificates,
            storageUsed: statistics.storageUsed,
            lastLogin: statistics.lastLogin,
            accountAgeDays: statistics.accountAgeDays
        )
    }
}
