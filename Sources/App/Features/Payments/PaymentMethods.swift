package import Core
package import Foundation
import Postgres
import Support
import Web
import Wire

/// The cards that customers have saved at the card processor.
package struct PaymentMethods: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// A customer's saved cards, the default first.
    package func list(
        of customer: ID<Customer>,
        for scope: Scope
    ) async throws -> [PaymentMethodRecord] {
        try await services.database.transaction(for: scope) {
            try $0.paymentMethods(of: customer)
        }
    }

    /// The job that learns which cards a customer has saved.
    func learn(_ job: LeasedJob) async throws -> JobOutcome {
        let customer = try job.id("customer", of: Customer.self)
        try await refresh(customer)
        if let payment = job.payload["payment"]?.string.flatMap({ ID<Payment>($0) }) {
            try await trustAgain(cardOf: payment, customer)
        }
        return .done
    }

    /// A card that has paid is charged again, although its bank had refused it for good.
    private func trustAgain(cardOf id: ID<Payment>, _ customer: ID<Customer>) async throws {
        let payment = try await services.database.transaction(for: .system) { session in
            try session.hasUnusableCard(customer) ? session.payment(id) : nil
        }
        guard let payment, payment.channel == .stripe, payment.status == .succeeded,
            let intent = payment.intentID,
            let card = try await services.payments.capture(of: intent)?.card
        else { return }
        try await services.database.transaction(for: .system) {
            try $0.trustAgain(card, of: customer)
        }
    }

    /// Asks the processor which cards it keeps of a customer, and stores that.
    func refresh(_ customer: ID<Customer>) async throws {
        let remote = try await services.database.transaction(for: .system) {
            try $0.gatewayCustomer(of: customer)
        }
        guard let remote else { return }
        let cards = try await services.payments.savedCards(of: remote)
        let now = services.clock.now
        let ids = services.ids
        try await services.database.transaction(for: .system) { session in
            try session.storePaymentMethods(cards, of: customer, ids: ids, now: now)
        }
    }

    /// Makes a card the one that invoices are charged to.
    ///
    /// - Throws: 404 for a card that is not there, 409 for one that its bank has refused for good.
    package func makeDefault(
        _ id: ID<PaymentMethod>,
        for scope: Scope,
        actor: Actor
    ) async throws -> PaymentMethodRecord {
        let now = services.clock.now
        return try await services.database.transaction(for: scope) { session in
            let method = try session.paymentMethod(id).orThrow(Problem.notFound)
            guard method.refusal == nil else { throw Problem.cardIsRefused }
            try session.makeDefault(id, of: method.customer)
            try session.record(
                AuditEntry(
                    actor,
                    "payment_method.make_default",
                    id,
                    customer: method.customer,
                    after: ["card": .string(method.label)]
                ),
                now: now
            )
            return try session.paymentMethod(id).orThrow(Problem.notFound)
        }
    }

    /// Has the processor forget a card. It is not charged any more from now on, whenever the
    /// processor hears of it.
    ///
    /// - Throws: 404 for a card that is not there.
    package func remove(_ id: ID<PaymentMethod>, for scope: Scope, actor: Actor) async throws {
        let now = services.clock.now
        let ids = services.ids
        try await services.database.transaction(for: scope) { session in
            let method = try session.paymentMethod(id).orThrow(Problem.notFound)
            try session.removePaymentMethod(id, of: method.customer, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "payment_method.remove",
                    id,
                    customer: method.customer,
                    before: ["card": .string(method.label)]
                ),
                now: now
            )
            try session.enqueue(
                NewJob(.forgetCard, payload: ["card": .string(method.gatewayID)]),
                ids: ids,
                now: now
            )
        }
    }

    /// The job that has the processor forget a card.
    func forget(_ job: LeasedJob) async throws -> JobOutcome {
        guard let card = job.payload["card"]?.string else {
            throw MalformedPayload(kind: job.kind, field: "card")
        }
        do {
            try await services.payments.forgetCard(card)
        } catch RemoteFailure.refused {
            // It is gone there already.
        }
        return .done
    }

    /// The processor's page on which a customer saves a card.
    package func setUpPage(
        of customer: ID<Customer>,
        returningTo address: String
    ) async throws -> String {
        let remote = try await GatewayCustomers(services).identifier(of: customer)
        let present = try await services.database.transaction(for: .system) {
            try $0.presentCurrency(of: customer).0
        }
        return try await services.payments.openCardPage(
            CardPageRequest(
                customer: remote,
                currency: present ?? services.configuration.currency,
                successURL: address,
                cancelURL: address
            )
        )
    }
}

/// A saved card as it is stored.
package struct PaymentMethodRecord: Sendable {
    package let id: ID<PaymentMethod>
    package let customer: ID<Customer>
    package let gatewayID: String
    package let brand: String
    package let lastDigits: String
    package let expiresMonth: Int
    package let expiresYear: Int
    package let isDefault: Bool
    /// Why it is not charged any more; nil as long as it may be.
    package let refusal: Refusal?

    /// A bank's no for good.
    package struct Refusal: Sendable {
        package let since: Date
        /// The bank's code: for staff, because a thief may be reading.
        package let code: String
    }

    /// What people call the card.
    package var label: String {
        PaymentMethodRecord.label(brand: brand, lastDigits: lastDigits)
    }

    static func label(brand: String, lastDigits: String) -> String {
        "\(brand.capitalized) •••• \(lastDigits)"
    }
}

extension Problem {
    static let cardIsRefused = Problem.conflict(
        "card_is_refused",
        "The card's bank does not let us charge it any more. Pay with it, or save it anew."
    )
}
