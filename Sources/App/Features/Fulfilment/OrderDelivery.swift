import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What begins when an order is paid.
enum OrderDelivery {
    /// Stores the subscriptions and the steps of a paid order, and the jobs that run them, in the
    /// transaction that settles the payment.
    static func begin(
        _ id: ID<Order>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let order = try session.order(id).orThrow(Problem.notFound)
        try session.storeStep(.payment, item: nil, of: order, ids: services.ids)
        try session.setStep(
            .payment,
            item: nil,
            of: id,
            to: .succeeded,
            StepNote(.received(order.total)),
            now: now
        )
        let zone = try session.timeZone(of: order.customer)
        for item in try session.items(of: id) {
            try SubscriptionStart(item, in: zone, now: now).store(
                as: ID(services.ids.next()),
                session,
                now: now
            )
            for name in StepName.ofItem {
                try session.storeStep(name, item: item.id, of: order, ids: services.ids)
            }
            try session.enqueue(.delivering(item), ids: services.ids, now: now)
        }
        try session.setStatus(.fulfilling, of: id, now: now)
        try OrderMails.sendReceipt(for: order, session, services, now: now)
    }
}

extension NewJob {
    /// Delivers one thing of an order, by one instance at a time.
    static func delivering(_ item: OrderItemRecord) -> NewJob {
        NewJob(
            .fulfilItem,
            payload: ["item": .string(item.id.text)],
            dedupKey: item.id.text,
            orderID: item.order
        )
    }
}
