import Core
import Foundation
import Postgres

extension Session {
    /// A customer's exemptions, newest first.
    func taxExemptions(of customer: ID<Customer>) throws -> [TaxExemptionRecord] {
        try taxExemptions(of: [customer])
    }

    func taxExemptions(of customers: [ID<Customer>]) throws -> [TaxExemptionRecord] {
        try all(
            """
            SELECT \(TaxExemptionRecord.columns) FROM tax_exemptions
            WHERE customer_id = ANY(\(customers.map(\.uuid))) ORDER BY id DESC
            """,
            TaxExemptionRecord.init(row:)
        )
    }

    func lockTaxExemption(_ id: ID<GrantedExemption>) throws -> TaxExemptionRecord? {
        try first(
            """
            SELECT \(TaxExemptionRecord.columns) FROM tax_exemptions
            WHERE id = \(id.uuid) FOR UPDATE
            """,
            TaxExemptionRecord.init(row:)
        )
    }

    func store(
        _ exemption: TaxExemption,
        as id: ID<GrantedExemption>,
        of customer: ID<Customer>,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO tax_exemptions (
                id, customer_id, reason, components, valid_from, valid_to, created_at
            ) VALUES (
                \(id.uuid), \(customer.uuid), \(exemption.reason),
                \(exemption.components?.sorted()), \(exemption.validFrom?.date),
                \(exemption.validTo?.date), \(now)
            )
            """
        )
    }

    /// Ends an exemption; one that has not begun never does.
    func setEnd(of exemption: ID<GrantedExemption>, to end: Date) throws {
        try run(
            """
            UPDATE tax_exemptions SET valid_to = \(end),
                valid_from = CASE WHEN valid_from < \(end) THEN valid_from END
            WHERE id = \(exemption.uuid)
            """
        )
    }
}

extension TaxExemptionRecord {
    fileprivate static let columns: SQL = """
        id, customer_id, reason, components, valid_from, valid_to, created_at
        """

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            exemption: TaxExemption(
                try row.get("reason"),
                components: try row.optional("components", as: [String].self).map { Set($0) },
                validFrom: try row.instant("valid_from"),
                validTo: try row.instant("valid_to")
            ),
            createdAt: try row.get("created_at")
        )
    }
}
