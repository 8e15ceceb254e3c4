import Core
import Foundation
import Postgres

extension Session {
    /// What was due to be billed stays so.
    func lookAtBills(of subscription: ID<Subscription>, noLaterThan due: Date) throws {
        try run(
            """
            UPDATE subscriptions SET next_bill_at = least(next_bill_at, \(due)::timestamptz)
            WHERE id = \(subscription.uuid) AND next_bill_at IS NOT NULL
            """
        )
    }

    func storeRepricing(
        _ id: ID<Repricing>,
        _ plan: ID<Plan>,
        _ price: ID<Price>,
        from: Date,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO repricings (id, plan_id, price_id, effective_from, announced_at)
            VALUES (\(id.uuid), \(plan.uuid), \(price.uuid), \(from), \(now))
            """
        )
    }

    func repricing(_ id: ID<Repricing>) throws -> RepricingRecord? {
        try first(
            "\(RepricingRecord.selection) WHERE repricings.id = \(id.uuid)",
            RepricingRecord.init(row:)
        )
    }

    /// Newest first.
    func repricings(of plan: ID<Plan>) throws -> [RepricingRecord] {
        try all(
            """
            \(RepricingRecord.selection) WHERE repricings.plan_id = \(plan.uuid)
            ORDER BY announced_at DESC, repricings.id DESC LIMIT 100
            """,
            RepricingRecord.init(row:)
        )
    }

    /// Takes an announcement back; false when it holds already or was taken back before.
    func withdrawRepricing(_ id: ID<Repricing>, now: Date) throws -> Bool {
        try run(
            """
            UPDATE repricings SET withdrawn_at = \(now)
            WHERE id = \(id.uuid) AND withdrawn_at IS NULL AND effective_from > \(now)
            """
        ) > 0
    }

    /// Those that have still to hear of a new price, or that it was withdrawn.
    func subscriptionsToReprice(
        by record: RepricingRecord,
        after last: ID<Subscription>?,
        most: Int
    ) throws -> [ID<Subscription>] {
        let open: SQL =
            record.withdrawnAt == nil
            ? """
            plan_id = \(record.plan.uuid) AND billing_cycle = \(record.cycle.rawValue)
                AND status <> 'cancelled' AND price_id <> \(record.price.uuid) AND NOT EXISTS (
                    SELECT FROM repriced_subscriptions r
                    WHERE repricing_id = \(record.id.uuid) AND r.subscription_id = subscriptions.id
                )
            """
            : """
            EXISTS (
                SELECT FROM repriced_subscriptions r WHERE repricing_id = \(record.id.uuid)
                    AND r.subscription_id = subscriptions.id AND undone_number IS NULL
            )
            """
        return try all(
            """
            SELECT id FROM subscriptions
            WHERE \(open) AND (\(last?.uuid)::uuid IS NULL OR id > \(last?.uuid))
            ORDER BY id LIMIT \(most)
            """
        ) { try $0.id("id") }
    }

    /// How many live subscriptions pay another price for a plan than it costs now.
    func countOfOldPrices(_ plan: ID<Plan>, _ cycle: BillingCycle, _ price: ID<Price>) throws -> Int
    {
        try one(
            """
            SELECT count(*) AS old FROM subscriptions
            JOIN prices ON prices.id = price_id
            JOIN prices new ON new.id = \(price.uuid) AND new.currency = prices.currency
            WHERE subscriptions.plan_id = \(plan.uuid) AND status <> 'cancelled'
                AND subscriptions.billing_cycle = \(cycle.rawValue) AND price_id <> \(price.uuid)
            """
        ) { try $0.get("old") }
    }

    func storeRepriced(
        _ subscription: SubscriptionRecord,
        by repricing: ID<Repricing>,
        oldPrice: ID<Price>,
        oldAmount: Money,
        event: Int
    ) throws {
        try run(
            """
            INSERT INTO repriced_subscriptions (
                repricing_id, subscription_id, customer_id, old_price_id, old_minor, event_number
            ) VALUES (
                \(repricing.uuid), \(subscription.id.uuid), \(subscription.customer.uuid),
                \(oldPrice.uuid), \(oldAmount.minorUnits), \(event)
            )
            """
        )
    }

    /// The event by which a new price was announced to a subscription, while it stands.
    func repriced(
        _ subscription: ID<Subscription>,
        by repricing: ID<Repricing>
    ) throws -> Int? {
        try first(
            """
            SELECT event_number FROM repriced_subscriptions
            WHERE repricing_id = \(repricing.uuid) AND subscription_id = \(subscription.uuid)
                AND undone_number IS NULL
            """
        ) { try $0.get("event_number") }
    }

    func markUndone(
        _ subscription: ID<Subscription>,
        by repricing: ID<Repricing>,
        event: Int
    ) throws {
        try run(
            """
            UPDATE repriced_subscriptions SET undone_number = \(event)
            WHERE repricing_id = \(repricing.uuid) AND subscription_id = \(subscription.uuid)
            """
        )
    }
}

extension RepricingRecord {
    fileprivate static let selection: SQL = """
        SELECT repricings.id, repricings.plan_id, price_id, billing_cycle, amount_minor, currency,
            effective_from, announced_at, withdrawn_at, (
                SELECT count(*) FROM repriced_subscriptions WHERE repricing_id = repricings.id
            ) AS told
        FROM repricings JOIN prices ON prices.id = price_id
        """

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            plan: try row.id("plan_id"),
            cycle: try row.choice("billing_cycle"),
            price: try row.id("price_id"),
            amount: try row.money("amount_minor", try row.currency("currency")),
            effectiveFrom: try row.get("effective_from"),
            announcedAt: try row.get("announced_at"),
            withdrawnAt: try row.optional("withdrawn_at"),
            subscriptions: try row.get("told")
        )
    }
}
