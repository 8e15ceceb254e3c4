import Core
import Cryptography
import Foundation
import HTTPServer
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

extension TestApp {
    /// An access token of somebody with an account, without the log-in.
    func token(of name: String) async throws -> String {
        let services = services
        return try await services.database.transaction(for: .system) { session in
            let user = try #require(try session.user(emailKey: "\(name)@example.com"))
            return try RefreshTokens.issue(for: user, session, services, now: services.clock.now)
                .accessToken
        }
    }

    /// The customer of the demo account.
    var demoCustomer: ID<Customer> {
        get async throws {
            try await services.database.transaction(for: .system) { session in
                try session.one("SELECT id FROM customers WHERE email = 'customer@example.com'") {
                    try $0.id("id")
                }
            }
        }
    }

    /// A customer beside the demo one, without a log-in of its own.
    func anotherCustomer() async throws -> ID<Customer> {
        let (id, now) = (ID<Customer>(services.ids.next()), services.clock.now)
        try await services.database.transaction(for: .system) { session in
            try session.storeCustomer(
                id,
                name: "Otto Other",
                company: nil,
                email: "otto@example.net",
                now: now
            )
        }
        return id
    }

    /// Gives a customer, the demo one unless told, a licence that was never paid for.
    func makeLicense(
        for customer: ID<Customer>? = nil,
        quotas: Quotas = Quotas(accounts: 1, domains: 3, databases: 5, emails: nil),
        status: LicenseStatus = .active,
        expiresInDays: Double = 30
    ) async throws -> TestLicense {
        var owner = try await demoCustomer
        if let customer { owner = customer }
        let license = TestLicense(
            id: ID(services.ids.next()),
            key: LicenseKey(randomBytes: randomBytes(10)),
            customer: owner
        )
        let services = services
        let now = services.clock.now
        let sealed = try services.keyring.seal(
            license.key.text,
            context: LicenseRecord.context(of: license.id)
        )
        try await services.database.transaction(for: .system) { session in
            let subscription = try session.storeSale(to: license.customer, services.ids, now: now)
            try session.run(
                """
                INSERT INTO licenses (
                    id, customer_id, subscription_id, plan_id, key_hash, key_sealed, key_hint,
                    status, max_accounts, max_domains, max_databases, max_emails, expires_at,
                    created_at
                ) SELECT \(license.id.uuid), \(license.customer.uuid), \(subscription), id,
                    \(license.key.hash), \(sealed), \(license.key.hint), \(status.rawValue),
                    \(quotas.accounts), \(quotas.domains), \(quotas.databases), \(quotas.emails),
                    \(now.addingTimeInterval(expiresInDays * 86_400)), \(now)
                FROM plans WHERE slug = 'starter'
                """
            )
        }
        return license
    }

    /// Waits until every question is answered from memory.
    func warmLicenses() async throws {
        _ = try await eventually("licences in memory") {
            services.licenseCache.isWarm ? true : nil
        }
    }

    /// Makes a key as an administrator would.
    func makePanel(
        scopes: [PanelScope] = PanelScope.allCases,
        allowed: [String] = []
    ) async throws -> TestPanel {
        let services = services
        let admin = try await services.database.transaction(for: .system) { session in
            try #require(try session.user(emailKey: "admin@example.com"))
        }
        let (key, secret) = try await APIKeys(services).create(
            NewAPIKey(
                name: "A panel",
                scopes: scopes,
                allowedAddresses: try allowed.map { try #require(AddressBlock($0)) }
            ),
            by: admin.id,
            actor: .system
        )
        return TestPanel(client: api, id: key.id, key: key.key, secret: secret)
    }

    /// The panels of the sandbox.
    var sandboxPanel: TestPanel {
        TestPanel(client: api, key: APIKeys.sandboxKey, secret: APIKeys.sandboxSecret)
    }

    func run(_ sql: SQL) async throws {
        try await services.database.transaction(for: .system) { _ = try $0.run(sql) }
    }
}

extension Session {
    /// An order with one plan and its subscription, which a licence has to belong to.
    fileprivate func storeSale(
        to customer: ID<Customer>,
        _ ids: IDSource,
        now: Date
    ) throws -> UUID {
        let (order, item, subscription) = (ids.next(), ids.next(), ids.next())
        try run(
            """
            INSERT INTO orders (
                id, customer_id, user_id, status, currency, subtotal_minor, discount_minor,
                tax_minor, total_minor, created_at
            ) SELECT \(order), \(customer.uuid), id, 'pending', 'USD', 0, 0, 0, 0, \(now)
            FROM users WHERE email_key = 'customer@example.com'
            """
        )
        try run(
            """
            INSERT INTO order_items (
                id, order_id, customer_id, position, plan_id, price_id, plan_name,
                billing_cycle, plan_amount_minor
            ) SELECT \(item), \(order), \(customer.uuid), 0, plans.id, prices.id, plans.name,
                billing_cycle, 0
            FROM plans JOIN prices ON plan_id = plans.id
            WHERE slug = 'starter' AND billing_cycle = 'monthly'
            """
        )
        try run(
            """
            INSERT INTO subscriptions (
                id, customer_id, order_item_id, plan_id, price_id, status, billing_cycle,
                current_period_start, current_period_end, created_at
            ) SELECT \(subscription), \(customer.uuid), \(item), plan_id, price_id, 'active',
                billing_cycle, \(now), \(now.addingTimeInterval(2_592_000)), \(now)
            FROM order_items WHERE id = \(item)
            """
        )
        return subscription
    }
}

/// A licence that a test has made.
struct TestLicense: Sendable {
    let id: ID<License>
    let key: LicenseKey
    let customer: ID<Customer>
}

/// A panel that asks and reports.
struct TestPanel: Sendable {
    let client: TestClient
    var id: ID<APIKey>?
    let key: String
    let secret: String

    func validate(
        _ license: String,
        _ feature: String = "create_database",
        quantity: Int64? = nil
    ) async throws -> TestAnswer {
        try await post(
            "/api/v1/licenses/validate",
            [
                "license_key": .string(license), "feature": .string(feature),
                "quantity": quantity.json,
            ]
        )
    }

    func report(
        _ license: TestLicense,
        _ resource: String = "databases",
        delta: Int64? = nil,
        count: Int64? = nil,
        event: String? = nil
    ) async throws -> TestAnswer {
        try await post(
            "/api/v1/usage/update",
            [
                "license_key": .string(license.key.text), "resource_type": .string(resource),
                "delta": delta.json, "count": count.json,
                "event_id": .string(event ?? Hex.encode(randomBytes(8))),
            ]
        )
    }

    /// Sends the key with its secret.
    func post(_ path: String, _ body: JSON) async throws -> TestAnswer {
        try await client.post(
            path,
            json: body,
            headers: ["X-API-Key": key, "X-API-Secret": secret]
        )
    }

    /// What stands in X-Signature for a request.
    func signature(
        _ path: String,
        _ body: [UInt8],
        method: String = "POST",
        at time: Date
    ) -> String {
        let seconds = String(Int(time.timeIntervalSince1970))
        let text = "\(seconds)\n\(method)\n\(path)\n\(Hex.encode(SHA256.hash(body)))"
        let code = HMACSHA256.authenticate(text, key: secret)
        return "t=\(seconds),v1=\(Hex.encode(code))"
    }

    /// Sends a request with some signature.
    func send(
        _ path: String,
        _ body: [UInt8],
        method: String = "POST",
        signature: String
    ) async throws -> TestAnswer {
        try await client.send(
            method,
            path,
            body: body,
            headers: [
                "Content-Type": "application/json", "X-API-Key": key, "X-Signature": signature,
            ]
        )
    }
}
