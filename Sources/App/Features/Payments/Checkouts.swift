package import Core
import Foundation
import Postgres
import Support
import Web

/// Sends customers to the card processor's payment page.
package struct Checkouts: Sendable {
    /// A payment page is open for this long; Stripe allows 30 minutes to 24 hours.
    static let openSeconds = 23 * 3_600.0
    /// Stripe forgets idempotency keys after 24 hours; an older attempt is not sent again.
    static let keySeconds = 23 * 3_600.0
    /// How long a customer who began to pay counts as being at it.
    private static let atItSeconds = 3_600.0

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// An open payment page.
    package struct OpenPage: Sendable {
        package let url: String
        package let sessionID: String
    }

    /// Where the page sends the payer afterwards.
    package struct ReturnAddresses: Sendable {
        /// May contain `{CHECKOUT_SESSION_ID}`.
        package let success: String
        package let cancel: String

        package init(success: String, cancel: String) {
            self.success = success
            self.cancel = cancel
        }
    }

    /// The payment page of an unpaid order: the one that is open, or a new one.
    ///
    /// A card is kept only where whoever pays is the customer, and was told so before: it is
    /// charged for all later bills.
    ///
    /// - Throws: a ``Web/Problem`` when the order cannot be paid, its tax and with it the sum has
    ///   changed, or the processor cannot be reached.
    package func open(
        _ order: ID<Order>,
        for scope: Scope,
        returningTo addresses: ReturnAddresses,
        keepingCard: Bool
    ) async throws -> OpenPage {
        var details = try await Orders(services).show(order, for: scope)
        guard details.order.status == .pending else { throw Problem.orderIsNotPayable }
        try await OrderBills(services).follow(order)
        details = try await Orders(services).show(order, for: scope)
        if try await Settlements(services).settleWithoutPayment(order) {
            return OpenPage(url: addresses.success, sessionID: "free")
        }
        return try await open(
            try Payable(details),
            for: scope,
            returningTo: addresses,
            keepingCard: keepingCard
        )
    }

    /// The payment page of an issued invoice: the one that is open, or a new one. Whoever has a
    /// link to the invoice gets another page than its customer, and the payment is marked.
    ///
    /// - Throws: a ``Web/Problem`` when nothing is due or the processor cannot be reached.
    package func open(
        _ invoice: ID<Invoice>,
        for scope: Scope,
        returningTo addresses: ReturnAddresses,
        keepingCard: Bool,
        byLink: Bool = false
    ) async throws -> OpenPage {
        let record = try await Invoices(services).show(invoice, for: scope).invoice
        if let order = record.order, record.status == .draft {
            return try await open(
                order,
                for: scope,
                returningTo: addresses,
                keepingCard: keepingCard
            )
        }
        guard record.isPayable else { throw Problem.invoiceIsNotPayable }
        let left = try await Credits(services).pay(record)
        guard left.due.isPositive else {
            return OpenPage(url: addresses.success, sessionID: "credit")
        }
        return try await open(
            Payable(left),
            for: scope,
            returningTo: addresses,
            keepingCard: keepingCard,
            byLink: byLink
        )
    }

    private func open(
        _ payable: Payable,
        for scope: Scope,
        returningTo addresses: ReturnAddresses,
        keepingCard: Bool,
        byLink: Bool = false
    ) async throws -> OpenPage {
        if let payment = try await underWay(payable.invoice, scope),
            let page = try await reuse(payment, keepingCard: keepingCard, byLink: byLink)
        {
            return page
        }
        let payment = try await begin(
            .checkout,
            payable,
            for: scope,
            returningTo: addresses,
            savePaymentMethod: keepingCard,
            byLink: byLink
        )
        // Somebody else may have begun to pay in this moment, and have chosen otherwise.
        guard payment.parameters.savePaymentMethod == keepingCard,
            payment.parameters.isByLink == byLink
        else {
            throw Problem.otherPaymentUnderWay
        }
        services.faults.reach(.checkoutStored)
        return try await send(payment)
    }

    /// Closes whatever payment of an order is under way.
    ///
    /// - Throws: ``Web/Problem/orderIsPaid`` when it turns out to be paid.
    func abandon(_ order: ID<Order>, for scope: Scope) async throws {
        let payment = try await services.database.transaction(for: scope) {
            try $0.paymentUnderWay(for: order)
        }
        if let payment { try await abandon(payment) }
    }

    /// Closes whatever payment of an invoice is under way.
    ///
    /// - Throws: ``Web/Problem/orderIsPaid`` when it turns out to be paid.
    func abandon(_ invoice: ID<Invoice>, for scope: Scope) async throws {
        guard let payment = try await underWay(invoice, scope) else { return }
        try await abandon(payment)
    }

    /// Stores the intent to take money, before the processor hears of it.
    func begin(
        _ kind: PaymentRecord.Kind,
        _ payable: Payable,
        for scope: Scope,
        returningTo addresses: ReturnAddresses,
        savePaymentMethod: Bool,
        savedCard: String? = nil,
        byLink: Bool = false
    ) async throws -> PaymentRecord {
        let now = services.clock.now
        let id = ID<Payment>(services.ids.next())
        let asked = PaymentParameters(
            lines: payable.lines,
            successURL: addresses.success,
            cancelURL: addresses.cancel,
            expiresAt: now.addingTimeInterval(Checkouts.openSeconds),
            savePaymentMethod: savePaymentMethod,
            savedCard: savedCard,
            byLink: byLink ? true : nil
        )
        return try await services.database.transaction(for: scope) { session in
            try payable.lock(session)
            if let other = try session.paymentUnderWay(for: payable.invoice) { return other }
            guard try !session.hasPaymentInAttention(for: payable.invoice) else {
                throw Problem.paymentInAttention
            }
            let held = try Credits.reserve(for: payable, session, now: now)
            let rest = payable.less(held.map(\.amount).sum(payable.amount.currency))
            guard !rest.amount.isTooLittleForCards else { throw Problem.tooLittleForCards }
            var parameters = asked
            parameters.lines = rest.lines
            try session.store(
                kind,
                payment: id,
                for: rest,
                parameters: parameters,
                now: now
            )
            for part in held { try session.hold(part, for: id, of: payable.customer) }
            return try session.payment(id).orThrow(Problem.notFound)
        }
    }

    /// Asks the processor for the page of a stored attempt; the same attempt asks the same again.
    @discardableResult
    func send(_ payment: PaymentRecord) async throws -> OpenPage {
        guard payment.kind == .checkout else { throw Problem.otherPaymentUnderWay }
        let customer = try await GatewayCustomers(services).identifier(of: payment.customer)
        let parameters = payment.parameters
        let request = CheckoutRequest(
            customer: customer,
            reference: payment.id.text,
            lines: parameters.lines.map {
                CheckoutLine(
                    description: $0.description,
                    amount: Money(minorUnits: $0.amountMinor, payment.amount.currency),
                    quantity: 1
                )
            },
            successURL: parameters.successURL,
            cancelURL: parameters.cancelURL,
            expiresAt: parameters.expiresAt,
            savePaymentMethod: parameters.savePaymentMethod,
            metadata: payment.metadata
        )
        let state = try await ask(request, for: payment)
        services.faults.reach(.checkoutCreated)
        try await services.database.transaction(for: .system) {
            try $0.storeCheckout(state, of: payment.id)
        }
        guard let url = state.url else { throw Problem.orderIsNotPayable }
        return OpenPage(url: url, sessionID: state.id)
    }

    /// A refusal ends the attempt: the next one is a new attempt with a key of its own.
    private func ask(
        _ request: CheckoutRequest,
        for payment: PaymentRecord
    ) async throws -> CheckoutState {
        do {
            return try await services.payments.createCheckout(request, key: payment.key)
        } catch let failure as RemoteFailure {
            guard case .refused(_, let message) = failure else { throw failure }
            let now = services.clock.now
            try await services.database.transaction(for: .system) {
                try $0.setStatus(
                    .failed,
                    of: payment.id,
                    intent: nil,
                    failure: message,
                    now: now
                )
            }
            throw failure
        }
    }

    private func underWay(_ invoice: ID<Invoice>, _ scope: Scope) async throws -> PaymentRecord? {
        try await services.database.transaction(for: scope) {
            try $0.paymentUnderWay(for: invoice)
        }
    }

    /// The page of an attempt that is under way; nil when the attempt came to nothing, or its page
    /// does with the card what is not wanted now.
    private func reuse(
        _ payment: PaymentRecord,
        keepingCard: Bool,
        byLink: Bool
    ) async throws -> OpenPage? {
        let age = services.clock.now.timeIntervalSince(payment.createdAt)
        // Whoever has a link may be anybody, and takes no payment away from the customer who may be
        // at it.
        guard !byLink || payment.parameters.isByLink || age > Checkouts.atItSeconds else {
            throw Problem.customerIsPaying
        }
        let isAsWanted =
            payment.parameters.savePaymentMethod == keepingCard
            && payment.parameters.isByLink == byLink
        switch (payment.kind, payment.status) {
        case (.checkout, .created) where isAsWanted:
            if age < Checkouts.keySeconds { return try await send(payment) }
        case (.checkout, .open) where isAsWanted:
            // Its end may not have reached us yet.
            try await Settlements(services).check(payment.id)
            if let page = try await openPage(payment.id) { return page }
        default: break
        }
        try await abandon(payment)
        return nil
    }

    private func openPage(_ id: ID<Payment>) async throws -> OpenPage? {
        let payment = try await services.database.transaction(for: .system) {
            try $0.payment(id)
        }
        guard let payment else { return nil }
        if payment.status == .succeeded || payment.status == .processing {
            throw Problem.orderIsNotPayable
        }
        guard payment.status == .open, let url = payment.checkoutURL,
            let session = payment.checkoutID
        else { return nil }
        return OpenPage(url: url, sessionID: session)
    }

    /// Closes a payment that is under way.
    ///
    /// - Throws: ``Web/Problem/orderIsPaid`` when it turns out to be paid.
    func abandon(_ stored: PaymentRecord) async throws {
        if try await closeUnsent(stored) { return }
        // One whose first answer was lost, or is on its way, learns its page only by being asked.
        let payment = try await Settlements(services).check(stored.id, isUnwanted: true)
        if let session = payment.checkoutID, payment.kind == .checkout {
            do {
                _ = try await services.payments.expireCheckout(session)
            } catch RemoteFailure.refused {
                // It is no longer open; what became of it is asked next.
            }
        } else if let intent = payment.intentID {
            do {
                _ = try await services.payments.cancelIntent(intent)
            } catch RemoteFailure.refused {
                // It has ended already; what became of it is asked next.
            }
        }
        try await Settlements(services).check(payment.id)
        try await close(payment.id)
    }

    /// Closes a charge that was never sent, without asking the processor, which would send it.
    ///
    /// - Returns: whether it was one; whoever sends it now finds it closed.
    private func closeUnsent(_ payment: PaymentRecord) async throws -> Bool {
        guard payment.isUnsentCharge else { return false }
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            guard try session.lockPayment(payment.id)?.isUnsentCharge == true else { return false }
            try session.setStatus(.cancelled, of: payment.id, intent: nil, now: now)
            // What is owed all the same is charged once whoever closes it had time for it.
            try session.enqueue(
                .collecting(payment.invoice, delaySeconds: 60),
                ids: services.ids,
                now: now
            )
            return true
        }
    }

    private func close(_ id: ID<Payment>) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard let current = try session.lockPayment(id) else { return }
            if current.status == .succeeded || current.status == .processing {
                throw Problem.orderIsPaid
            }
            if current.status.isUnderWay {
                try session.setStatus(.cancelled, of: id, intent: nil, now: now)
            }
        }
    }
}

extension PaymentRecord {
    /// What the processor keeps with its objects, to find ours again.
    var metadata: [String: String] {
        var metadata = ["payment_id": id.text, "invoice_id": invoice.text]
        metadata["order_id"] = order?.text
        return metadata
    }
}

extension Problem {
    static let orderIsNotPayable = Problem.conflict(
        "order_not_payable",
        "The order is not waiting for a payment."
    )
    static let paymentInAttention = Problem.conflict(
        "payment_in_attention",
        "A payment of this order is being looked at by our staff. Please do not pay again."
    )
    static let tooLittleForCards = Problem.conflict(
        "too_little_for_cards",
        "This is less than a card can be charged. Nothing happens if it stays open; it can be paid "
            + "by bank transfer, or from credit."
    )
    static let customerIsPaying = Problem.conflict(
        "payment_under_way",
        "The customer is paying this invoice. Try again later, or ask them."
    )
    static let otherPaymentUnderWay = Problem.conflict(
        "payment_under_way",
        "Another payment of this order is under way. Try again in a moment."
    )
}
