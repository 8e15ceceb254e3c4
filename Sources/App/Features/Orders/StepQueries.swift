import Core
import Foundation
import Postgres
import Support

extension Session {
    func steps(of order: ID<Order>) throws -> [StepRecord] { try steps(of: [order]) }

    func steps(of orders: [ID<Order>]) throws -> [StepRecord] {
        try all(
            """
            SELECT \(StepRecord.columns) FROM order_steps LEFT JOIN order_items i ON i.id = item_id
            WHERE order_steps.order_id = ANY(\(orders.map(\.uuid)))
            ORDER BY order_steps.order_id, i.position NULLS FIRST, order_steps.position
            """,
            StepRecord.init(row:)
        )
    }

    func storeStep(
        _ name: StepName,
        item: ID<OrderItem>?,
        of order: OrderRecord,
        ids: IDSource
    ) throws {
        let position = StepName.allCases.firstIndex(of: name) ?? 0
        try run(
            """
            INSERT INTO order_steps (id, order_id, customer_id, item_id, position, name, status)
            VALUES (
                \(ids.next()), \(order.id.uuid), \(order.customer.uuid), \(item?.uuid), \(position),
                \(name.rawValue), 'pending'
            )
            """
        )
    }

    /// Begins another attempt of a step.
    func startStep(_ name: StepName, item: ID<OrderItem>, now: Date) throws {
        try run(
            """
            UPDATE order_steps SET status = 'running', attempts = attempts + 1,
                started_at = coalesce(started_at, \(now)), finished_at = NULL
            WHERE item_id = \(item.uuid) AND name = \(name.rawValue)
                AND status <> 'compensated'
            """
        )
    }

    /// Stores how a step stands, with what people may want to know of it.
    func setStep(
        _ name: StepName,
        item: ID<OrderItem>?,
        of order: ID<Order>,
        to status: StepStatus,
        _ note: StepNote?,
        now: Date
    ) throws {
        let isEnd = status != .pending && status != .running
        try run(
            """
            UPDATE order_steps SET status = \(status.rawValue), detail = \(note?.staff),
                buyer_note = \(note?.buyer.text),
                started_at = CASE WHEN \(isEnd) THEN coalesce(started_at, \(now))
                    ELSE started_at END,
                finished_at = CASE WHEN \(isEnd) THEN \(now)::timestamptz END
            WHERE order_id = \(order.uuid) AND item_id IS NOT DISTINCT FROM \(item?.uuid)::uuid
                AND name = \(name.rawValue) AND status <> 'compensated'
            """
        )
    }

    /// Makes failed steps of an order ready to be tried again; what was refused before this moment
    /// no longer counts.
    func reopenSteps(of order: ID<Order>, now: Date) throws {
        try run(
            """
            UPDATE order_steps SET retried_at = \(now), finished_at = NULL,
                status = CASE WHEN status = 'failed' THEN 'pending' ELSE status END
            WHERE order_id = \(order.uuid) AND status IN ('failed', 'pending', 'running')
            """
        )
    }
}

extension StepRecord {
    static let columns: SQL = """
        order_steps.order_id, item_id, order_steps.name, order_steps.status, attempts, detail,
        buyer_note, started_at, finished_at
        """

    init(row: Row) throws {
        self.init(
            order: try row.id("order_id"),
            item: try row.optionalID("item_id"),
            name: try row.choice("name"),
            status: try row.choice("status"),
            attempts: try row.get("attempts"),
            detail: try row.optional("detail"),
            buyerNote: try row.optional("buyer_note"),
            startedAt: try row.optional("started_at"),
            finishedAt: try row.optional("finished_at")
        )
    }
}
