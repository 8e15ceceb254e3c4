package import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web

/// What licences can be sorted by.
enum LicenseColumn: String, StoredSortColumn {
    case made, expires

    static let standard = Sorting(LicenseColumn.made, isDescending: true)
    static let id = SortTerm.id("licenses.id")

    var term: SortTerm? { self == .expires ? .end("licenses.expires_at") : nil }
}

/// A licence with the name and the address of its customer.
struct ListedLicense: Sendable {
    let license: LicenseRecord
    let customerName: String
    let email: String
}

extension Licenses.Filter {
    func place(of license: LicenseRecord) -> [String] {
        let value =
            switch sorting.column {
            case .made: ""
            case .expires: license.expiresAt?.cursorKey ?? ""
            }
        return [value, license.id.uuid.uuidString]
    }

    fileprivate func condition(now: Date) -> SQL {
        let state: SQL =
            switch status {
            case nil: "true"
            case .active:
                """
                licenses.status = 'active'
                AND (licenses.expires_at IS NULL OR licenses.expires_at > \(now))
                """
            case .expired:
                """
                (licenses.status = 'expired'
                OR licenses.status = 'active' AND licenses.expires_at <= \(now))
                """
            case .some(let other): "licenses.status = \(other.rawValue)"
            }
        guard let customer else { return state }
        return "licenses.customer_id = \(customer.uuid) AND \(state)"
    }
}

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

    /// Licences that a filter lets through, those after a place when paging.
    func licenses(
        _ filter: Licenses.Filter,
        after place: [String]? = nil,
        most: Int,
        now: Date
    ) throws -> [LicenseRecord] {
        try all(
            """
            SELECT \(LicenseRecord.columns) \(LicenseRecord.source)
            WHERE \(filter.condition(now: now)) AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            LicenseRecord.init(row:)
        )
    }

    /// The same with the names of their customers, by which they are found too.
    func listedLicenses(
        _ filter: Licenses.Filter,
        after place: [String]?,
        most: Int,
        now: Date
    ) throws -> [ListedLicense] {
        let text = filter.text
        return try all(
            """
            SELECT \(LicenseRecord.columns), owner.name AS owner_name, owner.email AS owner_email
            \(LicenseRecord.source) JOIN customers owner ON owner.id = licenses.customer_id
            WHERE \(filter.condition(now: now)) AND \(filter.sorting.isAfter(place))
                AND (\(text)::text IS NULL OR key_hint = upper(\(text))
                    OR licenses.id = \(text.flatMap { ID<License>($0) }?.uuid)
                    OR owner.id = \(text.flatMap { ID<Customer>($0) }?.uuid)
                    OR strpos(lower(owner.email), lower(\(text))) > 0
                    OR strpos(lower(owner.name), lower(\(text))) > 0)
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """
        ) { row in
            ListedLicense(
                license: try LicenseRecord(row: row),
                customerName: try row.get("owner_name"),
                email: try row.get("owner_email")
            )
        }
    }

    /// Keeps others from changing a licence until the transaction ends.
    func lockLicense(_ id: ID<License>) throws {
        try run("SELECT 1 FROM licenses WHERE id = \(id.uuid) FOR NO KEY UPDATE")
    }

    /// Sets what staff have decided. What they stop, nobody but they lets go on.
    func setStatus(_ status: LicenseStatus, of license: ID<License>, byStaffAt now: Date) throws {
        try run(
            """
            UPDATE licenses SET status = \(status.rawValue),
                held_at = CASE WHEN \(status == .active) THEN NULL ELSE \(now)::timestamptz END
            WHERE id = \(license.uuid)
            """
        )
    }

    /// Stops a licence that is used, until what it was stopped for is over.
    func suspend(_ license: ID<License>) throws {
        try run(
            """
            UPDATE licenses SET status = 'suspended'
            WHERE id = \(license.uuid) AND status = 'active'
            """
        )
    }

    /// Lets a licence go on that was stopped, unless staff have stopped it or its subscription does
    /// not run.
    func letGoOn(_ license: ID<License>) throws {
        try run(
            """
            UPDATE licenses SET status = 'active'
            FROM subscriptions s
            WHERE licenses.id = \(license.uuid) AND s.id = subscription_id
                AND licenses.status = 'suspended' AND held_at IS NULL
                AND s.status IN ('trialing', 'active', 'past_due')
            """
        )
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
