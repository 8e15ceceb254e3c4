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
    func storeDrafts(_ invoices: [PlainInvoice], now: Date) throws {
        let drafts = invoices.map(\.draft)
        try run(
            """
            INSERT INTO invoices (
                id, customer_id, status, currency, subtotal_minor, discount_minor, tax_minor,
                is_tax_inclusive, carried_minor, total_minor, notes, tax_reasons, created_at
            )
            SELECT id, customer, 'draft', currency, subtotal, discount, tax, inclusive, 0, total,
                ARRAY(SELECT jsonb_array_elements_text(notes)),
                ARRAY(SELECT jsonb_array_elements_text(reasons)), \(now)
            FROM unnest(
                \(drafts.map(\.id.uuid)), \(drafts.map(\.customer.uuid)),
                \(drafts.map(\.bill.total.currency.code)),
                \(drafts.map(\.bill.subtotal.minorUnits)),
                \(drafts.map(\.bill.discount.minorUnits)), \(drafts.map(\.bill.tax.minorUnits)),
                \(drafts.map(\.bill.isTaxInclusive)), \(drafts.map(\.bill.total.minorUnits)),
                \(drafts.map { JSONText(strings: $0.bill.quote.notes) }),
                \(drafts.map { JSONText(strings: $0.bill.quote.reasons) })
            ) AS d (
                id, customer, currency, subtotal, discount, tax, inclusive, total, notes, reasons
            )
            """
        )
        try storeLines(of: invoices)
        try storeTaxes(of: drafts)
        try storeSubscriptionLines(of: invoices)
    }

    private func storeLines(of invoices: [PlainInvoice]) throws {
        let lines = invoices.flatMap { invoice in
            invoice.draft.lines.enumerated().map { (invoice.draft, $0, $1) }
        }
        try run(
            """
            INSERT INTO invoice_lines (
                id, invoice_id, customer_id, position, kind, description, quantity, unit_minor,
                amount_minor, discount_minor, tax_minor, period_start, period_end
            )
            SELECT id, invoice, customer, position, 'subscription', description, quantity, unit,
                amount, discount, tax, since, until
            FROM unnest(
                \(lines.map(\.2.id.uuid)), \(lines.map(\.0.id.uuid)),
                \(lines.map(\.0.customer.uuid)), \(lines.map(\.1)),
                \(lines.map(\.2.description)), \(lines.map(\.2.quantity)),
                \(lines.map(\.2.unitPrice.minorUnits)),
                \(lines.map(\.2.amounts.amount.minorUnits)),
                \(lines.map(\.2.amounts.discount.minorUnits)),
                \(lines.map(\.2.amounts.tax.minorUnits)), \(lines.map { $0.2.period?.from.date }),
                \(lines.map { $0.2.period?.to.date })
            ) AS l (
                id, invoice, customer, position, description, quantity, unit, amount, discount,
                tax, since, until
            )
            """
        )
    }

    private func storeTaxes(of drafts: [DraftInvoice]) throws {
        let taxes = drafts.flatMap { draft in
            draft.lines.flatMap { line in
                line.amounts.taxes.enumerated().map { (draft, line, $0, $1) }
            }
        }
        guard !taxes.isEmpty else { return }
        try run(
            """
            INSERT INTO invoice_line_taxes (
                line_id, customer_id, position, component, country, region, rate, is_compound,
                base_minor, amount_minor
            )
            SELECT * FROM unnest(
                \(taxes.map(\.1.id.uuid)), \(taxes.map(\.0.customer.uuid)), \(taxes.map(\.2)),
                \(taxes.map(\.3.component)), \(taxes.map(\.3.place.country)),
                \(taxes.map(\.3.place.region)), \(taxes.map(\.3.rate.inMillionths)),
                \(taxes.map(\.3.isCompound)), \(taxes.map(\.3.base.minorUnits)),
                \(taxes.map(\.3.amount.minorUnits))
            )
            """
        )
    }

    private func storeSubscriptionLines(of invoices: [PlainInvoice]) throws {
        let lines = invoices.flatMap { invoice in
            zip(invoice.draft.lines, invoice.lines).map { (invoice.draft.customer, $0, $1) }
        }
        try run(
            """
            INSERT INTO subscription_lines (
                invoice_line_id, customer_id, subscription_id, kind, cause, revision, is_reversal,
                period_start_at, period_end_at, span_start_at, span_end_at, plan_id, price_id,
                unit_minor, currency, quantity, billing_cycle, rounding, due_at, amount_minor
            )
            SELECT line, customer, subscription, 'period', cause, 1, false, since, until, since,
                until, plan, price, unit, currency, quantity, cycle, rounding, due, amount
            FROM unnest(
                \(lines.map(\.1.id.uuid)), \(lines.map(\.0.uuid)),
                \(lines.map(\.2.identity.subscription.uuid)), \(lines.map(\.2.identity.cause)),
                \(lines.map(\.2.period.from.date)), \(lines.map(\.2.period.to.date)),
                \(lines.map(\.2.terms.plan.uuid)), \(lines.map(\.2.terms.price.uuid)),
                \(lines.map(\.2.terms.unitPrice.minorUnits)),
                \(lines.map(\.2.terms.currency.code)), \(lines.map(\.2.terms.quantity)),
                \(lines.map(\.2.terms.cycle.rawValue)), \(lines.map(\.2.rounding.rawValue)),
                \(lines.map(\.2.due.date)), \(lines.map(\.2.amount.minorUnits))
            ) AS l (
                line, customer, subscription, cause, since, until, plan, price, unit, currency,
                quantity, cycle, rounding, due, amount
            )
            """
        )
    }

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

extension JSONText {
    fileprivate init(strings: [String]) { self.init(JSON.array(strings.map { .string($0) }).text) }
}
