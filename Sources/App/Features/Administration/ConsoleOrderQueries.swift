import Core
import Foundation
import Postgres

/// Which orders to list.
struct OrderFilter: Sendable {
    var status: OrderStatus?
    /// A number, an identifier, a domain name, or part of a name or of an address.
    var text: String?
    var customer: ID<Customer>?
    var sorting = OrderColumn.standard

    /// The order that the text names by number or identifier.
    fileprivate var number: Int64? {
        text.flatMap { Int64($0.hasPrefix("#") ? String($0.dropFirst()) : $0) }
    }

    fileprivate var id: ID<Order>? { text.flatMap { ID<Order>($0) } }
    fileprivate var payer: ID<Customer>? { text.flatMap { ID<Customer>($0) } }
    fileprivate var invoice: ID<Invoice>? { text.flatMap { ID<Invoice>($0) } }
    fileprivate var payment: ID<Payment>? { text.flatMap { ID<Payment>($0) } }
}

/// What orders can be sorted by.
enum OrderColumn: String {
    case placed, customer, total

    static let standard = Sorting(OrderColumn.placed, isDescending: true)
}

extension OrderColumn: StoredSortColumn {
    var term: SortTerm? {
        switch self {
        case .placed: nil
        case .customer: .text("payer_name")
        case .total: .number("total_minor")
        }
    }
}

extension OrderFilter: ListFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [ListedOrder] {
        try session.listedOrders(self, after: place, most: most)
    }

    func place(of row: ListedOrder) -> [String] {
        let value =
            switch sorting.column {
            case .placed: ""
            case .customer: row.customerName
            case .total: String(row.order.total.minorUnits)
            }
        return [value, row.order.id.uuid.uuidString]
    }
}

extension Session {
    /// Orders with their payers as the filter sorts them, those after a place when paging.
    func listedOrders(
        _ filter: OrderFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [ListedOrder] {
        try all(
            """
            SELECT \(OrderRecord.columns), payer_name, payer_email, (
                SELECT string_agg(concat_ws(' · ', plan_name, domain_name), ', ' ORDER BY position)
                FROM order_items WHERE order_id = orders.id
            ) AS summary
            FROM orders
            JOIN (SELECT id AS payer_id, name AS payer_name, email AS payer_email FROM customers) c
                ON payer_id = customer_id
            WHERE (\(filter.status?.rawValue)::text IS NULL OR status = \(filter.status?.rawValue))
                AND (\(filter.customer?.uuid)::uuid IS NULL OR payer_id = \(filter.customer?.uuid))
                AND \(filter.sorting.isAfter(place))
                AND (\(filter.text)::text IS NULL OR \(matches(filter)))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """
        ) { row in
            ListedOrder(
                order: try OrderRecord(row: row),
                customerName: try row.get("payer_name"),
                email: try row.get("payer_email"),
                summary: try row.optional("summary") ?? ""
            )
        }
    }

    private func matches(_ filter: OrderFilter) -> SQL {
        """
        (number = \(filter.number) OR id = \(filter.id?.uuid) OR payer_id = \(filter.payer?.uuid)
            OR strpos(lower(payer_email), lower(\(filter.text))) > 0
            OR strpos(lower(payer_name), lower(\(filter.text))) > 0
            OR EXISTS (SELECT FROM order_items i
                WHERE i.order_id = orders.id AND i.domain_name = lower(\(filter.text)))
            OR EXISTS (SELECT FROM invoices v WHERE v.order_id = orders.id
                AND (v.id = \(filter.invoice?.uuid) OR v.number_text = \(filter.text)))
            OR EXISTS (SELECT FROM payments p WHERE p.order_id = orders.id
                AND (p.id = \(filter.payment?.uuid) OR p.gateway_intent_id = \(filter.text)
                    OR p.gateway_checkout_id = \(filter.text))))
        """
    }
}
