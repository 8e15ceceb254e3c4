import Core
import Foundation
import Postgres

extension Session {
    func storeSubscription(
        _ id: ID<Subscription>,
        for item: OrderItemRecord,
        period: TimeSpan,
        zone: BillingZone,
        nextBillAt: Date?,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO subscriptions (
                id, customer_id, order_item_id, plan_id, price_id, status, billing_cycle, quantity,
                time_zone, current_period_start, current_period_end, next_bill_at, created_at
            ) VALUES (
                \(id.uuid), \(item.customer.uuid), \(item.id.uuid), \(item.plan.uuid),
                \(item.price.uuid), 'active', \(item.cycle.rawValue), \(item.quantity),
                \(zone.identifier), \(period.from.date), \(period.to.date), \(nextBillAt), \(now)
            )
            """
        )
    }

    func subscription(_ id: ID<Subscription>) throws -> SubscriptionRecord? {
        try first(
            "SELECT \(SubscriptionRecord.columns) FROM subscriptions WHERE id = \(id.uuid)",
            SubscriptionRecord.init(row:)
        )
    }

    func lockSubscription(_ id: ID<Subscription>) throws -> SubscriptionRecord? {
        try first(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions WHERE id = \(id.uuid)
            FOR UPDATE
            """,
            SubscriptionRecord.init(row:)
        )
    }

    func lockSubscription(ofItem item: ID<OrderItem>) throws -> SubscriptionRecord? {
        try first(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions
            WHERE order_item_id = \(item.uuid) FOR UPDATE
            """,
            SubscriptionRecord.init(row:)
        )
    }

    /// What an account is the delivery of; nil for one that was made without an order.
    func subscription(ofAccount account: ID<HostingAccount>) throws -> SubscriptionRecord? {
        try first(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions WHERE order_item_id = (
                SELECT a.order_item_id FROM hosting_accounts a WHERE a.id = \(account.uuid)
            )
            """,
            SubscriptionRecord.init(row:)
        )
    }

    func subscription(ofItem item: ID<OrderItem>) throws -> SubscriptionRecord? {
        try first(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions
            WHERE order_item_id = \(item.uuid)
            """,
            SubscriptionRecord.init(row:)
        )
    }

    func subscriptions(of customer: ID<Customer>) throws -> [SubscriptionRecord] {
        try all(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions
            WHERE customer_id = \(customer.uuid) ORDER BY id DESC
            """,
            SubscriptionRecord.init(row:)
        )
    }

    /// Subscriptions newest first.
    func subscriptions(
        of customer: ID<Customer>?,
        status: SubscriptionRecord.Status?,
        before: ID<Subscription>?,
        most: Int
    ) throws -> [SubscriptionRecord] {
        try all(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions
            WHERE (\(customer?.uuid)::uuid IS NULL OR customer_id = \(customer?.uuid))
                AND (\(status?.rawValue)::text IS NULL OR status = \(status?.rawValue))
                AND (\(before?.uuid)::uuid IS NULL OR id < \(before?.uuid))
            ORDER BY id DESC LIMIT \(most)
            """,
            SubscriptionRecord.init(row:)
        )
    }

    /// Customers with something to bill.
    func customersToBill(
        by now: Date,
        without customers: [ID<Customer>],
        most: Int
    ) throws -> [ID<Customer>] {
        try all(
            """
            SELECT DISTINCT customer_id FROM subscriptions
            WHERE next_bill_at <= \(now) AND customer_id <> ALL(\(customers.map(\.uuid)))
            LIMIT \(most)
            """
        ) { try $0.id("customer_id") }
    }

    /// Has bills that are now to be made earlier looked at in time. A look too early finds nothing.
    func lookAtBillsEarlier(by lead: RenewalLead) throws {
        for cycle in BillingCycle.allCases {
            try run(
                """
                UPDATE subscriptions
                SET next_bill_at = current_period_end - \(lead.days(of: cycle)) * interval '1 day'
                WHERE billing_cycle = \(cycle.rawValue)
                    AND next_bill_at
                        > current_period_end - \(lead.days(of: cycle)) * interval '1 day'
                """
            )
        }
    }

    /// What is to be billed of a customer until an instant. Rows that another instance has in hand
    /// are left to it.
    func lockSubscriptionsToBill(
        of customer: ID<Customer>,
        until: Date
    ) throws -> [SubscriptionRecord] {
        try all(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions
            WHERE customer_id = \(customer.uuid) AND next_bill_at <= \(until)
            ORDER BY id FOR UPDATE SKIP LOCKED
            """,
            SubscriptionRecord.init(row:)
        )
    }

    /// Stores how a subscription stands by its events.
    func store(
        _ state: SubscriptionState,
        of subscription: ID<Subscription>,
        nextBillAt: Date?,
        now: Date
    ) throws {
        switch state {
        case .active(let active):
            try run(
                """
                UPDATE subscriptions SET plan_id = \(active.terms.plan.uuid),
                    price_id = \(active.terms.price.uuid), quantity = \(active.terms.quantity),
                    billing_cycle = \(active.terms.cycle.rawValue),
                    time_zone = \(active.anchor.zone.identifier),
                    current_period_start = \(active.period.from.date),
                    current_period_end = \(active.period.to.date),
                    status = CASE status WHEN 'cancelled' THEN 'active' ELSE status END,
                    cancelled_at = NULL, next_bill_at = \(nextBillAt),
                    ends_at = \(active.isCancelling ? active.period.to.date : nil)
                WHERE id = \(subscription.uuid)
                """
            )
        case .ended(let at):
            try run(
                """
                UPDATE subscriptions SET status = 'cancelled', cancelled_at = \(now),
                    ends_at = \(at.date), next_bill_at = NULL
                WHERE id = \(subscription.uuid) AND status <> 'cancelled'
                """
            )
        }
    }

    /// Marks what an unpaid invoice bills; what is suspended or has ended stays so.
    func markPastDue(subscriptionsOn invoice: ID<Invoice>) throws {
        try run(
            """
            UPDATE subscriptions SET status = 'past_due'
            WHERE status = 'active' AND id IN (
                SELECT subscription_id FROM subscription_lines
                JOIN invoice_lines ON invoice_lines.id = invoice_line_id
                WHERE invoice_id = \(invoice.uuid)
            )
            """
        )
    }

    /// Whether an invoice of the subscription is past its time and not paid.
    func isOwing(_ subscription: ID<Subscription>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM subscription_lines
            JOIN invoice_lines ON invoice_lines.id = invoice_line_id
            JOIN invoices ON invoices.id = invoice_id
            WHERE subscription_id = \(subscription.uuid) AND (
                invoices.status = 'uncollectible' OR invoices.status = 'open'
                    AND EXISTS (
                        SELECT FROM dunning_cases d
                        WHERE d.invoice_id = invoices.id AND d.closed_at IS NULL
                    )
            )
            """
        )
    }

    /// Keeps the bills of a subscription that are not paid yet from being paid or begun to be.
    func lockOpenInvoices(of subscription: ID<Subscription>) throws {
        try run(
            """
            SELECT FROM invoices WHERE status = 'open' AND id IN (
                SELECT invoice_id FROM invoice_lines
                JOIN subscription_lines ON invoice_lines.id = invoice_line_id
                WHERE subscription_id = \(subscription.uuid)
            )
            ORDER BY id FOR UPDATE
            """
        )
    }

    /// Whether the order is delivered that a subscription came of, and was not undone.
    func isDelivered(_ subscription: ID<Subscription>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM subscriptions s JOIN order_items ON order_items.id = order_item_id
            JOIN orders ON orders.id = order_id
            WHERE s.id = \(subscription.uuid) AND orders.status = 'completed'
            """
        )
    }

    /// Whether a payment is under way of an invoice that bills a subscription.
    func isBeingPaid(_ subscription: ID<Subscription>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM subscription_lines
            JOIN invoice_lines ON invoice_lines.id = invoice_line_id
            JOIN payments ON payments.invoice_id = invoice_lines.invoice_id
            WHERE subscription_id = \(subscription.uuid)
                AND payments.status IN ('created', 'open', 'processing')
            """
        )
    }

    /// Gives a subscription's licence its end, when there is one; one that was void is good again,
    /// unless staff have stopped it.
    func setLicenseEnd(of subscription: ID<Subscription>, to expiresAt: Date?) throws {
        try run(
            """
            UPDATE licenses SET expires_at = \(expiresAt),
                status = CASE WHEN status = 'cancelled' AND held_at IS NULL THEN 'active'
                    ELSE status END
            WHERE subscription_id = \(subscription.uuid)
                AND (
                    expires_at IS DISTINCT FROM \(expiresAt)
                    OR status = 'cancelled' AND held_at IS NULL
                )
            """
        )
    }

    /// Gives a subscription's licence what its plan allows now. What one subscribes to more than
    /// once may be used as many times.
    func setLicenseQuotas(of subscription: ID<Subscription>) throws {
        try run(
            """
            UPDATE licenses SET plan_id = p.id,
                max_accounts = p.max_accounts * s.quantity,
                max_domains = p.max_domains * s.quantity,
                max_databases = p.max_databases * s.quantity,
                max_emails = p.max_emails * s.quantity
            FROM subscriptions s JOIN plans p ON p.id = s.plan_id
            WHERE subscription_id = s.id AND s.id = \(subscription.uuid)
            """
        )
    }

    func license(of subscription: ID<Subscription>) throws -> ID<License>? {
        try first("SELECT id FROM licenses WHERE subscription_id = \(subscription.uuid)") {
            try $0.id("id")
        }
    }

    /// The account that a subscription's item was delivered as, while there is one.
    func account(of subscription: ID<Subscription>) throws -> ID<HostingAccount>? {
        try first(
            """
            SELECT a.id FROM hosting_accounts a JOIN subscriptions s USING (order_item_id)
            WHERE s.id = \(subscription.uuid) AND a.status IN ('active', 'suspended')
            """
        ) { try $0.id("id") }
    }

    /// What a plan is called.
    func planName(_ id: ID<Plan>) throws -> String {
        try one("SELECT name FROM plans WHERE id = \(id.uuid)") { try $0.get("name") }
    }

    /// What a price is, whether it is still asked or not.
    func price(_ id: ID<Price>) throws -> Money {
        try one("SELECT amount_minor, currency FROM prices WHERE id = \(id.uuid)") {
            try $0.money("amount_minor", try $0.currency("currency"))
        }
    }
}

extension SubscriptionRecord {
    static let columns: SQL = """
        id, customer_id, order_item_id, plan_id, price_id, status, billing_cycle, quantity,
        current_period_start, current_period_end, next_bill_at, ends_at, created_at, cancelled_at
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            item: try row.id("order_item_id"),
            plan: try row.id("plan_id"),
            price: try row.id("price_id"),
            status: try row.choice("status"),
            cycle: try row.choice("billing_cycle"),
            quantity: try row.get("quantity"),
            periodStart: try row.get("current_period_start"),
            periodEnd: try row.get("current_period_end"),
            nextBillAt: try row.optional("next_bill_at"),
            endsAt: try row.optional("ends_at"),
            createdAt: try row.get("created_at"),
            cancelledAt: try row.optional("cancelled_at")
        )
    }
}
