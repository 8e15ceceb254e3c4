import Core
import Foundation
import Postgres
import Support
import Web

/// Which uses of a coupon to list.
struct CouponUseFilter: Sendable {
    let coupon: ID<Coupon>
    var sorting = CouponUseColumn.standard
}

/// What the uses of a coupon can be sorted by.
enum CouponUseColumn: String, StoredSortColumn {
    case taken, customer

    static let standard = Sorting(CouponUseColumn.taken, isDescending: true)
    static var id: SortTerm { .id("u.id") }

    var term: SortTerm? { self == .customer ? .text("c.name") : nil }
}

extension CouponUseFilter: ListFilter {
    static let name = ListName.consoleCouponUses
    static let file: [FileColumn<CouponUseRecord>] = [
        FileColumn("Customer") { $0.customer.text },
        FileColumn("Name") { $0.customerName },
        FileColumn("Order") { String($0.orderNumber) },
        FileColumn("Discount") { $0.discount.decimalText },
        FileColumn("Currency") { $0.discount.currency.code },
        FileColumn("Taken") { $0.takenAt.rfc3339 },
        FileColumn("Given back") { $0.releasedAt?.rfc3339 ?? "" },
    ]

    var isActive: Bool { false }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [CouponUseRecord] {
        try session.all(
            """
            SELECT u.id, u.customer_id, c.name, u.order_id, o.number, o.discount_minor, o.currency,
                u.taken_at, u.released_at
            FROM coupon_uses u JOIN customers c ON c.id = u.customer_id
            JOIN orders o ON o.id = u.order_id
            WHERE u.coupon_id = \(coupon.uuid) AND \(sorting.isAfter(place))
            ORDER BY \(sorting.order) LIMIT \(most)
            """,
            CouponUseRecord.init(row:)
        )
    }

    func place(of row: CouponUseRecord) -> [String] {
        [sorting.column == .customer ? row.customerName : "", row.id.uuid.uuidString]
    }
}

extension CouponUseRecord {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            customerName: try row.get("name"),
            order: try row.id("order_id"),
            orderNumber: try row.get("number"),
            discount: try row.money("discount_minor", try row.currency("currency")),
            takenAt: try row.get("taken_at"),
            releasedAt: try row.optional("released_at")
        )
    }
}
