import Core
import Foundation
import Postgres

extension Session {
    /// A licence by its key, kept from other updates until the transaction ends.
    func lockLicense(keyHash: [UInt8]) throws -> MeteredLicense? {
        try first(
            """
            SELECT id, customer_id, max_accounts, max_domains, max_databases, max_emails
            FROM licenses WHERE key_hash = \(keyHash) FOR NO KEY UPDATE
            """
        ) { row in
            MeteredLicense(
                id: try row.id("id"),
                customer: try row.id("customer_id"),
                quotas: try Quotas(row: row)
            )
        }
    }

    /// An event that was counted before.
    func usageEvent(_ id: String, of license: ID<License>) throws -> CountedEvent? {
        try first(
            """
            SELECT event_id, resource, used_after, at FROM usage_events
            WHERE license_id = \(license.uuid) AND event_id = \(id)
            """,
            CountedEvent.init(row:)
        )
    }

    /// Changes a count and stores the event, in one statement; returns the new count.
    func count(
        _ change: UsageUpdates.Change,
        _ event: UsageEvent,
        of license: MeteredLicense,
        now: Date
    ) throws -> Int64 {
        let (delta, count): (Int64?, Int64?) =
            switch change {
            case .by(let delta): (delta, nil)
            case .to(let count): (nil, count)
            }
        return try one(
            """
            WITH counted AS (
                INSERT INTO license_usage AS before (
                    license_id, customer_id, resource, used, updated_at
                ) VALUES (
                    \(license.id.uuid), \(license.customer.uuid), \(event.resource.rawValue),
                    greatest(0, coalesce(\(count)::bigint, \(delta)::bigint)), \(now)
                )
                ON CONFLICT (license_id, resource) DO UPDATE
                SET used = greatest(0, coalesce(\(count)::bigint, before.used + \(delta)::bigint)),
                    updated_at = \(now)
                RETURNING used
            )
            INSERT INTO usage_events (license_id, event_id, resource, used_after, api_key_id, at)
            SELECT \(license.id.uuid), \(event.id), \(event.resource.rawValue), used,
                \(event.key.uuid), \(now)
            FROM counted
            RETURNING used_after
            """
        ) { try $0.get("used_after") }
    }

    /// What was counted for a licence, newest first.
    func usageEvents(
        of license: ID<License>,
        resource: LicensedResource?,
        before: (at: Date, event: String)?,
        most: Int
    ) throws -> [CountedEvent] {
        try all(
            """
            SELECT event_id, resource, used_after, at FROM usage_events
            WHERE license_id = \(license.uuid)
                AND (\(resource?.rawValue)::text IS NULL OR resource = \(resource?.rawValue))
                AND (\(before?.at)::timestamptz IS NULL
                    OR (at, event_id) < (\(before?.at), \(before?.event)))
            ORDER BY at DESC, event_id DESC LIMIT \(most)
            """,
            CountedEvent.init(row:)
        )
    }

    /// The counts of good licences that have come to some part of what is allowed, fullest first.
    func usageAlerts(
        of customer: ID<Customer>?,
        fromPercent percent: Int64,
        now: Date,
        most: Int
    ) throws -> [UsageAlert] {
        try all(
            """
            SELECT license_id, plans.name AS plan_name, key_hint, resource, used, most
            FROM licenses
            JOIN plans ON plans.id = plan_id
            JOIN license_usage ON license_id = licenses.id
            CROSS JOIN LATERAL (SELECT CASE resource
                WHEN 'accounts' THEN licenses.max_accounts
                WHEN 'domains' THEN licenses.max_domains
                WHEN 'databases' THEN licenses.max_databases
                ELSE licenses.max_emails END AS most) quota
            WHERE (\(customer?.uuid)::uuid IS NULL OR licenses.customer_id = \(customer?.uuid))
                AND status = 'active' AND (expires_at IS NULL OR expires_at > \(now))
                AND used > 0 AND used * 100.0 >= most * \(percent)::numeric
            ORDER BY used::numeric / greatest(most, 1) DESC, license_id, resource
            LIMIT \(most)
            """
        ) { row in
            UsageAlert(
                license: try row.id("license_id"),
                planName: try row.get("plan_name"),
                keyHint: try row.get("key_hint"),
                resource: try row.choice("resource"),
                used: try row.get("used"),
                most: try row.get("most")
            )
        }
    }

    /// All that somebody's good licences allow and use together.
    func usageTotals(of customer: ID<Customer>?, now: Date) throws -> UsageTotals {
        let licenses = try one(
            """
            SELECT count(*) AS count FROM licenses
            WHERE (\(customer?.uuid)::uuid IS NULL OR customer_id = \(customer?.uuid))
                AND status = 'active' AND (expires_at IS NULL OR expires_at > \(now))
            """
        ) { try $0.get("count", as: Int64.self) }
        let resources = try all(
            """
            SELECT kind.name AS resource, coalesce(sum(used), 0)::bigint AS used,
                CASE WHEN count(*) = count(quota.most)
                    THEN coalesce(sum(quota.most), 0)::bigint END AS most
            FROM (VALUES ('accounts'), ('domains'), ('databases'), ('emails')) kind (name)
            JOIN licenses ON (\(customer?.uuid)::uuid IS NULL OR customer_id = \(customer?.uuid))
                AND status = 'active' AND (expires_at IS NULL OR expires_at > \(now))
            CROSS JOIN LATERAL (SELECT CASE kind.name
                WHEN 'accounts' THEN max_accounts WHEN 'domains' THEN max_domains
                WHEN 'databases' THEN max_databases ELSE max_emails END AS most) quota
            LEFT JOIN license_usage ON license_id = licenses.id AND resource = kind.name
            GROUP BY kind.name
            """
        ) { row in
            ResourceTotal(
                resource: try row.choice("resource"),
                used: try row.get("used"),
                most: try row.optional("most")
            )
        }
        return UsageTotals(licenses: licenses, resources: resources)
    }
}

extension CountedEvent {
    init(row: Row) throws {
        self.init(
            id: try row.get("event_id"),
            resource: try row.choice("resource"),
            usedAfter: try row.get("used_after"),
            at: try row.get("at")
        )
    }
}
