import Core
import Foundation
import Postgres

extension Session {
    /// Accounts of which something is due by now: to announce their removal, or to remove them.
    /// One account, or one customer's alone, when told so.
    func accountsToRemove(
        _ retention: AccountRetention,
        by now: Date,
        account: ID<HostingAccount>? = nil,
        of customer: ID<Customer>? = nil,
        without accounts: [ID<HostingAccount>] = [],
        most: Int
    ) throws -> [RemovableAccount] {
        try all(
            """
            SELECT account_id, subscription_id, customer_id, ended_at, due_at
            FROM (\(Session.removableAccounts(retention))) removable
            WHERE moment <= \(now) AND account_id <> ALL(\(accounts.map(\.uuid)))
                AND (\(account?.uuid)::uuid IS NULL OR account_id = \(account?.uuid))
                AND (\(customer?.uuid)::uuid IS NULL OR customer_id = \(customer?.uuid))
            ORDER BY moment, account_id LIMIT \(most)
            """
        ) { row in
            RemovableAccount(
                id: try row.id("account_id"),
                subscription: try row.id("subscription_id"),
                customer: try row.id("customer_id"),
                endedAt: try row.get("ended_at"),
                announcedDay: try row.optional("due_at")
            )
        }
    }

    /// When the next removal of a customer's is announced or comes; nil for none.
    func nextAccountRemoval(of customer: ID<Customer>) throws -> Date? {
        try one(
            """
            SELECT min(moment) AS moment
            FROM (\(Session.removableAccounts(try accountRetention()))) removable
            WHERE customer_id = \(customer.uuid)
            """
        ) { try $0.optional("moment") }
    }

    /// Accounts that the end of their subscription has stopped, and nothing else keeps: neither
    /// staff nor a dispute, no order that is worked on, no payment that is under way. Nobody is
    /// where accounts are kept until staff remove them.
    static func removableAccounts(_ retention: AccountRetention) -> SQL {
        let lead = AccountRemovals.turnSeconds
        let days = retention.days.map { max(0, $0 - AccountRetention.noticeDays) }
        return """
            SELECT a.id AS account_id, s.id AS subscription_id, a.customer_id,
                s.cancelled_at AS ended_at, r.due_at, coalesce(
                    r.due_at,
                    greatest(
                        s.cancelled_at,
                        s.cancelled_at + \(days) * interval '24 hours'
                            - \(lead) * interval '1 second'
                    )
                ) AS moment
            FROM hosting_accounts a
            JOIN subscriptions s ON s.order_item_id = a.order_item_id
            JOIN order_items i ON i.id = a.order_item_id
            JOIN orders o ON o.id = i.order_id
            LEFT JOIN account_removals r
                ON r.account_id = a.id AND r.ended_at = s.cancelled_at AND r.withdrawn_at IS NULL
            WHERE \(days)::int IS NOT NULL AND a.status = 'suspended'
                AND a.suspended_reason = \(SubscriptionBilling.endedReason)
                AND a.wish_number = a.wish_settled AND a.wish IS DISTINCT FROM 'terminated'
                AND s.status = 'cancelled' AND o.status = 'completed' AND r.wished_at IS NULL
                AND NOT EXISTS (
                    SELECT FROM subscription_lines l
                    JOIN invoice_lines n ON n.id = l.invoice_line_id
                    JOIN payments p ON p.invoice_id = n.invoice_id
                    WHERE l.subscription_id = s.id
                        AND p.status IN ('created', 'open', 'processing', 'attention')
                )
                AND NOT EXISTS (
                    SELECT FROM disputes d JOIN payments p ON p.id = d.payment_id
                    WHERE d.customer_id = a.customer_id AND d.freezes
                        AND d.status IN ('open', 'lost') AND (
                            p.order_id = i.order_id OR p.invoice_id IN (
                                SELECT n.invoice_id FROM subscription_lines l
                                JOIN invoice_lines n ON n.id = l.invoice_line_id
                                WHERE l.subscription_id = s.id
                            )
                        )
                )
            """
    }

    /// Notes the day that a customer is told; false when one was told for this end before.
    func storeRemoval(of account: ID<HostingAccount>, on day: Date, now: Date) throws -> Bool {
        try run(
            """
            INSERT INTO account_removals (
                account_id, customer_id, ended_at, announced_at, due_at
            )
            SELECT a.id, a.customer_id, s.cancelled_at, \(now), \(day)
            FROM hosting_accounts a JOIN subscriptions s USING (order_item_id)
            WHERE a.id = \(account.uuid) AND s.cancelled_at IS NOT NULL
            ON CONFLICT DO NOTHING
            """
        ) > 0
    }

    /// The day that was told for the present end of an account's subscription.
    func announcedRemoval(of account: ID<HostingAccount>) throws -> Date? {
        try first(
            """
            SELECT due_at FROM account_removals r
            JOIN hosting_accounts a ON a.id = r.account_id
            JOIN subscriptions s ON s.order_item_id = a.order_item_id
            WHERE a.id = \(account.uuid) AND r.ended_at = s.cancelled_at
                AND r.withdrawn_at IS NULL
            """
        ) { try $0.get("due_at") }
    }

    /// Notes that an account is removed now; false when its day has not come or was withdrawn.
    func markRemovalWished(_ account: ID<HostingAccount>, now: Date) throws -> Bool {
        try run(
            """
            UPDATE account_removals r SET wished_at = \(now)
            FROM hosting_accounts a JOIN subscriptions s USING (order_item_id)
            WHERE r.account_id = \(account.uuid) AND a.id = r.account_id
                AND r.ended_at = s.cancelled_at AND r.due_at <= \(now)
                AND r.wished_at IS NULL AND r.withdrawn_at IS NULL
            """
        ) > 0
    }

    /// Takes back what was told of a subscription's account: it is taken up again.
    func withdrawRemoval(of subscription: ID<Subscription>, now: Date) throws {
        try run(
            """
            UPDATE account_removals SET withdrawn_at = \(now)
            WHERE wished_at IS NULL AND withdrawn_at IS NULL AND account_id IN (
                SELECT a.id FROM hosting_accounts a JOIN subscriptions s USING (order_item_id)
                WHERE s.id = \(subscription.uuid)
            )
            """
        )
    }

    /// Takes back each day that was told and is too early by now; another one is told in time.
    func withdrawRemovals(before retention: AccountRetention, now: Date) throws {
        try run(
            """
            UPDATE account_removals SET withdrawn_at = \(now)
            WHERE wished_at IS NULL AND withdrawn_at IS NULL AND (
                \(retention.days)::int IS NULL
                OR due_at < date_trunc('second', ended_at) + \(retention.days) * interval '24 hours'
            )
            """
        )
    }
}
