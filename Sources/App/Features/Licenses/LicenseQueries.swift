package import Core
import Cryptography
import Foundation
import Postgres
import Support

extension Session {
    /// Stores the licence of an order's item, unless it has one; returns the key's last group.
    func storeLicense(
        _ id: ID<License>,
        key: LicenseKey,
        sealed: String,
        for item: OrderItemRecord,
        subscription: SubscriptionRecord,
        now: Date
    ) throws -> String {
        let quotas = item.quotas
        try run(
            """
            INSERT INTO licenses (
                id, customer_id, subscription_id, plan_id, key_hash, key_sealed, key_hint, status,
                max_accounts, max_domains, max_databases, max_emails, expires_at, created_at
            ) VALUES (
                \(id.uuid), \(item.customer.uuid), \(subscription.id.uuid), \(item.plan.uuid),
                \(key.hash), \(sealed), \(key.hint), 'active', \(quotas.accounts),
                \(quotas.domains), \(quotas.databases), \(quotas.emails),
                \(subscription.endsAt), \(now)
            )
            ON CONFLICT (subscription_id) DO NOTHING
            """
        )
        return try one(
            "SELECT key_hint FROM licenses WHERE subscription_id = \(subscription.id.uuid)"
        ) { try $0.get("key_hint") }
    }

    func license(_ id: ID<License>) throws -> LicenseRecord? {
        try first(
            """
            SELECT \(LicenseRecord.columns) \(LicenseRecord.source)
            WHERE licenses.id = \(id.uuid)
            """,
            LicenseRecord.init(row:)
        )
    }

    func license(ofItem item: ID<OrderItem>) throws -> LicenseRecord? {
        try first(
            """
            SELECT \(LicenseRecord.columns) \(LicenseRecord.source)
            JOIN subscriptions ON subscriptions.id = subscription_id
            WHERE order_item_id = \(item.uuid)
            """,
            LicenseRecord.init(row:)
        )
    }

    /// Licences that a filter lets through, newest first.
    func licenses(
        _ filter: Licenses.Filter,
        before: ID<License>?,
        most: Int,
        now: Date
    ) throws -> [LicenseRecord] {
        try all(
            """
            SELECT \(LicenseRecord.columns) \(LicenseRecord.source)
            WHERE (\(filter.customer?.uuid)::uuid IS NULL
                    OR licenses.customer_id = \(filter.customer?.uuid))
                AND (\(filter.status?.rawValue)::text IS NULL
                    OR \(filter.status?.rawValue) = CASE
                        WHEN licenses.status = 'active' AND licenses.expires_at <= \(now)
                            THEN 'expired'
                        ELSE licenses.status
                    END)
                AND (\(before?.uuid)::uuid IS NULL OR licenses.id < \(before?.uuid))
            ORDER BY licenses.id DESC LIMIT \(most)
            """,
            LicenseRecord.init(row:)
        )
    }

    /// Keeps others from changing a licence until the transaction ends.
    func lockLicense(_ id: ID<License>) throws {
        try run("SELECT 1 FROM licenses WHERE id = \(id.uuid) FOR NO KEY UPDATE")
    }

    func setStatus(_ status: LicenseStatus, of license: ID<License>) throws {
        try run(
            "UPDATE licenses SET status = \(status.rawValue) WHERE id = \(license.uuid)"
        )
    }
}

extension LicenseKey {
    /// What a key is found by; the key itself is stored sealed.
    package var hash: [UInt8] { SHA256.hash(Array(text.utf8)) }
}

extension LicenseRecord {
    static let columns: SQL = """
        licenses.id, licenses.customer_id, licenses.subscription_id, licenses.plan_id,
        plans.name AS plan_name, plans.slug AS plan_slug, key_sealed, key_hint, licenses.status,
        licenses.max_accounts, licenses.max_domains, licenses.max_databases, licenses.max_emails,
        licenses.expires_at, licenses.created_at,
        coalesce((SELECT used FROM license_usage u
            WHERE u.license_id = licenses.id AND resource = 'accounts'), 0) AS used_accounts,
        coalesce((SELECT used FROM license_usage u
            WHERE u.license_id = licenses.id AND resource = 'domains'), 0) AS used_domains,
        coalesce((SELECT used FROM license_usage u
            WHERE u.license_id = licenses.id AND resource = 'databases'), 0) AS used_databases,
        coalesce((SELECT used FROM license_usage u
            WHERE u.license_id = licenses.id AND resource = 'emails'), 0) AS used_emails
        """
    static let source: SQL = "FROM licenses JOIN plans ON plans.id = licenses.plan_id"

    init(row: Row) throws {
        var used: [LicensedResource: Int64] = [:]
        for resource in LicensedResource.allCases {
            used[resource] = try row.get("used_\(resource.rawValue)")
        }
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            subscription: try row.id("subscription_id"),
            plan: try row.id("plan_id"),
            planName: try row.get("plan_name"),
            planSlug: try row.get("plan_slug"),
            keySealed: try row.get("key_sealed"),
            keyHint: try row.get("key_hint"),
            status: try row.choice("status"),
            quotas: try Quotas(row: row),
            used: used,
            expiresAt: try row.optional("expires_at"),
            createdAt: try row.get("created_at")
        )
    }
}
