package import Core
import Foundation
import Postgres
import Support
import Web

/// How subscriptions begin: as orders, so that what is paid is delivered like any other sale.
package struct NewSubscriptions: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Somebody's order for a subscription, and where it is paid.
    package struct Begun: Sendable {
        package let details: OrderDetails
        /// Nil when staff have ordered, or nothing is to be paid.
        package let checkoutURL: String?
    }

    /// Orders a subscription for whoever asks, and opens its payment page.
    package func order(
        _ item: CartItem,
        by buyer: Buyer,
        in currency: Currency?,
        keepingCard: Bool,
        actor: Actor,
        key: String?
    ) async throws -> Begun {
        let placed = try await Orders(services).place(
            [item],
            by: buyer,
            in: currency,
            actor: actor,
            key: key
        )
        let order = placed.order.id
        guard placed.order.status == .pending else {
            return Begun(details: placed, checkoutURL: nil)
        }
        let page = try await Checkouts(services).open(
            order,
            for: .customer(buyer.customer),
            returningTo: Checkouts.ReturnAddresses(
                portal: services.configuration.portalURL,
                order: order
            ),
            keepingCard: keepingCard
        )
        let details = try await Orders(services).show(order, for: .system)
        // Credit may have paid for it.
        let isPending = details.order.status == .pending
        return Begun(details: details, checkoutURL: isPending ? page.url : nil)
    }

    /// Orders a subscription for a customer: the saved card is charged, and without one the
    /// customer is asked by mail to pay.
    ///
    /// - Throws: 422 when there is no such customer.
    package func order(
        _ item: CartItem,
        for customer: ID<Customer>,
        in currency: Currency?,
        actor: Actor,
        key: String?
    ) async throws -> Begun {
        let services = services
        let user = try await services.database.transaction(for: .system) {
            try $0.users(of: customer).first
        }
        let buyer = Buyer(
            customer: customer,
            user: try user.orThrow(Problem.customerIsNotThere).id
        )
        let placed = try await Orders(services).place(
            [item],
            by: buyer,
            in: currency,
            actor: actor,
            key: key
        )
        let order = placed.order.id
        let isPending = placed.order.status == .pending
        let isSettled = try await Settlements(services).settleWithoutPayment(order)
        if isPending, !isSettled, let invoice = placed.invoice {
            let now = services.clock.now
            try await services.database.transaction(for: .system) { session in
                let card = try session.defaultPaymentMethod(of: customer)
                try OrderMails.sendToPay(
                    for: placed.order,
                    chargingCard: card?.label,
                    session,
                    services,
                    now: now
                )
                guard card != nil else { return }
                try session.enqueue(
                    .collecting(invoice, delaySeconds: 0),
                    ids: services.ids,
                    now: now
                )
            }
        }
        return Begun(
            details: try await Orders(services).show(order, for: .system),
            checkoutURL: nil
        )
    }
}

extension Problem {
    static let customerIsNotThere = Problem.invalid([
        FieldError("customer_id", "unknown_customer", "There is no such customer.")
    ])
    static let customerIsNeeded = Problem.invalid([
        FieldError("customer_id", "required", "Say for whom.")
    ])
    static let customerIsNotYours = Problem.invalid([
        FieldError("customer_id", "not_allowed", "Only staff order for others.")
    ])
}
