import Core
import Foundation
import Wire

extension JSON {
    /// A text, or null that is sent as such.
    private static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    /// A number, or null that is sent as such.
    private static func count(_ count: Int64?) -> JSON { count.map(JSON.integer) ?? .null }

    /// The body that makes an account: exactly these names, in the order they are documented in.
    init(_ request: PanelAccountRequest) {
        let isAdministrator = JSON.bool(request.type.isAdministrator)
        let type = JSON.string(request.type.rawValue)
        self = [
            "username": .string(request.username),
            "email": .string(request.email),
            "password": .string(request.password),
            "full_name": .text(request.fullName),
            "phone": .text(request.phone),
            "company": .text(request.company),
            "package_id": .count(request.packageID),
            "is_admin": isAdministrator,
            "billing_id": .string(request.billingID),
            "metadata": [
                "created_from": "billing_system",
                "billing_customer_id": .string(request.customerID),
                "account_type": type,
                "is_admin": isAdministrator,
                "account_level": type,
                "created_at": .string(request.createdAt.naiveUTC),
            ],
        ]
    }

    init(_ grant: PanelLicenseGrant) {
        self = [
            "license_key": .string(grant.licenseKey),
            "email": .string(grant.email),
            "plan": .string(grant.plan),
            "features": [
                "max_databases": .count(grant.maxDatabases),
                "max_domains": .count(grant.maxDomains),
                "max_emails": .count(grant.maxEmails),
            ],
        ]
    }

    /// A number that may have come as a fraction.
    fileprivate var roundedInteger: Int64? {
        if case .number(let value) = self { Int64(exactly: value.rounded()) } else { integer }
    }

    /// An identifier, be it a text or a number.
    fileprivate var identifierText: String? { string ?? integer.map(String.init) }
}

extension Date {
    /// This moment as panels write it: ISO 8601 in UTC without saying so, microseconds if any.
    var naiveUTC: String {
        let microseconds = Int64((timeIntervalSince1970 * 1e6).rounded())
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let whole = Date(timeIntervalSince1970: Double(rest < 0 ? seconds - 1 : seconds))
        let text = whole.formatted(.iso8601).dropLast()
        let fraction = rest < 0 ? rest + 1_000_000 : rest
        guard fraction > 0 else { return String(text) }
        let digits = String(fraction)
        return text + "." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}

extension PanelAccount {
    /// An account as the panel lists it; nil without its number and its name.
    init?(_ json: JSON) {
        guard let id = json["id"]?.integer, let username = json["username"]?.string else {
            return nil
        }
        let billingID = json["billing_id"] ?? json["metadata"]?["billing_id"]
        self.init(
            id: id,
            username: username,
            email: json["email"]?.string ?? "",
            billingID: billingID?.identifierText,
            isSuspended: PanelAccount.isSuspended(json)
        )
    }

    /// What is said by `status` or, in older versions, by `is_active`.
    private static func isSuspended(_ json: JSON) -> Bool? {
        if let status = json["status"]?.string { return status == "suspended" }
        return json["is_active"]?.bool.map { !$0 }
    }

    /// A new account, of which the panel need only say the number.
    init?(created json: JSON?, for request: PanelAccountRequest) {
        guard let json, let id = json["id"]?.integer else { return nil }
        self.init(
            id: id,
            username: json["username"]?.string ?? request.username,
            email: json["email"]?.string ?? request.email,
            billingID: json["billing_id"]?.identifierText
        )
    }
}

extension PanelStatistics {
    /// What an account uses; nil without the account's number, while a count left out is nought.
    init?(_ json: JSON) {
        guard let userID = json["user_id"]?.integer else { return nil }
        func count(_ name: String) -> Int64 { json[name]?.roundedInteger ?? 0 }
        self.init(
            userID: userID,
            username: json["username"]?.string ?? "",
            email: json["email"]?.string ?? "",
            totalDomains: count("total_domains"),
            totalDatabases: count("total_databases"),
            totalEmailAccounts: count("total_email_accounts"),
            totalSSLCertificates: count("total_ssl_certificates"),
            storageUsed: count("storage_used"),
            lastLogin: json["last_login"]?.string,
            accountAgeDays: count("account_age_days")
        )
    }
}
