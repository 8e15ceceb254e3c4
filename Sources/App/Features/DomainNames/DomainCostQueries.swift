import Core
import Foundation
import Postgres

extension Session {
    /// A name that is ours and of which it is not known what it has cost.
    func purchaseWithoutCost(_ id: ID<DomainOperation>) throws -> DomainPurchase? {
        try first(
            """
            SELECT name, o.kind, (o.parameters ->> 'years')::int AS years
            FROM domain_operations o JOIN domains d ON d.id = domain_id
            WHERE o.id = \(id.uuid) AND o.status = 'confirmed' AND cost_minor IS NULL
            """
        ) { row in
            DomainPurchase(
                name: try DomainName(ascii: try row.get("name"))
                    .orThrow(UnreadableColumn("name")),
                action: try row.choice("kind"),
                years: try row.get("years")
            )
        }
    }

    /// Keeps what an operation has cost; false when that is known already.
    func store(_ cost: Money, of operation: ID<DomainOperation>) throws -> Bool {
        try run(
            """
            UPDATE domain_operations
            SET cost_minor = \(cost.minorUnits), cost_currency = \(cost.currency.code)
            WHERE id = \(operation.uuid) AND cost_minor IS NULL
            """
        ) > 0
    }

    /// What a year of an ending costs us, as it was set.
    func domainCost(of ending: String, _ action: DomainAction) throws -> Money? {
        try first(
            """
            SELECT amount_minor, currency FROM domain_costs
            WHERE ending = \(ending) AND action = \(action.rawValue)
            """
        ) { try $0.money("amount_minor", try $0.currency("currency")) }
    }

    func domainCosts() throws -> [SetDomainCost] {
        try all(
            """
            SELECT ending, action, amount_minor, currency FROM domain_costs
            ORDER BY ending, action
            """
        ) { row in
            SetDomainCost(
                ending: try row.get("ending"),
                action: try row.choice("action"),
                yearly: try row.money("amount_minor", try row.currency("currency"))
            )
        }
    }

    func store(_ cost: SetDomainCost) throws {
        try run(
            """
            INSERT INTO domain_costs (ending, action, amount_minor, currency)
            VALUES (
                \(cost.ending), \(cost.action.rawValue), \(cost.yearly.minorUnits),
                \(cost.yearly.currency.code)
            )
            ON CONFLICT (ending, action) DO UPDATE
            SET amount_minor = excluded.amount_minor, currency = excluded.currency
            """
        )
    }
}
