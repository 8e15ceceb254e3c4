import Core
import Foundation
import Postgres

extension Session {
    /// What staff see at a glance; the revenue is that since a time.
    func overview(currency: Currency, since time: Date) throws -> Statistics.Overview {
        let orders = try all(
            "SELECT status, count(*) AS count FROM orders GROUP BY status"
        ) { row -> (OrderStatus, Int64) in (try row.choice("status"), try row.get("count")) }
        return try one(
            """
            SELECT (SELECT count(*) FROM customers) AS customers,
                (SELECT coalesce(sum(amount_minor), 0)::bigint FROM payments
                    WHERE status = 'succeeded' AND currency = \(currency.code)
                        AND settled_at >= \(time)) AS paid_minor,
                (SELECT coalesce(sum(amount_minor), 0)::bigint FROM refunds
                    WHERE status = 'succeeded' AND currency = \(currency.code)
                        AND finished_at >= \(time)) AS refunded_minor,
                (SELECT count(*) FROM jobs WHERE status = 'queued') AS queued_jobs,
                (SELECT count(*) FROM jobs WHERE status = 'dead') AS dead_jobs,
                (SELECT count(*) FROM hosting_accounts WHERE status = 'active') AS accounts,
                (SELECT count(*) FROM licenses WHERE status = 'active') AS licenses
            """
        ) { row in
            Statistics.Overview(
                customers: try row.get("customers"),
                orders: Dictionary(orders) { first, _ in first },
                revenue: try row.money("paid_minor", currency)
                    - row.money("refunded_minor", currency),
                queuedJobs: try row.get("queued_jobs"),
                deadJobs: try row.get("dead_jobs"),
                activeAccounts: try row.get("accounts"),
                activeLicenses: try row.get("licenses")
            )
        }
    }
}
