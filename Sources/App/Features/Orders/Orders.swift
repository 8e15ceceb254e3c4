package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Who buys.
package struct Buyer: Sendable {
    package let customer: ID<Customer>
    package let user: ID<User>

    package init(customer: ID<Customer>, user: ID<User>) {
        self.customer = customer
        self.user = user
    }
}

/// What customers and staff can do to orders.
package struct Orders: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Prices a cart by what is offered now.
    ///
    /// - Throws: a ``Web/Problem`` that names the item that cannot be sold.
    package func quote(
        _ items: [CartItem],
        coupon: CouponCode? = nil,
        for customer: ID<Customer>? = nil,
        in wished: Currency? = nil
    ) async throws -> BilledQuote {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let currency = try session.currency(of: customer, wished, services.configuration)
            let quote = try session.quote(items, currency: currency)
            let coupon = try coupon.map {
                try Coupons.check($0, for: quote, by: customer, session, now: now)
            }
            return try BilledQuote(quote, coupon, for: customer, session, now: now)
        }
    }

    /// Makes an order and its draft invoice. The prices are the server's alone.
    ///
    /// With a key of the caller's, a second order under it is the first. A coupon is taken with the
    /// order; whoever locks both locks the customer before a coupon.
    package func place(
        _ items: [CartItem],
        coupon code: CouponCode? = nil,
        by buyer: Buyer,
        in wished: Currency? = nil,
        actor: Actor,
        key: String? = nil
    ) async throws -> OrderDetails {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .customer(buyer.customer)) { session in
            try session.lockCredits(of: buyer.customer)
            if let key, let earlier = try session.order(of: buyer.customer, withKey: key) {
                return try session.details(of: earlier.id).orThrow(Problem.notFound)
            }
            let currency = try session.currency(
                of: buyer.customer,
                wished,
                services.configuration
            )
            try session.setCurrency(currency, of: buyer.customer)
            let cart = try session.quote(items, currency: currency)
            let coupon = try code.map {
                try Coupons.take($0, for: cart, by: buyer.customer, session, now: now)
            }
            let quote = try BilledQuote(
                cart,
                coupon,
                for: buyer.customer,
                session,
                now: now
            )
            let order = ID<Order>(services.ids.next())
            try session.store(quote.bill, as: order, for: buyer, key: key, now: now)
            if let coupon {
                try session.storeUse(
                    of: coupon.id,
                    as: ID(services.ids.next()),
                    by: buyer.customer,
                    for: order,
                    now: now
                )
            }
            for (position, line) in quote.lines.enumerated() {
                let item = ID<OrderItem>(services.ids.next())
                let sealed = try line.domain?.sealedAuthCode(services.keyring, item: item)
                try session.store(
                    line,
                    as: item,
                    position: position,
                    of: order,
                    customer: buyer.customer,
                    authCodeSealed: sealed
                )
            }
            let details = try session.details(of: order).orThrow(Problem.notFound)
            try Invoices.draft(for: details, quote.bill, session, ids: services.ids, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "order.place",
                    order,
                    customer: buyer.customer,
                    after: ["total": .string(quote.bill.total.description)]
                ),
                now: now
            )
            return try session.details(of: order).orThrow(Problem.notFound)
        }
    }

    /// One order as somebody may see it.
    ///
    /// - Throws: ``Web/Problem/notFound`` when there is none, or it is another customer's.
    package func show(_ id: ID<Order>, for scope: Scope) async throws -> OrderDetails {
        try await services.database.transaction(for: scope) {
            try $0.details(of: id).orThrow(Problem.notFound)
        }
    }

    /// Orders newest first.
    package func list(
        for scope: Scope,
        customer: ID<Customer>? = nil,
        status: OrderStatus? = nil,
        before: ID<Order>? = nil,
        most: Int
    ) async throws -> [OrderDetails] {
        let filter = CustomerOrderFilter(customer: customer ?? scope.customer, status: status)
        let place = before.map { ["", $0.uuid.uuidString] }
        return try await services.database.transaction(for: scope) {
            try filter.rows($0, after: place, most: most)
        }
    }

    /// Gives an unpaid order up. A payment page that is open is closed first, so that nobody pays
    /// for what is no longer wanted.
    ///
    /// - Throws: a conflict when the order is paid, or is being paid right now.
    package func cancel(_ id: ID<Order>, for scope: Scope, actor: Actor) async throws
        -> OrderDetails
    {
        let details = try await show(id, for: scope)
        guard details.order.status != .cancelled else { return details }
        guard details.order.status.canBeCancelled else { throw Problem.orderIsPaid }
        try await Checkouts(services).abandon(id, for: scope)
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let order = try session.lockOrder(id).orThrow(Problem.notFound)
            guard order.status != .cancelled else {
                return try session.details(of: id).orThrow(Problem.notFound)
            }
            guard order.status.canBeCancelled, try session.paymentUnderWay(for: id) == nil else {
                throw Problem.orderIsPaid
            }
            try session.setStatus(.cancelled, of: id, now: now)
            try Coupons.release(of: id, session, now: now)
            try session.record(
                AuditEntry(actor, "order.cancel", id, customer: order.customer),
                now: now
            )
            return try session.details(of: id).orThrow(Problem.notFound)
        }
    }
}

extension Session {
    /// What somebody pays in: always the same, once anything was billed; before that whatever they
    /// wish, or the usual one.
    ///
    /// - Throws: 422 for another than that, or one that nothing is sold in.
    func currency(
        of customer: ID<Customer>?,
        _ wished: Currency?,
        _ configuration: Configuration
    ) throws -> Currency {
        let (present, isFixed) = try customer.map { try presentCurrency(of: $0) } ?? (nil, false)
        if isFixed, let present {
            guard wished == nil || wished == present else {
                throw Problem.invalid(
                    "currency",
                    "currency_fixed",
                    "You pay in \(present.code), since you have bought in it."
                )
            }
            return present
        }
        let currency = wished ?? present ?? configuration.currency
        guard configuration.currencies.contains(currency) else {
            let codes = configuration.currencies.map(\.code).joined(separator: ", ")
            throw Problem.invalid("currency", "not_offered", "Pay in one of \(codes).")
        }
        return currency
    }
}

extension Problem {
    static let orderIsPaid = Problem.conflict(
        "order_is_paid",
        "The order is paid or is being paid, so it cannot be cancelled."
    )
}
