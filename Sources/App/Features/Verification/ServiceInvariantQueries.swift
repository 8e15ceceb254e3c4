import Core
import Postgres

extension Invariant {
    /// Servers, accounts and licences.
    static let services: [Invariant] = [
        serverCounters, accountsOnce, licensesFollowSubscriptions, suspendedIsUnpaid,
        stoppedByItsEnd, removedAfterItsDay, rowsHaveOneOwner,
    ]

    private static let serverCounters = Invariant(
        "server.count_is_accounts",
        "A server counts the accounts that live on it, and has room for them.",
        of: .of(Server.self),
        """
        SELECT s.id::text AS id FROM servers s
        LEFT JOIN (
            SELECT server_id, count(*) AS living FROM hosting_accounts
            WHERE status IN ('provisioning', 'active', 'suspended') GROUP BY 1
        ) accounts ON server_id = s.id
        WHERE current_accounts <> coalesce(living, 0) OR current_accounts > capacity
        """
    )

    private static let accountsOnce = Invariant(
        "account.one_per_item",
        "What was ordered has one living account, whose name and number are its own on the server.",
        of: .of(HostingAccount.self),
        """
        WITH living AS (
            SELECT id::text AS id, order_item_id, server_id, remote_user_id, lower(username) AS name
            FROM hosting_accounts WHERE status IN ('provisioning', 'active', 'suspended')
        )
        SELECT max(id) AS id FROM living WHERE order_item_id IS NOT NULL
        GROUP BY order_item_id HAVING count(*) > 1
        UNION
        SELECT max(id) FROM living WHERE remote_user_id IS NOT NULL
        GROUP BY server_id, remote_user_id HAVING count(*) > 1
        UNION
        SELECT max(id) FROM living GROUP BY server_id, name HAVING count(*) > 1
        """
    )

    private static let licensesFollowSubscriptions = Invariant(
        "license.follows_subscription",
        "An active licence is of a subscription that runs, of the same customer, and does not "
            + "outlive what was paid by more than a week; one that is suspended while its "
            + "subscription runs was stopped by staff or by a dispute.",
        of: .of(License.self),
        """
        SELECT l.id::text AS id FROM licenses l JOIN subscriptions s ON s.id = subscription_id
        WHERE l.status = 'active' AND (
            s.status NOT IN ('trialing', 'active', 'past_due') OR l.customer_id <> s.customer_id
            OR expires_at > current_period_end + interval '7 days'
        ) OR l.status = 'suspended' AND s.status IN ('trialing', 'active', 'past_due')
            AND held_at IS NULL AND NOT EXISTS (
                SELECT FROM disputes d
                WHERE d.customer_id = l.customer_id AND d.status IN ('open', 'lost')
            )
        """
    )

    private static let stoppedByItsEnd = Invariant(
        "account.stopped_with_its_subscription",
        "An account that the end of its subscription has stopped is of one that has ended.",
        of: .of(HostingAccount.self),
        """
        SELECT h.id::text AS id FROM hosting_accounts h JOIN subscriptions s USING (order_item_id)
        WHERE h.status = 'suspended' AND suspended_reason = 'The subscription has ended.'
            AND s.status <> 'cancelled' AND wish_number = wish_settled AND wish_failure IS NULL
        """
    )

    private static let removedAfterItsDay = Invariant(
        "account.removed_after_its_day",
        "An account that went after the end of its subscription did so on the day that its "
            + "customer was told or later, a week after the mail at least.",
        of: .of(HostingAccount.self),
        """
        SELECT r.account_id::text AS id FROM account_removals r
        LEFT JOIN email_outbox m ON m.id = r.mail_id
        WHERE wished_at IS NOT NULL AND (
            wished_at < due_at OR withdrawn_at IS NOT NULL OR r.mail_sent_at IS NULL
            OR wished_at < r.mail_sent_at + interval '168 hours'
            OR mail_id IS NOT NULL AND m.sent_at IS DISTINCT FROM r.mail_sent_at
        )
        """
    )

    /// An account whose panel has still to hear of a change, or has refused it, is on another page.
    private static let suspendedIsUnpaid = Invariant(
        "subscription.suspended_is_unpaid",
        "What is suspended for want of payment has an overdue invoice behind it that asked for "
            + "that, and nothing else of it is stopped for that reason.",
        of: .of(Subscription.self),
        """
        SELECT s.id::text AS id FROM subscriptions s
        WHERE status = 'suspended' AND NOT EXISTS (
            SELECT FROM subscription_lines b JOIN invoice_lines l ON l.id = invoice_line_id
            JOIN invoices v ON v.id = invoice_id JOIN dunning_steps d ON d.invoice_id = v.id
            WHERE b.subscription_id = s.id AND v.status IN ('open', 'uncollectible')
                AND d.action = 'suspend'
                AND v.due_at < (SELECT now FROM clock)
        )
        UNION
        SELECT s.id::text FROM subscriptions s JOIN hosting_accounts h USING (order_item_id)
        WHERE h.status = 'suspended' AND suspended_reason = 'An invoice is overdue.'
            AND s.status <> 'suspended' AND wish_number = wish_settled AND wish_failure IS NULL
        """
    )

    /// Row-level security shows rows by the customer that stands in each of them.
    private static let rowsHaveOneOwner = Invariant(
        "customer.rows_have_one_owner",
        "What belongs to an order or an invoice is of the same customer.",
        """
        SELECT 'order_items ' || c.id AS id FROM order_items c JOIN orders p ON p.id = order_id
        WHERE c.customer_id <> p.customer_id
        UNION ALL
        SELECT 'order_steps ' || c.id FROM order_steps c JOIN orders p ON p.id = order_id
        WHERE c.customer_id <> p.customer_id
        UNION ALL
        SELECT 'invoice_lines ' || c.id FROM invoice_lines c JOIN invoices p ON p.id = invoice_id
        WHERE c.customer_id <> p.customer_id
        UNION ALL
        SELECT 'refunds ' || c.id FROM refunds c JOIN payments p ON p.id = payment_id
        WHERE c.customer_id <> p.customer_id
        UNION ALL
        SELECT 'subscriptions ' || c.id
        FROM subscriptions c JOIN order_items p ON p.id = order_item_id
        WHERE c.customer_id <> p.customer_id
        UNION ALL
        SELECT 'domains ' || c.id FROM domains c JOIN order_items p ON p.id = order_item_id
        WHERE c.customer_id <> p.customer_id
        UNION ALL
        SELECT 'hosting_accounts ' || c.id
        FROM hosting_accounts c JOIN order_items p ON p.id = order_item_id
        WHERE c.customer_id <> p.customer_id
        """
    )
}
