import Core
import Foundation
import Postgres
import Support

/// Which of somebody's orders to list.
struct CustomerOrderFilter: Sendable {
    var customer: ID<Customer>?
    var status: OrderStatus?
    var sorting = CustomerOrderColumn.standard
}

/// What somebody's orders can be sorted by.
enum CustomerOrderColumn: String, StoredSortColumn {
    case placed, total

    static let standard = Sorting(CustomerOrderColumn.placed, isDescending: true)

    var term: SortTerm? { self == .total ? .number("total_minor") : nil }
}

extension CustomerOrderFilter: ListFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [OrderDetails] {
        try session.details(of: session.orders(self, after: place, most: most))
    }

    func place(of row: OrderDetails) -> [String] {
        let order = row.order
        return [
            sorting.column == .total ? String(order.total.minorUnits) : "",
            order.id.uuid.uuidString,
        ]
    }
}

extension Session {
    /// Orders that have waited for their payment for long, and those that have kept a coupon so.
    func unpaidOrders(
        placedBefore time: Date,
        withCouponBefore couponTime: Date,
        most: Int
    ) throws -> [ID<Order>] {
        try all(
            """
            SELECT id FROM orders
            WHERE status = 'pending' AND (created_at < \(time) OR created_at < \(couponTime)
                AND EXISTS (SELECT FROM coupon_uses u WHERE u.order_id = orders.id))
            ORDER BY id LIMIT \(most)
            """
        ) { try $0.id("id") }
    }

    func store(
        _ bill: Bill,
        as order: ID<Order>,
        for buyer: Buyer,
        key: String?,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO orders (
                id, customer_id, user_id, status, currency, subtotal_minor, discount_minor,
                tax_minor, is_tax_inclusive, total_minor, idempotency_key, created_at
            ) VALUES (
                \(order.uuid), \(buyer.customer.uuid), \(buyer.user.uuid), 'pending',
                \(bill.total.currency.code), \(bill.subtotal.minorUnits),
                \(bill.discount.minorUnits), \(bill.tax.minorUnits), \(bill.isTaxInclusive),
                \(bill.total.minorUnits), \(key), \(now)
            )
            """
        )
    }

    func store(
        _ line: Quote.Line,
        as item: ID<OrderItem>,
        position: Int,
        of order: ID<Order>,
        customer: ID<Customer>,
        authCodeSealed: String?
    ) throws {
        let quotas = line.plan.quotas.multiplied(by: line.quantity)
        try run(
            """
            INSERT INTO order_items (
                id, order_id, customer_id, position, plan_id, price_id, plan_name, billing_cycle,
                quantity, plan_amount_minor, max_accounts, max_domains, max_databases, max_emails,
                domain_name, domain_action, domain_years, domain_amount_minor,
                domain_auth_code_sealed
            ) VALUES (
                \(item.uuid), \(order.uuid), \(customer.uuid), \(position), \(line.plan.id.uuid),
                \(line.plan.price.uuid), \(line.plan.name), \(line.cycle.rawValue),
                \(line.quantity), \(line.planAmount.minorUnits), \(quotas.accounts),
                \(quotas.domains),
                \(quotas.databases), \(quotas.emails), \(line.domain?.name.text),
                \(line.domain?.action.rawValue),
                \(line.domain.flatMap { $0.action == .register ? $0.years : nil }),
                \(line.domainAmount.minorUnits), \(authCodeSealed)
            )
            """
        )
    }

    /// What an unpaid order comes to now.
    func replaceAmounts(of order: ID<Order>, with bill: Bill) throws {
        try run(
            """
            UPDATE orders SET subtotal_minor = \(bill.subtotal.minorUnits),
                discount_minor = \(bill.discount.minorUnits), tax_minor = \(bill.tax.minorUnits),
                is_tax_inclusive = \(bill.isTaxInclusive), total_minor = \(bill.total.minorUnits)
            WHERE id = \(order.uuid) AND status = 'pending'
            """
        )
    }

    func order(_ id: ID<Order>) throws -> OrderRecord? {
        try first(
            "SELECT \(OrderRecord.columns) FROM orders WHERE id = \(id.uuid)",
            OrderRecord.init(row:)
        )
    }

    func lockOrder(_ id: ID<Order>) throws -> OrderRecord? {
        try first(
            "SELECT \(OrderRecord.columns) FROM orders WHERE id = \(id.uuid) FOR UPDATE",
            OrderRecord.init(row:)
        )
    }

    func order(of customer: ID<Customer>, withKey key: String) throws -> OrderRecord? {
        try first(
            """
            SELECT \(OrderRecord.columns) FROM orders
            WHERE customer_id = \(customer.uuid) AND idempotency_key = \(key)
            """,
            OrderRecord.init(row:)
        )
    }

    /// Orders that a filter lets through, those after a place when paging.
    func orders(
        _ filter: CustomerOrderFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [OrderRecord] {
        let (customer, status) = (filter.customer?.uuid, filter.status?.rawValue)
        return try all(
            """
            SELECT \(OrderRecord.columns) FROM orders
            WHERE (\(customer)::uuid IS NULL OR customer_id = \(customer))
                AND (\(status)::text IS NULL OR status = \(status))
                AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            OrderRecord.init(row:)
        )
    }

    func items(of order: ID<Order>) throws -> [OrderItemRecord] { try items(of: [order]) }

    func items(of orders: [ID<Order>]) throws -> [OrderItemRecord] {
        try all(
            """
            SELECT \(OrderItemRecord.columns) FROM order_items JOIN orders ON orders.id = order_id
            WHERE order_id = ANY(\(orders.map(\.uuid))) ORDER BY order_id, position
            """,
            OrderItemRecord.init(row:)
        )
    }

    func item(_ id: ID<OrderItem>) throws -> OrderItemRecord? {
        try first(
            """
            SELECT \(OrderItemRecord.columns) FROM order_items JOIN orders ON orders.id = order_id
            WHERE order_items.id = \(id.uuid)
            """,
            OrderItemRecord.init(row:)
        )
    }

    func details(of id: ID<Order>) throws -> OrderDetails? {
        guard let order = try order(id) else { return nil }
        return try details(of: [order]).first
    }

    /// Orders with all that belongs to them, by as many statements for many as for one.
    func details(of orders: [OrderRecord]) throws -> [OrderDetails] {
        let ids = orders.map(\.id)
        let items = Dictionary(grouping: try items(of: ids), by: \.order)
        let steps = Dictionary(grouping: try steps(of: ids), by: \.order)
        let invoices = Dictionary(
            try all(
                "SELECT id, order_id FROM invoices WHERE order_id = ANY(\(ids.map(\.uuid)))"
            ) { (try $0.id("order_id", of: Order.self), try $0.id("id", of: Invoice.self)) },
            uniquingKeysWith: { first, _ in first }
        )
        let coupons = try couponCodes(of: ids)
        let taxed = orders.filter { !$0.tax.isZero }.compactMap { invoices[$0.id] }
        let lines = taxed.isEmpty ? [:] : try lines(of: taxed)
        return orders.map { order in
            OrderDetails(
                order: order,
                items: items[order.id] ?? [],
                steps: steps[order.id] ?? [],
                invoice: invoices[order.id],
                coupon: coupons[order.id],
                taxes: invoices[order.id].flatMap { lines[$0]?.taxes } ?? []
            )
        }
    }

    func setStatus(_ status: OrderStatus, of order: ID<Order>, now: Date) throws {
        try run(
            """
            UPDATE orders SET status = \(status.rawValue),
                finished_at = CASE WHEN \(status.isFinal) THEN \(now)::timestamptz END
            WHERE id = \(order.uuid) AND status <> \(status.rawValue)
            """
        )
    }

    func markOrderPaid(_ order: ID<Order>, now: Date) throws {
        try run(
            """
            UPDATE orders SET status = 'paid', paid_at = \(now)
            WHERE id = \(order.uuid) AND status = 'pending'
            """
        )
    }
}

extension OrderRecord {
    static let columns: SQL = """
        id, number, customer_id, user_id, status, currency, subtotal_minor, discount_minor,
        tax_minor, is_tax_inclusive, total_minor, created_at, paid_at, finished_at
        """

    init(row: Row) throws {
        let currency = try row.currency("currency")
        self.init(
            id: ID(try row.get("id")),
            number: try row.get("number"),
            customer: ID(try row.get("customer_id")),
            user: ID(try row.get("user_id")),
            status: try row.choice("status"),
            subtotal: try row.money("subtotal_minor", currency),
            discount: try row.money("discount_minor", currency),
            tax: try row.money("tax_minor", currency),
            isTaxInclusive: try row.get("is_tax_inclusive"),
            total: try row.money("total_minor", currency),
            createdAt: try row.get("created_at"),
            paidAt: try row.optional("paid_at"),
            finishedAt: try row.optional("finished_at")
        )
    }
}

extension OrderItemRecord {
    static let columns: SQL = """
        order_items.id, order_id, order_items.customer_id, position, plan_id, price_id, plan_name,
        billing_cycle, quantity, plan_amount_minor, max_accounts, max_domains, max_databases,
        max_emails,
        domain_name, domain_action, domain_years, domain_amount_minor, domain_auth_code_sealed,
        orders.currency
        """

    init(row: Row) throws {
        let currency = try row.currency("currency")
        self.init(
            id: ID(try row.get("id")),
            order: ID(try row.get("order_id")),
            customer: ID(try row.get("customer_id")),
            position: try row.get("position"),
            plan: ID(try row.get("plan_id")),
            price: ID(try row.get("price_id")),
            planName: try row.get("plan_name"),
            cycle: try row.choice("billing_cycle"),
            quantity: try row.get("quantity"),
            planAmount: try row.money("plan_amount_minor", currency),
            quotas: try Quotas(row: row),
            domain: try OrderedDomain(row: row),
            domainAmount: try row.money("domain_amount_minor", currency)
        )
    }
}

extension OrderedDomain {
    init?(row: Row) throws {
        guard let name = try row.optional("domain_name", as: String.self) else { return nil }
        self.init(
            name: try DomainName(ascii: name).orThrow(UnreadableColumn("domain_name")),
            action: try row.choice("domain_action"),
            years: try row.optional("domain_years") ?? 1,
            authCodeSealed: try row.optional("domain_auth_code_sealed")
        )
    }
}

extension Quotas {
    init(row: Row) throws {
        self.init(
            accounts: try row.optional("max_accounts"),
            domains: try row.optional("max_domains"),
            databases: try row.optional("max_databases"),
            emails: try row.optional("max_emails")
        )
    }
}
