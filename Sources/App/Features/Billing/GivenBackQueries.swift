import Core
import Postgres

// What was given back of invoices, and what is left of them. Credit notes, refunds and the unused
// time of subscriptions all go by it.
extension Session {
    /// The lines of an invoice with what was given back of each, by credit notes and by lines of
    /// later invoices.
    func creditableLines(of invoice: InvoiceRecord) throws -> [CreditableLine] {
        let currency = invoice.total.currency
        let own: SQL = "SELECT id FROM invoice_lines WHERE invoice_id = \(invoice.id.uuid)"
        let credited = try all(
            """
            SELECT line_id, sum(total_minor)::bigint AS total_minor,
                sum(tax_minor)::bigint AS tax_minor
            FROM (
                SELECT invoice_line_id AS line_id, total_minor, tax_minor FROM credit_note_lines
                WHERE invoice_line_id IN (\(own))
                UNION ALL
                \(Session.givenBackByLaterLines(of: own))
            ) given GROUP BY 1
            """
        ) { row in
            (
                try row.id("line_id", of: InvoiceLine.self),
                (try row.money("total_minor", currency), try row.money("tax_minor", currency))
            )
        }
        let sums = Dictionary(credited) { first, _ in first }
        return try lines(of: invoice.id).map { line in
            CreditableLine(
                id: line.id,
                billed: BilledAmounts(
                    amount: line.amount,
                    discount: line.discount,
                    taxes: line.taxes,
                    isTaxInclusive: invoice.isTaxInclusive
                ),
                credited: sums[line.id]?.0 ?? .zero(currency),
                creditedTax: sums[line.id]?.1 ?? .zero(currency)
            )
        }
    }

    /// What was paid on an invoice and was neither sent back nor made credit.
    func notGivenBack(of invoice: ID<Invoice>) throws -> Money {
        let paid = try one(
            """
            SELECT currency, (paid_minor - (\(Session.sentBack)) - (
                SELECT coalesce(sum(total_minor - owed_minor), 0) FROM credit_notes
                WHERE invoice_id = i.id AND NOT is_refunded
            ) - (\(Session.returnedAsCredit)))::bigint AS left_minor
            FROM invoices i WHERE id = \(invoice.uuid)
            """
        ) { try $0.money("left_minor", try $0.currency("currency")) }
        let left = try leftToGiveBack(of: invoice)
        return left.minorUnits < paid.minorUnits ? left : paid
    }

    /// What an invoice charged and nobody has given back, in whatever way: nothing of a void one,
    /// and of one that was given up no more than was paid. What it gave back of itself was never
    /// charged; what it gave back of an earlier one had been paid there, or is missing here.
    func leftToGiveBack(of invoice: ID<Invoice>) throws -> Money {
        let left = try chargedAndNotGivenBack(of: invoice)
        let missing = try givenBack(by: invoice).map { earlier, amount in
            // Credit that comes from a disputed payment is held in another place.
            let over = -(try chargedAndNotGivenBack(of: earlier, leavingOutDisputes: true))
            guard over.isPositive else { return Money.zero(left.currency) }
            return over.minorUnits < amount.minorUnits ? over : amount
        }
        return left - missing.sum(left.currency)
    }

    /// What an invoice gave back of each earlier one, as positive amounts.
    private func givenBack(by invoice: ID<Invoice>) throws -> [(of: ID<Invoice>, amount: Money)] {
        try all(
            """
            SELECT l.invoice_id, o.currency, -sum(
                g.amount_minor - g.discount_minor
                    + CASE WHEN o.is_tax_inclusive THEN 0 ELSE g.tax_minor END
            )::bigint AS amount_minor
            FROM subscription_lines s JOIN invoice_lines g ON g.id = s.invoice_line_id
            JOIN invoices o ON o.id = g.invoice_id JOIN invoice_lines l ON l.id = s.reduces_line_id
            WHERE g.invoice_id = \(invoice.uuid) AND g.amount_minor < 0
            GROUP BY 1, 2
            """
        ) { (try $0.id("invoice_id"), try $0.money("amount_minor", try $0.currency("currency"))) }
    }

    private func chargedAndNotGivenBack(
        of invoice: ID<Invoice>,
        leavingOutDisputes: Bool = false
    ) throws -> Money {
        let ofInvoice: SQL = "SELECT id FROM invoice_lines WHERE invoice_id = i.id"
        return try one(
            """
            SELECT currency, CASE status WHEN 'void' THEN 0 ELSE (
                SELECT coalesce(sum(
                    amount_minor - discount_minor
                        + CASE WHEN i.is_tax_inclusive THEN 0 ELSE tax_minor END
                ), 0)
                FROM invoice_lines l WHERE invoice_id = i.id AND NOT EXISTS (
                    SELECT FROM subscription_lines
                    WHERE invoice_line_id = l.id AND reduces_line_id IS NOT NULL
                        AND l.amount_minor < 0
                )
            ) - (\(Session.sentBack)) + (
                SELECT coalesce(sum(disputed_amount(p)), 0) FROM payments p
                WHERE \(leavingOutDisputes) AND p.invoice_id = i.id AND p.status = 'succeeded'
            ) - (
                SELECT coalesce(sum(
                    CASE WHEN is_refunded THEN owed_minor ELSE total_minor END
                ), 0)
                FROM credit_notes WHERE invoice_id = i.id
            ) - (\(Session.returnedAsCredit)) - (
                SELECT coalesce(sum(total_minor), 0)
                FROM (\(Session.givenBackByLaterLines(of: ofInvoice))) later
            ) - CASE status WHEN 'uncollectible' THEN total_minor - paid_minor - credited_minor
                ELSE 0 END
            END::bigint AS left_minor
            FROM invoices i WHERE id = \(invoice.uuid)
            """
        ) { try $0.money("left_minor", try $0.currency("currency")) }
    }

    /// Whether a later bill gives something of an invoice back.
    func isGivenBackLater(_ invoice: ID<Invoice>) throws -> Bool {
        let own: SQL = "SELECT id FROM invoice_lines WHERE invoice_id = \(invoice.uuid)"
        return try exists(Session.givenBackByLaterLines(of: own))
    }

    /// Whether an invoice gives something of an earlier one back.
    func givesBack(_ invoice: ID<Invoice>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM subscription_lines JOIN invoice_lines l ON l.id = invoice_line_id
            WHERE l.invoice_id = \(invoice.uuid) AND reduces_line_id IS NOT NULL
            """
        )
    }

    /// Bills that came after an order's for the subscriptions that it sold.
    func laterBills(of order: ID<Order>) throws -> [ID<Invoice>] {
        try all(
            """
            SELECT DISTINCT i.id FROM order_items o JOIN subscriptions s ON s.order_item_id = o.id
            JOIN subscription_lines t ON t.subscription_id = s.id
            JOIN invoice_lines l ON l.id = t.invoice_line_id JOIN invoices i ON i.id = l.invoice_id
            WHERE o.order_id = \(order.uuid) AND i.order_id IS DISTINCT FROM o.order_id
                AND i.status IN ('open', 'paid', 'uncollectible')
            ORDER BY 1
            """
        ) { try $0.id("id") }
    }

    /// Whether a bank decides about money of an order, or of what it was billed later.
    func isDisputed(_ order: ID<Order>) throws -> Bool {
        let bills = try laterBills(of: order)
        return try exists(
            """
            SELECT 1 FROM disputes d JOIN payments p ON p.id = d.payment_id
            WHERE d.status = 'open'
                AND (p.order_id = \(order.uuid) OR p.invoice_id = ANY(\(bills.map(\.uuid))))
            """
        )
    }

    /// The lines of a bill that are of subscriptions that an order sold.
    func lines(of bill: ID<Invoice>, soldBy order: ID<Order>) throws -> Set<ID<InvoiceLine>> {
        Set(
            try all(
                """
                SELECT l.id FROM invoice_lines l
                JOIN subscription_lines t ON t.invoice_line_id = l.id
                JOIN subscriptions s ON s.id = t.subscription_id
                JOIN order_items o ON o.id = s.order_item_id
                WHERE l.invoice_id = \(bill.uuid) AND o.order_id = \(order.uuid)
                """
            ) { try $0.id("id") }
        )
    }

    /// Keeps anybody else from giving back of what an invoice bills until the transaction ends.
    func lockSubscriptions(on invoice: ID<Invoice>) throws { _ = try subscriptions(on: invoice) }

    /// What credit had paid of the order of the invoice `i`, and was made credit again.
    private static let returnedAsCredit: SQL = """
        SELECT coalesce(sum(amount_minor), 0) FROM credits
        WHERE source = 'returned' AND cause_id = i.order_id
        """

    /// The money of the invoice `i` that was sent back, or that banks have taken. What was sent
    /// back of credit had been given back when it became credit.
    private static let sentBack: SQL = """
        SELECT coalesce(sum(disputed_amount(p) + (
            SELECT coalesce(sum(amount_minor), 0) FROM refunds
            WHERE payment_id = p.id AND refunds.status <> 'failed' AND refunds.kind <> 'credit'
        )), 0)
        FROM payments p WHERE p.invoice_id = i.id AND p.status = 'succeeded'
        """

    /// What lines of later invoices give back of some lines, as positive amounts. What a void
    /// invoice gave back counts for nothing, as what it charged does.
    private static func givenBackByLaterLines(of lines: SQL) -> SQL {
        """
        SELECT reduces_line_id AS line_id,
            -(g.amount_minor - g.discount_minor
                + CASE WHEN o.is_tax_inclusive THEN 0 ELSE g.tax_minor END) AS total_minor,
            -g.tax_minor AS tax_minor
        FROM subscription_lines s JOIN invoice_lines g ON g.id = invoice_line_id
        JOIN invoices o ON o.id = g.invoice_id
        WHERE reduces_line_id IS NOT NULL AND reduces_line_id IN (\(lines))
            AND o.status <> 'void' AND g.amount_minor < 0
        """
    }
}
