import Core
import Foundation
import Postgres

extension Session {
    /// Accounts of which something is due by now: to withdraw a day that was told, to announce one,
    /// or to remove them. One account, or one customer's alone, when told so.
    func accountsToRemove(
        _ retention: AccountRetention,
        by now: Date,
        account: ID<HostingAccount>? = nil,
        of customer: ID<Customer>? = nil,
        after last: ID<HostingAccount>? = nil,
        most: Int
    ) throws -> [RemovableAccount] {
        try all(
            """
            SELECT account_id, subscription_id, is_announced
            FROM (\(Session.removableAccounts(retention))) removable
            WHERE moment <= \(now)
                AND (\(last?.uuid)::uuid IS NULL OR account_id > \(last?.uuid))
                AND (\(account?.uuid)::uuid IS NULL OR account_id = \(account?.uuid))
                AND (\(customer?.uuid)::uuid IS NULL OR customer_id = \(customer?.uuid))
            ORDER BY account_id LIMIT \(most)
            """
        ) { row in
            RemovableAccount(
                id: try row.id("account_id"),
                subscription: try row.id("subscription_id"),
                isAnnounced: try row.get("is_announced")
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

    /// Accounts that the end of their subscription has stopped and nothing else keeps, with the
    /// moment at which something is to be done. None is there where accounts are kept until staff
    /// remove them; one whose mail has not left waits for that.
    static func removableAccounts(_ retention: AccountRetention) -> SQL {
        let lead = AccountRemovals.turnSeconds
        let days = retention.days.map { max(0, $0 - AccountRetention.noticeDays) }
        return """
            SELECT a.id AS account_id, s.id AS subscription_id, a.customer_id,
                r.account_id IS NOT NULL AS is_announced, CASE
                    WHEN r.account_id IS NULL THEN greatest(
                        s.cancelled_at,
                        s.cancelled_at + \(days) * interval '24 hours'
                            - \(lead) * interval '1 second'
                    )
                    WHEN m.status = 'sent'
                        THEN greatest(r.due_at, m.sent_at + interval '168 hours')
                END AS moment
            FROM hosting_accounts a
            JOIN subscriptions s ON s.order_item_id = a.order_item_id
            LEFT JOIN account_removals r
                ON r.account_id = a.id AND r.ended_at = s.cancelled_at AND r.withdrawn_at IS NULL
            LEFT JOIN email_outbox m ON m.id = r.mail_id
            WHERE \(days)::int IS NOT NULL AND a.status IN ('active', 'suspended')
                AND a.wish = 'suspended' AND a.wish_reason = \(SubscriptionBilling.endedReason)
                AND a.wish_number = a.wish_settled
                AND s.status = 'cancelled' AND r.wished_at IS NULL
                AND a.id NOT IN (SELECT account_id FROM (\(voidNotices)) void)
                AND NOT (\(keepsAccount))
            UNION ALL
            SELECT account_id, subscription_id, customer_id, true, announced_at
            FROM (\(voidNotices)) void
            """
    }

    /// Whether something keeps the account `a` of the subscription `s`: an order that is worked on,
    /// a dispute, money that is under way, an exemption of its customer's.
    private static let keepsAccount: SQL = """
        EXISTS (
            SELECT FROM order_items i JOIN orders o ON o.id = i.order_id
            WHERE i.id = a.order_item_id AND o.status <> 'completed'
        ) OR EXISTS (SELECT FROM customers c WHERE c.id = a.customer_id AND c.dunning_exempt)
        OR EXISTS (
            SELECT FROM payments p
            WHERE p.customer_id = a.customer_id AND p.status IN ('processing', 'attention')
                AND (\(paysForIt))
        ) OR EXISTS (
            SELECT FROM disputes d JOIN payments p ON p.id = d.payment_id
            WHERE d.customer_id = a.customer_id
                AND (d.status = 'open' OR d.freezes AND d.status = 'lost') AND (\(paysForIt))
        )
        """

    /// Whether the payment `p` is of what the subscription `s` was billed, or of its order.
    private static let paysForIt: SQL = """
        p.invoice_id IN (
            SELECT n.invoice_id FROM subscription_lines l
            JOIN invoice_lines n ON n.id = l.invoice_line_id WHERE l.subscription_id = s.id
        ) OR p.order_id IN (SELECT i.order_id FROM order_items i WHERE i.id = s.order_item_id)
        """

    /// Days that were told and are void, because something keeps the account or has kept it since,
    /// even if that is over. Whoever opens a page to pay on makes one void, but only once an end:
    /// pages alone keep nothing for ever.
    private static let voidNotices: SQL = """
        SELECT * FROM (
            SELECT r.account_id, r.announced_at, s.id AS subscription_id, a.customer_id, CASE
                WHEN \(keepsAccount) OR EXISTS (
                    SELECT FROM payments p
                    WHERE p.customer_id = a.customer_id AND p.settled_at >= r.announced_at
                        AND (\(paysForIt))
                ) OR EXISTS (
                    SELECT FROM disputes d JOIN payments p ON p.id = d.payment_id
                    WHERE d.customer_id = a.customer_id AND d.created_at >= r.announced_at
                        AND d.status <> 'inquiry' AND (\(paysForIt))
                ) THEN 'held'
                WHEN EXISTS (
                    SELECT FROM payments p
                    WHERE p.customer_id = a.customer_id AND p.created_at >= r.announced_at
                        AND (\(paysForIt))
                ) AND NOT EXISTS (
                    SELECT FROM account_removals before
                    WHERE before.account_id = a.id AND before.ended_at = r.ended_at
                        AND before.withdrawn_because = 'payment_page'
                ) THEN 'payment_page'
            END AS because
            FROM account_removals r
            JOIN hosting_accounts a ON a.id = r.account_id
            JOIN subscriptions s ON s.order_item_id = a.order_item_id
            WHERE r.wished_at IS NULL AND r.withdrawn_at IS NULL
                AND a.status IN ('active', 'suspended')
        ) told WHERE because IS NOT NULL
        """

    /// Whether something but the time keeps an account that its end has stopped.
    func isKept(_ account: ID<HostingAccount>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM hosting_accounts a
            JOIN subscriptions s ON s.order_item_id = a.order_item_id
            WHERE a.id = \(account.uuid) AND (\(Session.keepsAccount))
            """
        )
    }

    /// Takes back the day that was told of an account if it is void.
    func withdrawVoidNotice(of account: ID<HostingAccount>, now: Date) throws {
        try run(
            """
            UPDATE account_removals r SET withdrawn_at = \(now), withdrawn_because = void.because
            FROM (\(Session.voidNotices)) void
            WHERE r.account_id = \(account.uuid) AND void.account_id = r.account_id
                AND void.announced_at = r.announced_at
            """
        )
    }

    /// Notes the day that a customer is told, and the mail that tells it.
    func storeRemoval(
        of account: ID<HostingAccount>,
        on day: RemovalDay,
        _ mail: ID<Mail>,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO account_removals (
                account_id, customer_id, ended_at, announced_at, due_at, told_day, mail_id
            )
            SELECT a.id, a.customer_id, s.cancelled_at, \(now), \(day.at),
                (\(day.day)::timestamptz AT TIME ZONE 'UTC')::date, \(mail.uuid)
            FROM hosting_accounts a JOIN subscriptions s USING (order_item_id)
            WHERE a.id = \(account.uuid) AND s.cancelled_at IS NOT NULL
            """
        )
    }

    /// The day that was told for the present end of an account's subscription. A mail that left
    /// late puts it off.
    func announcedRemoval(of account: ID<HostingAccount>) throws -> RemovalDay? {
        try first(
            """
            SELECT due_at, told_day::timestamp AT TIME ZONE 'UTC' AS day FROM account_removals r
            JOIN hosting_accounts a ON a.id = r.account_id
            JOIN subscriptions s ON s.order_item_id = a.order_item_id
            WHERE a.id = \(account.uuid) AND r.ended_at = s.cancelled_at
                AND r.withdrawn_at IS NULL
            """
        ) { RemovalDay(at: try $0.get("due_at"), day: try $0.get("day")) }
    }

    /// Notes that an account is removed now; false when its day has not come or was withdrawn, or
    /// its mail has not left for a week.
    func markRemovalWished(_ account: ID<HostingAccount>, now: Date) throws -> Bool {
        try run(
            """
            UPDATE account_removals r SET wished_at = \(now), mail_sent_at = m.sent_at
            FROM hosting_accounts a JOIN subscriptions s USING (order_item_id), email_outbox m
            WHERE r.account_id = \(account.uuid) AND a.id = r.account_id AND m.id = r.mail_id
                AND r.ended_at = s.cancelled_at AND r.due_at <= \(now)
                AND m.status = 'sent' AND m.sent_at + interval '168 hours' <= \(now)
                AND r.wished_at IS NULL AND r.withdrawn_at IS NULL
            """
        ) > 0
    }

    /// The account whose removal a mail tells of, while that stands.
    func removal(toldBy mail: ID<Mail>) throws -> RemovableAccount? {
        try first(
            """
            SELECT account_id, s.id AS subscription_id
            FROM account_removals r JOIN hosting_accounts a ON a.id = account_id
            JOIN subscriptions s ON s.order_item_id = a.order_item_id
            WHERE mail_id = \(mail.uuid) AND wished_at IS NULL AND withdrawn_at IS NULL
            """
        ) { row in
            RemovableAccount(
                id: try row.id("account_id"),
                subscription: try row.id("subscription_id"),
                isAnnounced: true
            )
        }
    }

    /// Takes back what a mail was to tell; false when that was done before.
    func withdrawRemoval(toldBy mail: ID<Mail>, now: Date) throws -> Bool {
        try withdrawRemovals(because: "told_anew", "mail_id = \(mail.uuid)", now: now) > 0
    }

    /// Takes back what was told of a subscription's account: it is taken up again.
    func withdrawRemoval(of subscription: ID<Subscription>, now: Date) throws {
        try withdrawRemovals(
            because: "taken_up",
            """
            account_id IN (
                SELECT a.id FROM hosting_accounts a JOIN subscriptions s USING (order_item_id)
                WHERE s.id = \(subscription.uuid)
            )
            """,
            now: now
        )
    }

    /// Takes back what was told of an account: something else keeps it from now on.
    func withdrawRemoval(ofHeld account: ID<HostingAccount>, now: Date) throws {
        try withdrawRemovals(because: "held", "account_id = \(account.uuid)", now: now)
    }

    /// Takes back all that a customer was told, who is exempt from now on.
    func withdrawRemovals(ofExempt customer: ID<Customer>, now: Date) throws {
        try withdrawRemovals(because: "held", "customer_id = \(customer.uuid)", now: now)
    }

    /// Takes back each day that was told and is too early by now; another one is told in time.
    func withdrawRemovals(before retention: AccountRetention, now: Date) throws {
        try withdrawRemovals(
            because: "kept",
            """
            \(retention.days)::int IS NULL
                OR due_at < date_trunc('second', ended_at) + \(retention.days) * interval '24 hours'
            """,
            now: now
        )
    }

    @discardableResult
    private func withdrawRemovals(because reason: String, _ which: SQL, now: Date) throws -> Int {
        try run(
            """
            UPDATE account_removals SET withdrawn_at = \(now), withdrawn_because = \(reason)
            WHERE wished_at IS NULL AND withdrawn_at IS NULL AND (\(which))
            """
        )
    }
}
