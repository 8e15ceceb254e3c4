import Core
import Foundation
import Postgres
import Web

/// Which coupons to list.
struct CouponFilter: Sendable {
    /// A part of the code or of the note.
    var text: String?
    var status: CouponRecord.Status?
    var sorting = CouponColumn.standard
    /// The moment at which the states are.
    var now: Date
}

/// What coupons can be sorted by.
enum CouponColumn: String, StoredSortColumn {
    case made, code, used, ends

    static let standard = Sorting(CouponColumn.made, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .made: nil
        case .code: .text("code")
        case .used: .number("used")
        case .ends: .end("valid_to")
        }
    }
}

extension CouponFilter: ListFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [CouponRecord] {
        try session.coupons(self, after: place, most: most)
    }

    func place(of row: CouponRecord) -> [String] {
        let value =
            switch sorting.column {
            case .made: ""
            case .code: row.code.text
            case .used: String(row.used)
            case .ends: row.terms.validTo?.date.cursorKey ?? ""
            }
        return [value, row.id.uuid.uuidString]
    }
}

extension CouponRecord.Status {
    /// The same as ``CouponRecord/status(at:)`` in a statement.
    fileprivate func condition(_ now: Date) -> SQL {
        let isLive: SQL = "ended_at IS NULL AND (valid_to IS NULL OR valid_to > \(now))"
        let hasLeft: SQL = "(total_limit IS NULL OR used < total_limit)"
        return switch self {
        case .ended: "ended_at IS NOT NULL"
        case .expired: "ended_at IS NULL AND valid_to <= \(now)"
        case .usedUp: "\(isLive) AND used >= total_limit"
        case .upcoming: "\(isLive) AND \(hasLeft) AND valid_from > \(now)"
        case .active:
            "\(isLive) AND \(hasLeft) AND (valid_from IS NULL OR valid_from <= \(now))"
        }
    }
}

extension Session {
    /// Stores a coupon; false when its code is taken.
    func store(_ new: NewCoupon, as id: ID<Coupon>, by user: ID<User>, now: Date) throws -> Bool {
        let terms = new.terms
        var points: Int64?
        if case .percent(let basisPoints) = terms.reduction { points = basisPoints }
        let isNew = try run(
            """
            INSERT INTO coupons (
                id, code, note, basis_points, periods, plans, is_first_order_only, valid_from,
                valid_to, total_limit, customer_limit, created_by, created_at
            ) VALUES (
                \(id.uuid), \(new.code.text), \(new.note), \(points), \(terms.duration.periods),
                \(terms.plans.map { $0.map(\.uuid) }), \(terms.isForFirstOrderOnly),
                \(terms.validFrom?.date), \(terms.validTo?.date), \(terms.totalLimit),
                \(terms.customerLimit), \(user.uuid), \(now)
            ) ON CONFLICT (code) DO NOTHING
            """
        )
        guard isNew > 0 else { return false }
        for amount in new.amounts {
            try run(
                """
                INSERT INTO coupon_amounts (coupon_id, currency, amount_minor)
                VALUES (\(id.uuid), \(amount.currency.code), \(amount.minorUnits))
                """
            )
        }
        return true
    }

    func hasPlan(_ id: ID<Plan>) throws -> Bool {
        try exists("SELECT 1 FROM plans WHERE id = \(id.uuid)")
    }

    func coupon(_ id: ID<Coupon>) throws -> CouponRecord? {
        try first(
            "SELECT \(CouponRecord.columns) FROM coupons WHERE id = \(id.uuid)",
            CouponRecord.init(row:)
        )
    }

    func coupon(_ code: CouponCode) throws -> CouponRecord? {
        try first(
            "SELECT \(CouponRecord.columns) FROM coupons WHERE code = \(code.text)",
            CouponRecord.init(row:)
        )
    }

    /// Coupons that a filter lets through, those after a place when paging.
    func coupons(
        _ filter: CouponFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [CouponRecord] {
        let state = filter.status?.condition(filter.now) ?? "true"
        return try all(
            """
            SELECT \(CouponRecord.columns) FROM coupons
            WHERE (\(filter.text)::text IS NULL OR strpos(code, upper(\(filter.text))) > 0
                    OR strpos(lower(note), lower(\(filter.text))) > 0)
                AND \(state) AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            CouponRecord.init(row:)
        )
    }

    /// Takes one use of a coupon that has one left; nil when it has none, or there is no coupon.
    func takeCoupon(_ code: CouponCode) throws -> CouponRecord? {
        try first(
            """
            UPDATE coupons SET used = used + 1
            WHERE code = \(code.text) AND ended_at IS NULL
                AND (total_limit IS NULL OR used < total_limit)
            RETURNING \(CouponRecord.columns)
            """,
            CouponRecord.init(row:)
        )
    }

    func endCoupon(_ id: ID<Coupon>, now: Date) throws -> Bool {
        try run(
            """
            UPDATE coupons SET ended_at = \(now) WHERE id = \(id.uuid) AND ended_at IS NULL
            """
        ) > 0
    }

    /// How often a customer has taken a coupon for an order that was not given up.
    func uses(of coupon: ID<Coupon>, by customer: ID<Customer>) throws -> Int {
        try one(
            """
            SELECT count(*) AS uses FROM coupon_uses
            WHERE coupon_id = \(coupon.uuid) AND customer_id = \(customer.uuid)
                AND released_at IS NULL
            """
        ) { try $0.get("uses") }
    }

    /// Whether a customer has paid for an order, or taken a coupon that is for a first one.
    func hasOrdered(_ customer: ID<Customer>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM orders WHERE customer_id = \(customer.uuid) AND paid_at IS NOT NULL
            UNION ALL
            SELECT 1 FROM coupon_uses JOIN coupons ON coupons.id = coupon_id
            WHERE customer_id = \(customer.uuid) AND released_at IS NULL AND is_first_order_only
            """
        )
    }

    func storeUse(
        of coupon: ID<Coupon>,
        as id: ID<CouponTaking>,
        by customer: ID<Customer>,
        for order: ID<Order>,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO coupon_uses (id, coupon_id, customer_id, order_id, taken_at)
            VALUES (
                \(id.uuid), \(coupon.uuid), \(customer.uuid), \(order.uuid), \(now)
            )
            """
        )
    }

    /// Gives back what an order has taken, once.
    func releaseCoupon(of order: ID<Order>, now: Date) throws {
        try run(
            """
            WITH released AS (
                UPDATE coupon_uses SET released_at = \(now)
                WHERE order_id = \(order.uuid) AND released_at IS NULL RETURNING coupon_id
            )
            UPDATE coupons SET used = used - 1 FROM released WHERE id = coupon_id
            """
        )
    }

    /// The coupon that an order was placed with, and keeps.
    func coupon(ofOrder order: ID<Order>) throws -> CouponRecord? {
        try first(
            """
            SELECT \(CouponRecord.columns) FROM coupons WHERE id = (
                SELECT coupon_id FROM coupon_uses
                WHERE order_id = \(order.uuid) AND released_at IS NULL
            )
            """,
            CouponRecord.init(row:)
        )
    }

    /// The codes of the coupons that orders were placed with.
    func couponCodes(of orders: [ID<Order>]) throws -> [ID<Order>: String] {
        let codes = try all(
            """
            SELECT order_id, code FROM coupon_uses JOIN coupons ON coupons.id = coupon_id
            WHERE order_id = ANY(\(orders.map(\.uuid)))
            """
        ) { (try $0.id("order_id", of: Order.self), try $0.get("code", as: String.self)) }
        return Dictionary(codes) { first, _ in first }
    }

    /// Has a subscription keep the coupon of the order that it was bought with.
    func keepCoupon(of order: ID<Order>, for subscription: ID<Subscription>) throws {
        try run(
            """
            INSERT INTO subscription_coupons (subscription_id, customer_id, use_id)
            SELECT \(subscription.uuid), customer_id, id FROM coupon_uses
            WHERE order_id = \(order.uuid) AND released_at IS NULL
            """
        )
    }

    /// Lets a subscription go on without its coupon.
    func endCoupon(of subscription: ID<Subscription>, now: Date) throws {
        try run(
            """
            UPDATE subscription_coupons SET ended_at = \(now)
            WHERE subscription_id = \(subscription.uuid) AND ended_at IS NULL
            """
        )
    }

    /// The coupons that subscriptions keep, with the periods that have been billed and not taken
    /// back.
    func coupons(
        of subscriptions: Set<ID<Subscription>>
    ) throws -> [ID<Subscription>: SubscriptionCoupon] {
        let found = try all(
            """
            SELECT subscription_id, use_id, \(CouponRecord.columns), ARRAY(
                    SELECT period_start_at FROM subscription_lines s
                    WHERE s.subscription_id = kept.subscription_id AND s.kind = 'period'
                    GROUP BY period_start_at
                    HAVING sum(CASE WHEN is_reversal THEN -1 ELSE 1 END) > 0
                ) AS period_starts
            FROM (
                SELECT subscription_id, use_id, coupon_id
                FROM subscription_coupons JOIN coupon_uses ON coupon_uses.id = use_id
                WHERE subscription_id = ANY(\(subscriptions.map(\.uuid)))
                    AND subscription_coupons.ended_at IS NULL
            ) kept JOIN coupons ON coupons.id = coupon_id
            """
        ) { row in
            let coupon = try CouponRecord(row: row)
            return (
                try row.id("subscription_id", of: Subscription.self),
                SubscriptionCoupon(
                    use: try row.id("use_id"),
                    code: coupon.code,
                    terms: coupon.terms,
                    periodStarts: try row.get("period_starts")
                )
            )
        }
        return Dictionary(found) { first, _ in first }
    }
}

extension CouponRecord {
    static let columns: SQL = """
        coupons.id, code, note, basis_points, periods, plans, is_first_order_only, valid_from,
        valid_to, total_limit, customer_limit, used, coupons.created_at, coupons.ended_at, ARRAY(
            SELECT currency || ' ' || amount_minor FROM coupon_amounts
            WHERE coupon_id = coupons.id ORDER BY currency
        ) AS amounts
        """

    init(row: Row) throws {
        let amounts = try row.get("amounts", as: [String].self).map { text in
            let parts = text.split(separator: " ")
            guard parts.count == 2, let currency = Currency(String(parts[0])),
                let minorUnits = Int64(parts[1])
            else { throw UnreadableColumn("amounts") }
            return Money(minorUnits: minorUnits, currency)
        }
        let points = try row.optional("basis_points", as: Int64.self)
        self.init(
            id: try row.id("id"),
            code: try CouponCode(try row.get("code", as: String.self))
                .orThrow(UnreadableColumn("code")),
            note: try row.optional("note"),
            terms: try CouponTerms(
                points.map { .percent(basisPoints: $0) } ?? .fixed(NativePrices(amounts)),
                CouponTerms.Duration(periods: row.optional("periods")),
                plans: row.optional("plans", as: [UUID].self).map { Set($0.map { ID($0) }) },
                isForFirstOrderOnly: row.get("is_first_order_only"),
                validFrom: row.optional("valid_from", as: Date.self).map { Instant($0) },
                validTo: row.optional("valid_to", as: Date.self).map { Instant($0) },
                totalLimit: row.optional("total_limit"),
                customerLimit: row.optional("customer_limit")
            ),
            amounts: amounts,
            used: try row.get("used"),
            createdAt: try row.get("created_at"),
            endedAt: try row.optional("ended_at")
        )
    }
}

extension CouponTerms.Duration {
    /// Nil for ever.
    var periods: Int? {
        switch self {
        case .once: 1
        case .periods(let count): count
        case .forever: nil
        }
    }

    init(periods: Int?) {
        switch periods {
        case 1?: self = .once
        case let count?: self = .periods(count)
        case nil: self = .forever
        }
    }
}
