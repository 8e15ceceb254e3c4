import Core
import Foundation
import Postgres

extension Session {
    /// What the register said last of the number that a customer has now; nil when it has not been
    /// asked.
    func vatCheck(of customer: ID<Customer>) throws -> VATCheckRecord? {
        try vatChecks(of: [customer])[customer]
    }

    /// The same of many customers.
    func vatChecks(of customers: [ID<Customer>]) throws -> [ID<Customer>: VATCheckRecord] {
        let found = try all(
            """
            SELECT DISTINCT ON (customer_id) customer_id, v.vat_number, status, v.name, v.address,
                consultation, checked_at
            FROM vat_checks v JOIN customers c ON c.id = customer_id
            WHERE customer_id = ANY(\(customers.map(\.uuid))) AND v.vat_number = c.vat_number
            ORDER BY customer_id, checked_at DESC, v.id DESC
            """
        ) { row in
            let record = VATCheckRecord(
                number: try row.get("vat_number"),
                status: try row.choice("status"),
                name: try row.optional("name"),
                address: try row.optional("address"),
                consultation: try row.optional("consultation"),
                checkedAt: try row.get("checked_at")
            )
            return (try row.id("customer_id", of: Customer.self), record)
        }
        return Dictionary(found) { first, _ in first }
    }

    func store(
        _ answer: VATAnswer,
        about number: VATNumber,
        of customer: ID<Customer>,
        as id: ID<VATConsultation>,
        now: Date
    ) throws {
        let status = answer.isValid ? VATCheck.valid : .invalid
        try run(
            """
            INSERT INTO vat_checks (
                id, customer_id, vat_number, status, name, address, consultation, checked_at
            ) VALUES (
                \(id.uuid), \(customer.uuid), \(number.text), \(status.rawValue), \(answer.name),
                \(answer.address), \(answer.consultation), \(now)
            )
            """
        )
    }

    /// Customers whose number the register has never been asked after, and those who are billed
    /// soon and whose answer is older than some time.
    func customersToCheck(
        olderThan old: Date,
        billedBefore soon: Date,
        most: Int
    ) throws -> [ID<Customer>] {
        try all(
            """
            SELECT c.id FROM customers c
            LEFT JOIN LATERAL (
                SELECT max(checked_at) AS asked_at FROM vat_checks v
                WHERE customer_id = c.id AND v.vat_number = c.vat_number
            ) checks ON true
            WHERE c.vat_number IS NOT NULL AND (
                asked_at IS NULL
                OR asked_at < \(old) AND EXISTS (
                    SELECT FROM subscriptions s
                    WHERE s.customer_id = c.id AND next_bill_at < \(soon)
                )
            )
            ORDER BY c.id LIMIT \(most)
            """
        ) { try $0.id("id") }
    }
}
