import Core
import Foundation
import Postgres
import Support

extension Session {
    func paymentMethods(of customer: ID<Customer>) throws -> [PaymentMethodRecord] {
        try all(
            """
            SELECT \(PaymentMethodRecord.columns) FROM payment_methods
            WHERE customer_id = \(customer.uuid) AND removed_at IS NULL
            ORDER BY is_default DESC, unusable_since IS NOT NULL, id DESC
            """,
            PaymentMethodRecord.init(row:)
        )
    }

    func paymentMethod(_ id: ID<PaymentMethod>) throws -> PaymentMethodRecord? {
        try first(
            """
            SELECT \(PaymentMethodRecord.columns) FROM payment_methods
            WHERE id = \(id.uuid) AND removed_at IS NULL
            """,
            PaymentMethodRecord.init(row:)
        )
    }

    /// The card that a customer's invoices are charged to.
    func defaultPaymentMethod(of customer: ID<Customer>) throws -> PaymentMethodRecord? {
        try defaultPaymentMethods(of: [customer])[customer]
    }

    func defaultPaymentMethods(
        of customers: [ID<Customer>]
    ) throws -> [ID<Customer>: PaymentMethodRecord] {
        let cards = try all(
            """
            SELECT \(PaymentMethodRecord.columns) FROM payment_methods
            WHERE customer_id = ANY(\(customers.map(\.uuid))) AND is_default
            """,
            PaymentMethodRecord.init(row:)
        )
        return Dictionary(cards.map { ($0.customer, $0) }) { first, _ in first }
    }

    /// Takes over what the processor keeps of a customer: new cards, new dates, and which are gone.
    /// One that was removed here stays removed. One whose dates are new has been replaced by its
    /// bank, and one that was saved anew is trusted again, whatever became of it before.
    func storePaymentMethods(
        _ cards: [SavedCard],
        of customer: ID<Customer>,
        ids: IDSource,
        now: Date
    ) throws {
        try lockCards(of: customer)
        for card in cards {
            try run(
                """
                INSERT INTO payment_methods (
                    id, customer_id, gateway, gateway_method_id, brand, last_digits,
                    expires_month, expires_year, fingerprint, is_default, created_at
                ) VALUES (
                    \(ids.next()), \(customer.uuid), 'stripe', \(card.id), \(card.brand),
                    \(card.lastDigits), \(card.expiresMonth), \(card.expiresYear),
                    \(card.fingerprint), false, \(now)
                )
                ON CONFLICT (gateway_method_id) DO UPDATE SET
                    expires_month = excluded.expires_month, expires_year = excluded.expires_year,
                    fingerprint = excluded.fingerprint,
                    (unusable_since, decline_code) = (
                        SELECT old.unusable_since, old.decline_code FROM payment_methods old
                        WHERE old.id = payment_methods.id
                            AND old.expires_month = excluded.expires_month
                            AND old.expires_year = excluded.expires_year
                    )
                """
            )
        }
        try run(
            """
            UPDATE payment_methods old SET unusable_since = NULL, decline_code = NULL
            FROM payment_methods new
            WHERE old.customer_id = \(customer.uuid) AND new.customer_id = old.customer_id
                AND new.fingerprint = old.fingerprint AND new.created_at > old.unusable_since
            """
        )
        try run(
            """
            UPDATE payment_methods SET removed_at = \(now), is_default = false
            WHERE customer_id = \(customer.uuid) AND removed_at IS NULL
                AND gateway_method_id <> ALL(\(cards.map(\.id)))
            """
        )
        try chooseDefault(of: customer)
    }

    /// Notes that a card's bank has refused it for good, each time that it was saved. The newest
    /// other card takes its place.
    func markUnusable(
        _ gatewayID: String,
        of customer: ID<Customer>,
        because code: String,
        now: Date
    ) throws {
        try lockCards(of: customer)
        try run(
            """
            UPDATE payment_methods
            SET unusable_since = \(now), decline_code = \(code), is_default = false
            WHERE customer_id = \(customer.uuid) AND unusable_since IS NULL
                AND (gateway_method_id = \(gatewayID) OR fingerprint = (
                    SELECT fingerprint FROM payment_methods
                    WHERE gateway_method_id = \(gatewayID)
                ))
            """
        )
        try chooseDefault(of: customer)
    }

    func hasUnusableCard(_ customer: ID<Customer>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM payment_methods WHERE customer_id = \(customer.uuid)
                AND removed_at IS NULL AND unusable_since IS NOT NULL
            """
        )
    }

    /// Has a card charged again that was refused for good, by its fingerprint.
    func trustAgain(_ fingerprint: String, of customer: ID<Customer>) throws {
        try lockCards(of: customer)
        try run(
            """
            UPDATE payment_methods SET unusable_since = NULL, decline_code = NULL
            WHERE customer_id = \(customer.uuid) AND fingerprint = \(fingerprint)
            """
        )
        try chooseDefault(of: customer)
    }

    /// Two transactions at once must not both choose a default.
    private func lockCards(of customer: ID<Customer>) throws {
        try run("SELECT 1 FROM customers WHERE id = \(customer.uuid) FOR NO KEY UPDATE")
    }

    func makeDefault(_ id: ID<PaymentMethod>, of customer: ID<Customer>) throws {
        try run(
            """
            UPDATE payment_methods SET is_default = false
            WHERE customer_id = \(customer.uuid) AND is_default AND id <> \(id.uuid)
            """
        )
        try run("UPDATE payment_methods SET is_default = true WHERE id = \(id.uuid)")
    }

    func removePaymentMethod(
        _ id: ID<PaymentMethod>,
        of customer: ID<Customer>,
        now: Date
    ) throws {
        try run(
            """
            UPDATE payment_methods SET removed_at = \(now), is_default = false
            WHERE id = \(id.uuid)
            """
        )
        try chooseDefault(of: customer)
    }

    /// The newest card that may be charged becomes the default where there is none.
    private func chooseDefault(of customer: ID<Customer>) throws {
        try run(
            """
            UPDATE payment_methods SET is_default = true
            WHERE id = (
                    SELECT id FROM payment_methods
                    WHERE customer_id = \(customer.uuid) AND removed_at IS NULL
                        AND unusable_since IS NULL
                    ORDER BY id DESC LIMIT 1
                )
                AND NOT EXISTS (
                    SELECT FROM payment_methods
                    WHERE customer_id = \(customer.uuid) AND is_default
                )
            """
        )
    }
}

extension PaymentMethodRecord {
    fileprivate static let columns: SQL = """
        id, customer_id, gateway_method_id, brand, last_digits, expires_month, expires_year,
        is_default, unusable_since, decline_code
        """

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            gatewayID: try row.get("gateway_method_id"),
            brand: try row.get("brand"),
            lastDigits: try row.get("last_digits"),
            expiresMonth: try row.get("expires_month"),
            expiresYear: try row.get("expires_year"),
            isDefault: try row.get("is_default"),
            refusal: try row.optional("unusable_since").map {
                PaymentMethodRecord.Refusal(since: $0, code: try row.get("decline_code"))
            }
        )
    }
}
