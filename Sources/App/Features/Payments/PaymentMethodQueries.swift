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
            ORDER BY is_default DESC, id DESC
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
    /// One that was removed here stays removed.
    func storePaymentMethods(
        _ cards: [SavedCard],
        of customer: ID<Customer>,
        ids: IDSource,
        now: Date
    ) throws {
        // Two of these at once must not both choose a default.
        try run("SELECT 1 FROM customers WHERE id = \(customer.uuid) FOR UPDATE")
        for card in cards {
            try run(
                """
                INSERT INTO payment_methods (
                    id, customer_id, gateway, gateway_method_id, brand, last_digits,
                    expires_month, expires_year, is_default, created_at
                ) VALUES (
                    \(ids.next()), \(customer.uuid), 'stripe', \(card.id), \(card.brand),
                    \(card.lastDigits), \(card.expiresMonth), \(card.expiresYear), false, \(now)
                )
                ON CONFLICT (gateway_method_id) DO UPDATE SET
                    expires_month = excluded.expires_month, expires_year = excluded.expires_year
                """
            )
        }
        try run(
            """
            UPDATE payment_methods SET removed_at = \(now), is_default = false
            WHERE customer_id = \(customer.uuid) AND removed_at IS NULL
                AND gateway_method_id <> ALL(\(cards.map(\.id)))
            """
        )
        try chooseDefault(of: customer)
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

    /// The newest card becomes the default where there is none.
    private func chooseDefault(of customer: ID<Customer>) throws {
        try run(
            """
            UPDATE payment_methods SET is_default = true
            WHERE id = (
                    SELECT id FROM payment_methods
                    WHERE customer_id = \(customer.uuid) AND removed_at IS NULL
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
        is_default
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
            isDefault: try row.get("is_default")
        )
    }
}
