import Core
import Foundation
import Postgres

extension Session {
    /// Keeps a customer's credit from being spent by anybody else until the transaction ends.
    func lockCredits(of customer: ID<Customer>) throws {
        try run("SELECT 1 FROM customers WHERE id = \(customer.uuid) FOR NO KEY UPDATE")
    }

    /// Stores a credit; false when its cause has made one already.
    func store(
        _ credit: ID<Credit>,
        _ amount: Money,
        to customer: ID<Customer>,
        from source: CreditSource,
        now: Date
    ) throws -> Bool {
        var grant: (reason: String, by: ID<User>?, expiresAt: Date?, key: String?)?
        if case .grant(let reason, let by, let expiresAt, let key) = source {
            grant = (reason, by, expiresAt, key)
        }
        return try run(
            """
            INSERT INTO credits (
                id, customer_id, amount_minor, currency, source, cause_id, reason, granted_by,
                idempotency_key, created_at, expires_at
            ) VALUES (
                \(credit.uuid), \(customer.uuid), \(amount.minorUnits), \(amount.currency.code),
                \(source.kind.rawValue), \(source.cause), \(grant?.reason),
                \(grant?.by?.uuid), \(grant?.key), \(now), \(grant?.expiresAt)
            ) ON CONFLICT (source, cause_id) DO NOTHING
            """
        ) > 0
    }

    /// The credit that something has made.
    func credit(from source: CreditSource) throws -> ID<Credit>? {
        try first(
            """
            SELECT id FROM credits
            WHERE source = \(source.kind.rawValue) AND cause_id = \(source.cause)
            """
        ) { try $0.id("id") }
    }

    /// The credit that was given under a key.
    func credit(of customer: ID<Customer>, withKey key: String) throws -> ID<Credit>? {
        try first(
            """
            SELECT id FROM credits
            WHERE customer_id = \(customer.uuid) AND idempotency_key = \(key)
            """
        ) { try $0.id("id") }
    }

    func credit(_ id: ID<Credit>) throws -> CreditRecord? {
        try first(
            "SELECT \(CreditRecord.columns) FROM credits c WHERE c.id = \(id.uuid)",
            CreditRecord.init(row:)
        )
    }

    /// What a customer has and may spend, without what is kept for orders.
    func availableCredits(of customer: ID<Customer>, now: Date) throws -> [AvailableCredit] {
        try all(
            """
            SELECT \(CreditRecord.columns) FROM credits c
            WHERE c.customer_id = \(customer.uuid)
                AND (c.expires_at IS NULL OR c.expires_at > \(now))
            """,
            CreditRecord.init(row:)
        ).compactMap { record in
            guard record.free.isPositive else { return nil }
            return AvailableCredit(
                id: record.id,
                remaining: record.free,
                grantedAt: Instant(record.createdAt),
                expiresAt: record.expiresAt.map { Instant($0) }
            )
        }
    }

    /// A customer's credits newest first, those before one when paging.
    func credits(
        of customer: ID<Customer>,
        before id: ID<Credit>? = nil,
        most: Int
    ) throws -> [CreditRecord] {
        try all(
            """
            SELECT \(CreditRecord.columns) FROM credits c
            WHERE c.customer_id = \(customer.uuid)
                AND (\(id?.uuid)::uuid IS NULL OR c.id < \(id?.uuid))
            ORDER BY c.id DESC LIMIT \(most)
            """,
            CreditRecord.init(row:)
        )
    }

    /// What became of a customer's credit, newest first.
    func creditUses(
        of customer: ID<Customer>,
        before id: ID<CreditUse>? = nil,
        most: Int
    ) throws -> [CreditUseRecord] {
        try all(
            """
            SELECT \(CreditUseRecord.columns)
            WHERE s.customer_id = \(customer.uuid)
                AND (\(id?.uuid)::uuid IS NULL OR s.id < \(id?.uuid))
            ORDER BY s.id DESC LIMIT \(most)
            """,
            CreditUseRecord.init(row:)
        )
    }

    /// What of an invoice credit has paid.
    func creditSpent(on invoice: ID<Invoice>, _ currency: Currency) throws -> Money {
        try one(
            """
            SELECT coalesce(sum(amount_minor), 0)::bigint AS spent FROM credit_spendings
            WHERE invoice_id = \(invoice.uuid)
            """
        ) { try $0.money("spent", currency) }
    }

    func store(
        _ spending: CreditSpending,
        as id: ID<CreditUse>,
        _ kind: CreditUseRecord.Kind,
        on invoice: ID<Invoice>? = nil,
        by payout: ID<CreditPayout>? = nil,
        for dispute: ID<Dispute>? = nil,
        of customer: ID<Customer>,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO credit_spendings (
                id, credit_id, customer_id, kind, invoice_id, payout_id, dispute_id, amount_minor,
                at
            ) VALUES (
                \(id.uuid), \(spending.credit.uuid), \(customer.uuid), \(kind.rawValue),
                \(invoice?.uuid), \(payout?.uuid), \(dispute?.uuid),
                \(spending.amount.minorUnits), \(now)
            )
            """
        )
    }

    /// Keeps credit for the order that a payment pays the rest of.
    func hold(
        _ spending: CreditSpending,
        for payment: ID<Payment>,
        of customer: ID<Customer>
    ) throws {
        try run(
            """
            INSERT INTO credit_holds (payment_id, credit_id, customer_id, amount_minor)
            VALUES (
                \(payment.uuid), \(spending.credit.uuid), \(customer.uuid),
                \(spending.amount.minorUnits)
            )
            """
        )
    }

    /// What was kept beside a payment, whatever became of it since.
    func creditHeld(for payment: ID<Payment>) throws -> [CreditSpending] {
        try all(
            """
            SELECT credit_id, credit_holds.amount_minor, currency
            FROM credit_holds JOIN credits ON credits.id = credit_id
            WHERE payment_id = \(payment.uuid) ORDER BY credit_id
            """
        ) { row in
            CreditSpending(
                credit: try row.id("credit_id"),
                amount: try row.money("amount_minor", try row.currency("currency"))
            )
        }
    }

    /// Whether what was kept beside a payment is still there: nobody else has spent it, or keeps it
    /// for another order, and no dispute holds it.
    func isCreditThere(for payment: ID<Payment>) throws -> Bool {
        try !exists(
            """
            SELECT 1 FROM credit_holds h JOIN credits c ON c.id = h.credit_id
            WHERE h.payment_id = \(payment.uuid)
                AND h.amount_minor > c.amount_minor - coalesce((
                    SELECT sum(amount_minor) FROM credit_spendings WHERE credit_id = c.id
                ), 0) - coalesce((
                    SELECT sum(o.amount_minor) FROM credit_holds o
                    JOIN payments p ON p.id = o.payment_id
                    WHERE o.credit_id = c.id AND o.payment_id <> h.payment_id
                        AND p.status IN ('created', 'open', 'processing')
                ), 0) - coalesce((
                    SELECT sum(d.amount_minor) FROM credit_held_by_disputes(c.customer_id) d
                    WHERE d.credit = c.id
                ), 0)
            """
        )
    }

    /// Credits that have expired with something left that no order is waiting for, one customer's
    /// alone when told so; what expired first comes first.
    func expiredCredits(
        by time: Date,
        of customer: ID<Customer>? = nil,
        most: Int
    ) throws -> [(id: ID<Credit>, at: Date)] {
        try all(
            """
            SELECT id, expires_at FROM (
                SELECT \(CreditRecord.columns) FROM credits c WHERE c.expires_at <= \(time)
                    AND (\(customer?.uuid)::uuid IS NULL OR c.customer_id = \(customer?.uuid))
            ) expired
            WHERE remaining_minor > held_minor ORDER BY expires_at, id LIMIT \(most)
            """
        ) { (try $0.id("id"), try $0.get("expires_at")) }
    }

    /// Open invoices of customers with credit, of which no payment is under way but on a page that
    /// may be closed: one behind a link.
    func invoicesThatCreditCanPay(now: Date, most: Int) throws -> [ID<Invoice>] {
        try all(
            """
            SELECT i.id FROM invoices i
            WHERE i.status = 'open' AND EXISTS (
                    SELECT FROM (
                        SELECT \(CreditRecord.columns) FROM credits c
                        WHERE c.customer_id = i.customer_id AND c.currency = i.currency
                            AND (c.expires_at IS NULL OR c.expires_at > \(now))
                    ) mine WHERE remaining_minor > held_minor + disputed_minor
                ) AND NOT EXISTS (
                    SELECT FROM payments WHERE invoice_id = i.id
                        AND payments.status IN ('created', 'open', 'processing')
                        AND (payments.status = 'processing'
                            OR payments.parameters -> 'byLink' IS DISTINCT FROM 'true')
                )
            ORDER BY i.due_at, i.id LIMIT \(most)
            """
        ) { try $0.id("id") }
    }

    /// A customer's open invoices in a currency, kept from changing; what is due first comes first.
    func lockOpenInvoices(of customer: ID<Customer>, _ currency: Currency) throws -> [ID<Invoice>] {
        try all(
            """
            SELECT id, due_at FROM invoices
            WHERE customer_id = \(customer.uuid) AND currency = \(currency.code)
                AND status = 'open'
            ORDER BY id FOR UPDATE
            """
        ) { (try $0.id("id", of: Invoice.self), try $0.optional("due_at", as: Date.self)) }
        .sorted { ($0.1 ?? .distantFuture) < ($1.1 ?? .distantFuture) }
        .map(\.0)
    }

    /// The invoices of whose lines an invoice gives back.
    func invoices(reducedBy invoice: ID<Invoice>) throws -> Set<ID<Invoice>> {
        Set(
            try all(
                """
                SELECT DISTINCT reduced.invoice_id
                FROM subscription_lines s JOIN invoice_lines own ON own.id = s.invoice_line_id
                JOIN invoice_lines reduced ON reduced.id = s.reduces_line_id
                WHERE own.invoice_id = \(invoice.uuid)
                """
            ) { try $0.id("invoice_id") }
        )
    }

    /// Counts what credit has paid of an open invoice.
    func raisePaid(_ invoice: ID<Invoice>, by amount: Money) throws {
        try run(
            """
            UPDATE invoices SET paid_minor = paid_minor + \(amount.minorUnits)
            WHERE id = \(invoice.uuid) AND status = 'open'
            """
        )
    }
}

extension CreditRecord {
    static let columns: SQL = """
        c.id, c.customer_id, c.amount_minor, c.currency, c.source, c.reason, c.created_at,
        c.expires_at,
        c.amount_minor - coalesce((
            SELECT sum(amount_minor) FROM credit_spendings WHERE credit_id = c.id
        ), 0)::bigint AS remaining_minor,
        coalesce((
            SELECT sum(h.amount_minor) FROM credit_holds h JOIN payments p ON p.id = h.payment_id
            WHERE h.credit_id = c.id AND p.status IN ('created', 'open', 'processing')
        ), 0)::bigint AS held_minor,
        coalesce((
            SELECT sum(d.amount_minor) FROM credit_held_by_disputes(c.customer_id) d
            WHERE d.credit = c.id
        ), 0)::bigint AS disputed_minor
        """

    init(row: Row) throws {
        let currency = try row.currency("currency")
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            amount: try row.money("amount_minor", currency),
            source: try row.choice("source"),
            reason: try row.optional("reason"),
            createdAt: try row.get("created_at"),
            expiresAt: try row.optional("expires_at"),
            remaining: try row.money("remaining_minor", currency),
            held: try row.money("held_minor", currency),
            disputed: try row.money("disputed_minor", currency)
        )
    }
}

extension CreditUseRecord {
    static let columns: SQL = """
        s.id, s.credit_id, s.kind, s.invoice_id, i.number_text, s.amount_minor, c.currency, s.at
        FROM credit_spendings s JOIN credits c ON c.id = s.credit_id
        LEFT JOIN invoices i ON i.id = s.invoice_id
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            credit: try row.id("credit_id"),
            kind: try row.choice("kind"),
            invoice: try row.optionalID("invoice_id"),
            invoiceNumber: try row.optional("number_text"),
            amount: try row.money("amount_minor", try row.currency("currency")),
            at: try row.get("at")
        )
    }
}
