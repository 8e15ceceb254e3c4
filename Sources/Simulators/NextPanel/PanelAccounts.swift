import Foundation
import Wire

/// An account on a simulated panel.
struct SimulatedPanelAccount: Codable, Sendable {
    let id: Int64
    let username: String
    let email: String
    var password: String
    let fields: JSON
    let createdAt: Date
    var suspension: String?
    var license: String?
    var lastLogin: Date?
    /// Names by kind: `databases`, `domains`, `emails`.
    var resources: [String: [String]] = [:]

    func count(_ kind: String) -> Int64 { Int64(resources[kind]?.count ?? 0) }

    /// As the API shows it; the password is never shown.
    var json: JSON {
        func field(_ name: String) -> JSON { fields[name] ?? .null }
        return [
            "id": .integer(id), "username": .string(username), "email": .string(email),
            "full_name": field("full_name"), "phone": field("phone"),
            "company": field("company"), "package_id": field("package_id"),
            "is_admin": field("is_admin"), "billing_id": field("billing_id"),
            "metadata": field("metadata"), "is_active": .bool(suspension == nil),
            "status": suspension == nil ? "active" : "suspended",
            "suspension_reason": .text(suspension),
            "created_at": .string(createdAt.rfc3339Text),
        ]
    }

    func statistics(now: Date) -> JSON {
        [
            "user_id": .integer(id), "username": .string(username), "email": .string(email),
            "total_domains": .integer(count("domains")),
            "total_databases": .integer(count("databases")),
            "total_email_accounts": .integer(count("emails")), "total_ssl_certificates": 0,
            "storage_used": .integer(count("databases") * 1_048_576),
            "last_login": .text(lastLogin?.rfc3339Text),
            "account_age_days": .integer(Int64(now.timeIntervalSince(createdAt) / 86_400)),
        ]
    }
}

/// Everything one simulated panel holds.
struct PanelAccounts: Codable, Sendable {
    var accounts: [Int64: SimulatedPanelAccount] = [:]
    /// Licences by the e-mail address they came with.
    var grants: [JSON] = []
    /// Accounts by the cookie of a browser.
    var sessions: [String: Int64] = [:]
    private var issued: Int64 = 0

    var sorted: [SimulatedPanelAccount] { accounts.values.sorted { $0.id < $1.id } }

    mutating func create(_ body: JSON, now: Date) throws(PanelRefusal) -> JSON {
        let username = body["username"]?.string ?? ""
        let email = body["email"]?.string ?? ""
        guard (3...32).contains(username.utf8.count),
            username.utf8.allSatisfy({
                (97...122).contains($0) || (48...57).contains($0) || $0 == 95 || $0 == 45
            })
        else { throw .unprocessable("username", "Username may have a-z, 0-9, - and _ only", body) }
        guard email.contains("@") else {
            throw .unprocessable("email", "value is not a valid email address", body)
        }
        for account in accounts.values {
            if account.username == username { throw .conflict("Username already registered") }
            if account.email == email { throw .conflict("Email already registered") }
        }
        issued += 1
        let account = SimulatedPanelAccount(
            id: issued,
            username: username,
            email: email,
            password: body["password"]?.string ?? "",
            fields: body,
            createdAt: now,
            license: grants.last { $0["email"]?.string == email }?["license_key"]?.string
        )
        accounts[account.id] = account
        return account.json
    }

    mutating func provision(_ body: JSON) -> JSON {
        grants.append(body)
        let email = body["email"]?.string
        for (id, account) in accounts where account.email == email {
            accounts[id]?.license = body["license_key"]?.string
        }
        return ["status": "provisioned", "license_key": body["license_key"] ?? .null]
    }

    var state: JSON {
        [
            "accounts": .array(
                sorted.map { account in
                    let resources: JSON = .object(
                        account.resources.sorted { $0.key < $1.key }.map { kind, names in
                            .init(kind, .array(names.map { .string($0) }))
                        }
                    )
                    return account.json.merging([
                        "license_key": .text(account.license), "resources": resources,
                    ])
                }
            ),
            "licenses": .array(grants.map { $0.removing("email") }),
        ]
    }
}

/// A refusal of a panel, worded as FastAPI does.
struct PanelRefusal: Error {
    let status: Int
    let detail: JSON

    static func conflict(_ text: String) -> PanelRefusal {
        PanelRefusal(status: 409, detail: .string(text))
    }

    static let forbidden = PanelRefusal(
        status: 403,
        detail: "The user doesn't have super admin privileges"
    )
    static let noAccount = PanelRefusal(status: 404, detail: "User not found")
    static let noPath = PanelRefusal(status: 404, detail: "Not Found")

    static func unprocessable(_ field: String, _ text: String, _ body: JSON) -> PanelRefusal {
        PanelRefusal(
            status: 422,
            detail: [
                [
                    "type": "value_error", "loc": ["body", .string(field)],
                    "msg": .string(text), "input": body[field] ?? .null,
                ]
            ]
        )
    }

    static func missing(_ fields: [String]) -> PanelRefusal {
        PanelRefusal(
            status: 422,
            detail: .array(
                fields.map {
                    ["type": "missing", "loc": ["body", .string($0)], "msg": "Field required"]
                }
            )
        )
    }
}
