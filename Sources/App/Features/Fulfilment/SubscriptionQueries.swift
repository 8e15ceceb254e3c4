package import Core
package import Foundation
import Postgres

/// What a customer has bought and uses, as it is stored.
package struct SubscriptionRecord: Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case trialing, active, suspended, cancelled
        case pastDue = "past_due"
    }

    package let id: ID<Subscription>
    package let customer: ID<Customer>
    package let item: ID<OrderItem>
    package let plan: ID<Plan>
    package let status: Status
    package let cycle: BillingCycle
    package let periodStart: Date
    package let periodEnd: Date
}

extension Session {
    func storeSubscription(
        _ id: ID<Subscription>,
        for item: OrderItemRecord,
        period: BillingPeriod,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO subscriptions (
                id, customer_id, order_item_id, plan_id, price_id, status, billing_cycle,
                current_period_start, current_period_end, created_at
            ) VALUES (
                \(id.uuid), \(item.customer.uuid), \(item.id.uuid), \(item.plan.uuid),
                \(item.price.uuid), 'active', \(item.cycle.rawValue), \(period.start),
                \(period.end), \(now)
            )
            """
        )
    }

    func subscription(ofItem item: ID<OrderItem>) throws -> SubscriptionRecord? {
        try first(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions
            WHERE order_item_id = \(item.uuid)
            """,
            SubscriptionRecord.init(row:)
        )
    }

    func subscriptions(of customer: ID<Customer>) throws -> [SubscriptionRecord] {
        try all(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions
            WHERE customer_id = \(customer.uuid) ORDER BY id DESC
            """,
            SubscriptionRecord.init(row:)
        )
    }

    func cancelSubscription(ofItem item: ID<OrderItem>, now: Date) throws {
        try run(
            """
            UPDATE subscriptions SET status = 'cancelled', cancelled_at = \(now)
            WHERE order_item_id = \(item.uuid) AND status <> 'cancelled'
            """
        )
    }
}

extension SubscriptionRecord {
    static let columns: SQL = """
        id, customer_id, order_item_id, plan_id, status, billing_cycle, current_period_start,
        current_period_end
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            item: try row.id("order_item_id"),
            plan: try row.id("plan_id"),
            status: try row.choice("status"),
            cycle: try row.choice("billing_cycle"),
            periodStart: try row.get("current_period_start"),
            periodEnd: try row.get("current_period_end")
        )
    }
}
