import Core
import Foundation
import Postgres

/// An order with the name of whoever pays for it, as a row of a list.
struct ListedOrder: Sendable {
    let order: OrderRecord
    let customerName: String
    let email: String
    /// What was ordered, in a few words.
    let summary: String
}

/// A payment that somebody has to look at.
struct ListedPayment: Sendable {
    let payment: PaymentRecord
    let orderNumber: Int64?
    let customerName: String
}

/// What a day has brought so far.
struct DayFigures: Sendable {
    let received: Money
    let payments: Int64
    let ordersPlaced: Int64
    let newCustomers: Int64
}

/// What one day brought.
struct DayReceipts: Sendable {
    /// Its beginning, in UTC.
    let day: Date
    let amount: Money
}

extension Session {
    /// Money that does not fit what was expected, newest first.
    func paymentsNeedingAttention(most: Int) throws -> [ListedPayment] {
        try all(
            """
            SELECT \(PaymentRecord.columns), order_number, customer_name
            FROM payments
            LEFT JOIN (SELECT id AS its_order, number AS order_number FROM orders) o
                ON its_order = order_id
            JOIN (SELECT id AS payer, name AS customer_name FROM customers) c
                ON payer = customer_id
            WHERE status = 'attention' ORDER BY id DESC LIMIT \(most)
            """
        ) { row in
            ListedPayment(
                payment: try PaymentRecord(row: row),
                orderNumber: try row.optional("order_number"),
                customerName: try row.get("customer_name")
            )
        }
    }

    /// How many orders are in a state.
    func countOrders(_ status: OrderStatus) throws -> Int64 {
        try one("SELECT count(*) AS count FROM orders WHERE status = \(status.rawValue)") {
            try $0.get("count")
        }
    }

    /// What was received on each of some days in UTC, oldest first, in one currency.
    func received(onDaysFrom first: Date, to last: Date, currency: Currency) throws -> [DayReceipts]
    {
        try all(
            """
            SELECT day AT TIME ZONE 'UTC' AS day, coalesce(sum(amount_minor), 0)::bigint AS amount
            FROM generate_series(
                \(first)::timestamptz AT TIME ZONE 'UTC', \(last)::timestamptz AT TIME ZONE 'UTC',
                interval '1 day'
            ) AS day
            LEFT JOIN payments ON status = 'succeeded' AND currency = \(currency.code)
                AND settled_at >= day AT TIME ZONE 'UTC'
                AND settled_at < (day + interval '1 day') AT TIME ZONE 'UTC'
            GROUP BY day ORDER BY day
            """
        ) { row in
            DayReceipts(day: try row.get("day"), amount: try row.money("amount", currency))
        }
    }

    /// What has come in since a moment, in one currency.
    func figures(since start: Date, currency: Currency) throws -> DayFigures {
        try one(
            """
            SELECT
                (SELECT coalesce(sum(amount_minor), 0)::bigint FROM payments
                    WHERE status = 'succeeded' AND settled_at >= \(start)
                        AND currency = \(currency.code)) AS received,
                (SELECT count(*) FROM payments
                    WHERE status = 'succeeded' AND settled_at >= \(start)
                        AND currency = \(currency.code)) AS payments,
                (SELECT count(*) FROM orders WHERE created_at >= \(start)) AS orders,
                (SELECT count(*) FROM customers WHERE created_at >= \(start)) AS customers
            """
        ) { row in
            DayFigures(
                received: try row.money("received", currency),
                payments: try row.get("payments"),
                ordersPlaced: try row.get("orders"),
                newCustomers: try row.get("customers")
            )
        }
    }
}
