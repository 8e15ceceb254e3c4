import Core
import Foundation
import Postgres

extension Session {
    /// What a customer has paid for and may be sent back, the oldest first.
    func payableCredits(
        of customer: ID<Customer>,
        _ currency: Currency,
        now: Date
    ) throws -> [AvailableCredit] {
        // What came of granted credit by way of an invoice was not paid for either.
        let granted = Set(
            try all(
                """
                SELECT credits_made_of(
                    \(customer.uuid),
                    ARRAY(
                        SELECT id FROM credits
                        WHERE customer_id = \(customer.uuid) AND source = 'grant'
                    ),
                    '{}'
                ) AS id
                """
            ) { try $0.id("id", of: Credit.self) }
        )
        return try availableCredits(of: customer, now: now)
            .filter { $0.remaining.currency == currency && !granted.contains($0.id) }
            .sorted {
                ($0.grantedAt, $0.id.uuid.uuidString) < ($1.grantedAt, $1.id.uuid.uuidString)
            }
    }

    /// The card payments that a customer's credit may have come from, kept from changing.
    func lockCardsBehindCredit(of customer: ID<Customer>) throws -> [PaymentRecord] {
        try all(
            """
            SELECT \(PaymentRecord.columns) FROM payments
            WHERE customer_id = \(customer.uuid) AND status = 'succeeded' AND gateway = 'stripe'
            ORDER BY id FOR UPDATE
            """,
            PaymentRecord.init(row:)
        )
    }

    /// The card payments that a credit came from, the newest first: what was paid too much, what a
    /// credit note gave back of, what was disputed when it was written off, and what paid for time
    /// that is not used.
    func cardPayments(behind credit: ID<Credit>) throws -> [ID<Payment>] {
        try all(
            """
            SELECT p.id FROM credits c
            LEFT JOIN refunds lost ON c.source = 'payout_failed' AND lost.id = c.cause_id
            LEFT JOIN credit_spendings w ON c.source = 'dispute_won' AND w.id = c.cause_id
            LEFT JOIN disputes d ON d.id = w.dispute_id
            LEFT JOIN credit_notes n ON c.source = 'credit_note' AND n.id = c.cause_id
            JOIN payments p ON p.customer_id = c.customer_id AND p.currency = c.currency
                AND p.gateway = 'stripe' AND p.status = 'succeeded' AND (
                    c.source = 'overpayment' AND p.id = c.cause_id
                    OR p.id = lost.payment_id OR p.id = d.payment_id
                    OR p.invoice_id = n.invoice_id
                    OR c.source = 'carried' AND p.invoice_id IN (
                        SELECT l.invoice_id FROM invoice_lines l
                        JOIN subscription_lines s ON s.invoice_line_id = l.id
                        WHERE s.subscription_id IN (
                            SELECT subscription_id FROM subscription_lines
                            JOIN invoice_lines ON invoice_lines.id = invoice_line_id
                            WHERE invoice_id = c.cause_id
                        )
                    )
                )
            WHERE c.id = \(credit.uuid) ORDER BY p.id DESC
            """
        ) { try $0.id("id") }
    }

    /// What of a card payment has not gone back yet, whatever was made of it here.
    func sendableBack(_ payment: PaymentRecord) throws -> Money {
        let currency = payment.amount.currency
        let disputed = try disputedAmount(of: payment.id, currency)
        let gone = try one(
            """
            SELECT coalesce(sum(amount_minor), 0)::bigint AS gone FROM refunds
            WHERE payment_id = \(payment.id.uuid) AND status <> 'failed'
            """
        ) { try $0.money("gone", currency) }
        let left = payment.amount - gone - disputed
        return left.isPositive ? left : .zero(currency)
    }

    func store(
        _ wish: CreditPayouts.Wish,
        as id: ID<CreditPayout>,
        to customer: ID<Customer>,
        by user: ID<User>,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO credit_payouts (
                id, customer_id, amount_minor, currency, way, reference, reason, paid_by,
                asked_with, created_at
            ) VALUES (
                \(id.uuid), \(customer.uuid), \(wish.amount.minorUnits),
                \(wish.amount.currency.code),
                \(wish.reference == nil ? "card" : "bank_transfer"), \(wish.reference),
                \(wish.reason), \(user.uuid), \(wish.key), \(now)
            )
            """
        )
    }

    func creditPayout(_ id: ID<CreditPayout>) throws -> CreditPayoutRecord? {
        try first(
            "SELECT \(CreditPayoutRecord.columns) FROM credit_payouts WHERE id = \(id.uuid)",
            CreditPayoutRecord.init(row:)
        )
    }

    /// What was sent back by a request with a key.
    func creditPayout(
        of customer: ID<Customer>,
        askedWith key: String
    ) throws -> CreditPayoutRecord? {
        try first(
            """
            SELECT \(CreditPayoutRecord.columns) FROM credit_payouts
            WHERE customer_id = \(customer.uuid) AND asked_with = \(key)
            """,
            CreditPayoutRecord.init(row:)
        )
    }

    func creditPayouts(
        of customer: ID<Customer>,
        before id: ID<CreditPayout>?,
        most: Int
    ) throws -> [CreditPayoutRecord] {
        try all(
            """
            SELECT \(CreditPayoutRecord.columns) FROM credit_payouts
            WHERE customer_id = \(customer.uuid)
                AND (\(id?.uuid)::uuid IS NULL OR id < \(id?.uuid))
            ORDER BY id DESC LIMIT \(most)
            """,
            CreditPayoutRecord.init(row:)
        )
    }
}

extension CreditPayoutRecord {
    fileprivate static let columns: SQL = """
        id, customer_id, amount_minor, currency, way, reference, reason, created_at
        """

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            amount: try row.money("amount_minor", try row.currency("currency")),
            way: try row.choice("way"),
            reference: try row.optional("reference"),
            reason: try row.get("reason"),
            createdAt: try row.get("created_at")
        )
    }
}
