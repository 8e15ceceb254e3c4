import Core
import Foundation
import Postgres
import Support

/// How the subscription of a bought item begins: with its payment, counted in whole seconds. Its
/// first period stands on the order's own invoice.
struct SubscriptionStart {
    private let item: OrderItemRecord
    private let at: Instant
    let period: TimeSpan

    init(_ item: OrderItemRecord, now: Date) {
        self.item = item
        at = Instant(now)
        period = BillingAnchor(at, in: .utc).period(item.cycle, 0)
    }

    /// Stores the subscription, its first event, and what its first line was computed from.
    func store(as id: ID<Subscription>, _ session: Session, now: Date) throws {
        let terms = try SubscriptionTerms(
            plan: item.plan,
            price: item.price,
            unitPrice: item.planAmount,
            cycle: item.cycle
        )
        let event = SubscriptionEvent(number: 1, at: at, .started(terms, zone: .utc))
        let history = SubscriptionHistory(id, [event])
        try session.storeSubscription(
            id,
            for: item,
            period: period,
            nextBillAt: try SubscriptionBilling.nextLook(history, after: at, now: at)?.date,
            now: now
        )
        try session.store(event, of: id, customer: item.customer)
        try session.keepCoupon(of: item.order, for: id)
        for line in try history.owed(at: at) { try session.storeFirstLine(line, ofItem: item) }
    }
}
