import Core
import Foundation
import Postgres
import Support
import Wire

// What a batch of renewals reads.
extension Session {
    /// Subscriptions whose bills are due, the longest waiting first. Rows that another instance has
    /// in hand are left to it.
    func claimSubscriptionsToBill(
        by now: Date,
        without customers: [ID<Customer>],
        most: Int
    ) throws -> [SubscriptionRecord] {
        try all(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions
            WHERE next_bill_at <= \(now) AND customer_id <> ALL(\(customers.map(\.uuid)))
            ORDER BY next_bill_at LIMIT \(most) FOR UPDATE SKIP LOCKED
            """,
            SubscriptionRecord.init(row:)
        )
    }

    /// What is to be billed of customers until an instant.
    func lockSubscriptionsToBill(
        of customers: [ID<Customer>],
        until: Date
    ) throws -> [SubscriptionRecord] {
        try all(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions
            WHERE customer_id = ANY(\(customers.map(\.uuid))) AND next_bill_at <= \(until)
            ORDER BY id FOR UPDATE SKIP LOCKED
            """,
            SubscriptionRecord.init(row:)
        )
    }

    func customers(_ ids: [ID<Customer>]) throws -> [CustomerRecord] {
        try all(
            """
            SELECT \(CustomerRecord.columns) FROM customers WHERE id = ANY(\(ids.map(\.uuid)))
            """,
            CustomerRecord.init(row:)
        )
    }

    func planNames() throws -> [ID<Plan>: String] {
        let names = try all("SELECT id, name FROM plans") {
            (try $0.id("id", of: Plan.self), try $0.get("name", as: String.self))
        }
        return Dictionary(names) { first, _ in first }
    }

    /// Subscriptions with a coupon or of customers with credit, and those whose licence has an end
    /// or whose account may have to go on again.
    func oddSubscriptions(of ids: [ID<Subscription>]) throws -> Set<ID<Subscription>> {
        Set(
            try all(
                """
                SELECT s.id FROM subscriptions s WHERE s.id = ANY(\(ids.map(\.uuid))) AND (
                    s.status NOT IN ('active', 'past_due', 'suspended') OR s.ends_at IS NOT NULL
                    OR EXISTS (SELECT FROM credits c WHERE c.customer_id = s.customer_id)
                    OR EXISTS (SELECT FROM subscription_coupons k
                        WHERE k.subscription_id = s.id AND k.ended_at IS NULL)
                    OR EXISTS (SELECT FROM licenses l WHERE l.subscription_id = s.id
                        AND (l.expires_at IS NOT NULL OR l.status = 'cancelled'))
                    OR EXISTS (SELECT FROM hosting_accounts h
                        WHERE h.order_item_id = s.order_item_id AND h.status = 'suspended')
                )
                """
            ) { try $0.id("id") }
        )
    }
}

// What a batch of renewals writes, one statement a table.
extension Session {
    /// Takes the next numbers of a series at once; the first of them.
    func takeNumbers(_ count: Int, of series: String) throws -> Int64 {
        try run("INSERT INTO invoice_series (id) VALUES (\(series)) ON CONFLICT DO NOTHING")
        return try one(
            """
            UPDATE invoice_series SET next_number = next_number + \(count) WHERE id = \(series)
            RETURNING next_number - \(count) AS number
            """
        ) { try $0.get("number") }
    }

    func issue(
        _ numbered: [(PlainInvoice, Int64, String)],
        series: String,
        now: Date
    ) throws {
        let seller = try JSONText(encoding: try seller())
        try run(
            """
            UPDATE invoices SET status = 'open', series_id = \(series), number = n.number,
                number_text = n.label, seller = \(seller), buyer = n.buyer, issued_at = \(now),
                due_at = n.due
            FROM unnest(
                \(numbered.map(\.0.draft.id.uuid)), \(numbered.map(\.1)), \(numbered.map(\.2)),
                \(try numbered.map { try JSONText(encoding: $0.0.buyer) }),
                \(numbered.map(\.0.dueAt))
            ) AS n (invoice, number, label, buyer, due)
            WHERE invoices.id = n.invoice AND status = 'draft'
            """
        )
    }

    /// The audit log's entries of issued invoices.
    func recordIssues(_ issued: [(PlainInvoice, String)], now: Date) throws {
        let after = issued.map { invoice, label -> JSONText in
            let entry: JSON = [
                "number": .string(label),
                "total": .string(invoice.draft.bill.total.description),
            ]
            return JSONText(entry.text)
        }
        try run(
            """
            INSERT INTO audit_log (
                at, actor_type, action, object_type, object_id, customer_id, after
            )
            SELECT \(now), \(Actor.system.kind.rawValue), 'invoice.issue', \(Invoice.idPrefix),
                object, customer, after
            FROM unnest(
                \(issued.map(\.0.draft.id.text)), \(issued.map(\.0.draft.customer.uuid)), \(after)
            ) AS e (object, customer, after)
            """
        )
    }

    /// Stores how subscriptions stand that go on as they are.
    func store(_ renewals: [PlainRenewal]) throws {
        guard !renewals.isEmpty else { return }
        try run(
            """
            UPDATE subscriptions SET price_id = r.price, billing_cycle = r.cycle,
                time_zone = r.zone, current_period_start = r.since, current_period_end = r.until,
                next_bill_at = r.bill
            FROM unnest(
                \(renewals.map(\.id.uuid)), \(renewals.map(\.active.terms.price.uuid)),
                \(renewals.map(\.active.terms.cycle.rawValue)),
                \(renewals.map(\.active.anchor.zone.identifier)),
                \(renewals.map(\.active.period.from.date)),
                \(renewals.map(\.active.period.to.date)), \(renewals.map(\.nextBillAt))
            ) AS r (subscription, price, cycle, zone, since, until, bill)
            WHERE id = r.subscription
            """
        )
    }
}
