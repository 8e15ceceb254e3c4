import Core
import Foundation
import Postgres
import Support

/// How the subscription of a bought item begins: with its payment, counted in whole seconds and in
/// the zone that its customer lives in then. Its first period stands on the order's own invoice.
struct SubscriptionStart {
    private let item: OrderItemRecord
    private let at: Instant
    private let zone: BillingZone
    let period: TimeSpan

    init(_ item: OrderItemRecord, in zone: BillingZone, now: Date) {
        self.item = item
        self.zone = zone
        at = Instant(now)
        period = BillingAnchor(at, in: zone).period(item.cycle, 0)
    }

    /// Stores the subscription, its first event, and what its first line was computed from.
    func store(as id: ID<Subscription>, _ session: Session, now: Date) throws {
        let terms = try SubscriptionTerms(
            plan: item.plan,
            price: item.price,
            unitPrice: try session.price(item.price),
            quantity: item.quantity,
            cycle: item.cycle
        )
        let event = SubscriptionEvent(number: 1, at: at, .started(terms, zone: zone))
        let history = SubscriptionHistory(id, [event])
        let next = try SubscriptionBilling.nextLook(
            history,
            after: at,
            billedAhead: try session.renewalLead(),
            now: at
        )
        try session.storeSubscription(
            id,
            for: item,
            period: period,
            zone: zone,
            nextBillAt: next?.date,
            now: now
        )
        try session.store(event, of: id, customer: item.customer)
        try session.keepCoupon(of: item.order, for: id)
        for line in try history.owed(at: at) { try session.storeFirstLine(line, ofItem: item) }
    }
}
