import Core
import Foundation
import Postgres

extension Session {
    func invoice(_ id: ID<Invoice>) throws -> InvoiceRecord? {
        try first(
            "SELECT \(InvoiceRecord.columns) FROM invoices WHERE id = \(id.uuid)",
            InvoiceRecord.init(row:)
        )
    }

    /// Some invoices, in the order of their making.
    func invoices(_ ids: [ID<Invoice>]) throws -> [InvoiceRecord] {
        try all(
            """
            SELECT \(InvoiceRecord.columns) FROM invoices WHERE id = ANY(\(ids.map(\.uuid)))
            ORDER BY id
            """,
            InvoiceRecord.init(row:)
        )
    }

    func lockInvoice(_ id: ID<Invoice>) throws -> InvoiceRecord? {
        try first(
            "SELECT \(InvoiceRecord.columns) FROM invoices WHERE id = \(id.uuid) FOR UPDATE",
            InvoiceRecord.init(row:)
        )
    }

    func invoice(ofOrder order: ID<Order>) throws -> InvoiceRecord? {
        try first(
            "SELECT \(InvoiceRecord.columns) FROM invoices WHERE order_id = \(order.uuid)",
            InvoiceRecord.init(row:)
        )
    }

    func lines(of invoice: ID<Invoice>) throws -> [InvoiceLineRecord] {
        try lines(of: [invoice])[invoice] ?? []
    }

    /// The lines of several invoices at once.
    func lines(of invoices: [ID<Invoice>]) throws -> [ID<Invoice>: [InvoiceLineRecord]] {
        let taxes = try taxes(on: invoices)
        let lines = try all(
            """
            SELECT invoice_id, invoice_lines.id, invoice_lines.kind, order_item_id, description,
                quantity, unit_minor, amount_minor, invoice_lines.discount_minor,
                invoice_lines.tax_minor, period_start, period_end, currency
            FROM invoice_lines JOIN invoices ON invoices.id = invoice_id
            WHERE invoice_id = ANY(\(invoices.map(\.uuid))) ORDER BY position
            """
        ) { row in
            let line = try InvoiceLineRecord(row: row, taxes)
            return (try row.id("invoice_id", of: Invoice.self), line)
        }
        return Dictionary(grouping: lines, by: \.0).mapValues { $0.map(\.1) }
    }

    func order(ofInvoice invoice: ID<Invoice>) throws -> ID<Order>? {
        try first("SELECT order_id FROM invoices WHERE id = \(invoice.uuid)") {
            try $0.optionalID("order_id")
        } ?? nil
    }

    /// Sets the time that the lines of an order's item cover; only drafts can be changed.
    func setPeriod(
        _ period: TimeSpan,
        of item: ID<OrderItem>,
        in invoice: ID<Invoice>
    ) throws {
        try run(
            """
            UPDATE invoice_lines SET period_start = \(period.from.date),
                period_end = \(period.to.date)
            WHERE invoice_id = \(invoice.uuid) AND order_item_id = \(item.uuid) AND kind = 'plan'
            """
        )
    }

    /// Takes the next number of a series. The series stays locked until the transaction ends, so
    /// that no number is lost or given twice.
    func takeNumber(of series: String) throws -> Int64 {
        try run("INSERT INTO invoice_series (id) VALUES (\(series)) ON CONFLICT DO NOTHING")
        return try one(
            """
            UPDATE invoice_series SET next_number = next_number + 1 WHERE id = \(series)
            RETURNING next_number - 1 AS number
            """
        ) { try $0.get("number") }
    }

    func issueInvoice(
        _ id: ID<Invoice>,
        series: String,
        number: Int64,
        label: String,
        seller: Party,
        buyer: Party,
        dueAt: Date,
        now: Date
    ) throws {
        try run(
            """
            UPDATE invoices SET status = 'open', series_id = \(series), number = \(number),
                number_text = \(label), seller = \(try JSONText(encoding: seller)),
                buyer = \(try JSONText(encoding: buyer)), issued_at = \(now), due_at = \(dueAt)
            WHERE id = \(id.uuid) AND status = 'draft'
            """
        )
    }

    func markUncollectible(_ id: ID<Invoice>) throws {
        try run(
            """
            UPDATE invoices SET status = 'uncollectible'
            WHERE id = \(id.uuid) AND status = 'open'
            """
        )
    }

    func markCollectible(_ id: ID<Invoice>) throws {
        try run(
            """
            UPDATE invoices SET status = 'open'
            WHERE id = \(id.uuid) AND status = 'uncollectible'
            """
        )
    }

    func markInvoicePaid(_ id: ID<Invoice>, amount: Money, now: Date) throws {
        try run(
            """
            UPDATE invoices SET status = 'paid', paid_minor = paid_minor + \(amount.minorUnits),
                paid_at = \(now)
            WHERE id = \(id.uuid) AND status = 'open'
            """
        )
    }
}

extension InvoiceRecord {
    static let columns: SQL = """
        id, customer_id, order_id, number_text, status, currency, subtotal_minor, discount_minor,
        tax_minor, is_tax_inclusive, carried_minor, total_minor, paid_minor, credited_minor, notes,
        tax_reasons, seller::text AS seller, buyer::text AS buyer, created_at, issued_at, due_at,
        paid_at, memo, coalesce((
            SELECT sum(amount_minor) FROM credit_spendings WHERE invoice_id = invoices.id
        ), 0)::bigint AS credit_minor, coalesce((
            SELECT sum(amount_minor) FROM credit_spendings
            WHERE invoice_id = invoices.id AND at <= issued_at
        ), 0)::bigint AS credit_at_issue_minor
        """

    init(row: Row) throws {
        let currency = try row.currency("currency")
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            order: try row.optionalID("order_id"),
            number: try row.optional("number_text"),
            status: try row.choice("status"),
            subtotal: try row.money("subtotal_minor", currency),
            discount: try row.money("discount_minor", currency),
            tax: try row.money("tax_minor", currency),
            isTaxInclusive: try row.get("is_tax_inclusive"),
            carried: try row.money("carried_minor", currency),
            total: try row.money("total_minor", currency),
            paid: try row.money("paid_minor", currency),
            paidByCredit: try row.money("credit_minor", currency),
            paidByCreditAtIssue: try row.money("credit_at_issue_minor", currency),
            credited: try row.money("credited_minor", currency),
            notes: try row.get("notes"),
            taxReasons: try row.get("tax_reasons"),
            seller: try Party(row, "seller"),
            buyer: try Party(row, "buyer"),
            createdAt: try row.get("created_at"),
            issuedAt: try row.optional("issued_at"),
            dueAt: try row.optional("due_at"),
            paidAt: try row.optional("paid_at"),
            memo: try row.optional("memo")
        )
    }
}

extension InvoiceLineRecord {
    fileprivate init(row: Row, _ taxes: [ID<InvoiceLine>: [TaxComponent]]) throws {
        let currency = try row.currency("currency")
        let id: ID<InvoiceLine> = try row.id("id")
        self.init(
            id: id,
            kind: try row.choice("kind"),
            item: try row.optionalID("order_item_id"),
            description: try row.get("description"),
            quantity: try row.get("quantity"),
            unitPrice: try row.money("unit_minor", currency),
            amount: try row.money("amount_minor", currency),
            discount: try row.money("discount_minor", currency),
            tax: try row.money("tax_minor", currency),
            taxes: taxes[id] ?? [],
            periodStart: try row.optional("period_start"),
            periodEnd: try row.optional("period_end")
        )
    }
}

extension Party {
    init?(_ row: Row, _ column: String) throws {
        guard let text = try row.optional(column, as: String.self) else { return nil }
        self = try JSONDecoder().decode(Party.self, from: Data(text.utf8))
    }
}
