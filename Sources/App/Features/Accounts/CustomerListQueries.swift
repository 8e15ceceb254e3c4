import Core
import Postgres

extension Session {
    /// The customer of an identifier, or the only one of an e-mail address.
    func customer(named text: String) throws -> CustomerRecord? {
        let found = try all(
            """
            SELECT \(CustomerRecord.columns) FROM customers
            WHERE id = \(ID<Customer>(text)?.uuid) OR lower(email) = lower(\(text)) LIMIT 2
            """,
            CustomerRecord.init(row:)
        )
        return found.count == 1 ? found.first : nil
    }

    /// Customers newest first, those with a text in name, company or address when given.
    func customers(
        matching text: String?,
        before: ID<Customer>?,
        most: Int
    ) throws -> [CustomerRecord] {
        let text = text?.lowercased()
        return try all(
            """
            SELECT \(CustomerRecord.columns) FROM customers
            WHERE (\(text)::text IS NULL OR strpos(lower(name), \(text)) > 0
                    OR strpos(lower(email), \(text)) > 0
                    OR strpos(lower(coalesce(company, '')), \(text)) > 0)
                AND (\(before?.uuid)::uuid IS NULL OR id < \(before?.uuid))
            ORDER BY id DESC LIMIT \(most)
            """,
            CustomerRecord.init(row:)
        )
    }
}
