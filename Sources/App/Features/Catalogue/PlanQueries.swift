import Core
import Foundation
import Postgres
import Support

extension Session {
    func planID(slug: String) throws -> ID<Plan>? {
        try first("SELECT id FROM plans WHERE slug = \(slug)") { try $0.id("id") }
    }

    /// Locks a plan until the transaction ends; nil when there is none.
    func lockPlan(_ id: ID<Plan>) throws -> Void? {
        try first("SELECT 1 AS found FROM plans WHERE id = \(id.uuid) FOR UPDATE") { _ in }
    }

    /// Lets one new plan at a time find its place.
    func lockPlanPositions() throws {
        _ = try all("SELECT pg_advisory_xact_lock(7002)") { _ in }
    }

    /// The place after the last plan.
    func nextPlanPosition() throws -> Int {
        try one("SELECT coalesce(max(position) + 1, 0) AS next FROM plans") { try $0.get("next") }
    }

    /// Takes a plan off sale; false when it was not for sale.
    func retirePlan(_ id: ID<Plan>, now: Date) throws -> Bool {
        try run(
            "UPDATE plans SET active = false, updated_at = \(now) WHERE id = \(id.uuid) AND active"
        ) > 0
    }

    /// Makes these the prices of a plan in a currency; others are retired.
    func setPrices(
        _ prices: [PlanPrice],
        of plan: ID<Plan>,
        _ currency: Currency,
        ids: IDSource,
        now: Date
    ) throws {
        try run(
            """
            UPDATE prices SET retired_at = \(now)
            WHERE plan_id = \(plan.uuid) AND currency = \(currency.code) AND retired_at IS NULL
                AND NOT billing_cycle = ANY(\(prices.map(\.cycle.rawValue)))
            """
        )
        for price in prices {
            try setPrice(
                ID(ids.next()),
                of: plan,
                cycle: price.cycle,
                to: price.amount,
                now: now
            )
        }
    }
}
