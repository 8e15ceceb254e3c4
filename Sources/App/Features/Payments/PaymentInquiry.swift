import Core
import Foundation
import Postgres
import Support
import Web

/// Asks the processor how a payment stands, and stores nothing of it but the processor's names.
struct PaymentInquiry: Sendable {
    /// The clocks of two machines differ by less than this.
    private static let clockSeconds = 3_600.0
    /// What was sent arrives within this time, or never.
    private static let arrivalSeconds = 600.0

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// What the processor knows of a payment.
    enum Finding: Sendable {
        case report(PaymentReport)
        /// The bank behind a saved card said no.
        case declined(code: String, message: String)
        /// The processor never heard of the payment, and never will.
        case neverArrived
        /// It was a charge that was not made yet, and cannot be made any more: it was never sent,
        /// or its key is taken.
        case forestalled
    }

    /// How a payment stands; nil for one that the processor has nothing to do with. Asking after an
    /// unwanted one, which is about to be closed, does not begin it.
    ///
    /// - Throws: ``Core/RemoteFailure`` when that cannot be learnt now.
    func ask(_ payment: PaymentRecord, isUnwanted: Bool = false) async throws -> Finding? {
        switch payment.kind {
        case .recorded: return nil
        case .checkout:
            guard let id = payment.checkoutID else {
                return try await askAgain(payment, isUnwanted)
            }
            return .report(try await report(ofPage: id))
        case .intent, .savedCard:
            guard let id = payment.intentID else {
                return try await askAgain(payment, isUnwanted)
            }
            return finding(payment, try await services.payments.intent(id))
        }
    }

    /// A payment whose first answer was lost: asking the same again gives that answer, as long as
    /// the processor remembers the key. After that it is looked for, because money may have moved.
    private func askAgain(
        _ payment: PaymentRecord,
        _ isUnwanted: Bool
    ) async throws -> Finding? {
        let age = services.clock.now.timeIntervalSince(payment.createdAt)
        guard age < Checkouts.keySeconds else { return try await lookFor(payment) }
        switch payment.kind {
        case .recorded: return .neverArrived
        case .checkout:
            let page = try await Checkouts(services).send(payment)
            return .report(try await report(ofPage: page.sessionID))
        case .intent: return finding(payment, try await Intents(services).send(payment))
        case .savedCard:
            // Nobody is charged anew for what was paid another way meanwhile, or to a card that
            // they have removed.
            guard !isUnwanted, try await isWanted(payment) else {
                return try await forestall(payment)
            }
            do {
                return try await Collections(services).send(payment).map { finding(payment, $0) }
            } catch RemoteFailure.declined(let code, let message) {
                return .declined(code: code, message: message)
            } catch RemoteFailure.refused("idempotency_error", _) {
                // Whoever took its key to close it did not get to the end.
                return try await forestall(payment)
            }
        }
    }

    /// Takes the key of a charge whose answer was lost for a payment that moves nothing and is
    /// closed: a charge that was never sent, or arrives late, is refused then. Where that is
    /// refused, the charge may have been made before. Doing it again comes to the same.
    ///
    /// - Throws: ``Core/RemoteFailure`` where nothing proves that it cannot be made any more.
    private func forestall(_ payment: PaymentRecord) async throws -> Finding {
        guard !payment.isUnsentCharge else { return .forestalled }
        let instead: IntentState
        do {
            instead = try await Intents(services).create(
                payment,
                metadata: ["instead_of": payment.id.text]
            )
        } catch RemoteFailure.refused(_, let message) {
            let found = try await lookFor(payment)
            // The charge has used its key and may be made in this moment, or the key is free.
            if case .neverArrived = found { throw RemoteFailure.unknown(message: message) }
            return found
        }
        services.faults.reach(.chargeForestalled)
        _ = try await services.payments.cancelIntent(instead.id)
        return .forestalled
    }

    /// Whether a charge is for something that is still owed, to a card that is still saved.
    private func isWanted(_ payment: PaymentRecord) async throws -> Bool {
        let (invoice, cards) = try await services.database.transaction(for: .system) { session in
            (
                try session.invoice(payment.invoice),
                try session.paymentMethods(of: payment.customer).map(\.gatewayID)
            )
        }
        guard let invoice, cards.contains(where: { $0 == payment.parameters.savedCard }) else {
            return false
        }
        return invoice.isPayable || invoice.status == .draft
    }

    /// Finds a payment by the name of ours that it bears. A page that nobody was led to took none.
    ///
    /// - Throws: ``Core/RemoteFailure`` for a charge that may be on its way there.
    private func lookFor(_ payment: PaymentRecord) async throws -> Finding {
        guard payment.kind != .checkout, !payment.isUnsentCharge,
            let customer = try await gatewayCustomer(of: payment)
        else { return .neverArrived }
        let found = try await services.payments.listIntents(
            customer: customer,
            createdAfter: payment.createdAt.addingTimeInterval(-PaymentInquiry.clockSeconds)
        ).first { $0.metadata["payment_id"] == payment.id.text }
        guard let found else {
            if let sent = payment.chargeSentAt,
                services.clock.now.timeIntervalSince(sent) < PaymentInquiry.arrivalSeconds
            {
                throw RemoteFailure.unknown(message: "The charge was sent a moment ago.")
            }
            return .neverArrived
        }
        try await store(found, as: payment.id)
        return finding(payment, found)
    }

    /// Stores which of the processor's payments is this one, when a message names it before an
    /// answer of the processor did. What the message says is not believed: the processor is asked.
    func adopt(_ intent: String, as id: ID<Payment>) async throws {
        let payment = try await services.database.transaction(for: .system) {
            try $0.payment(id).orThrow(Problem.notFound)
        }
        guard payment.intentID == nil, payment.kind == .intent || payment.kind == .savedCard,
            let customer = try await gatewayCustomer(of: payment)
        else { return }
        let state: IntentState
        do {
            state = try await services.payments.intent(intent)
        } catch RemoteFailure.refused {
            return
        }
        guard state.metadata["payment_id"] == id.text, state.customer == customer else { return }
        try await store(state, as: id)
    }

    private func store(_ state: IntentState, as id: ID<Payment>) async throws {
        try await services.database.transaction(for: .system) {
            try $0.storeIntent(state.id, of: id)
        }
    }

    private func gatewayCustomer(of payment: PaymentRecord) async throws -> String? {
        try await services.database.transaction(for: .system) {
            try $0.gatewayCustomer(of: payment.customer)
        }
    }

    private func report(ofPage id: String) async throws -> PaymentReport {
        let page = try await services.payments.checkout(id)
        guard page.status == .complete, page.paymentStatus == .unpaid, let intent = page.intent
        else { return PaymentReport(page) }
        return PaymentReport(page, paidBy: try await services.payments.intent(intent))
    }

    /// A saved card is asked once: where another card is wanted, it was declined.
    private func finding(_ payment: PaymentRecord, _ state: IntentState) -> Finding {
        if payment.kind == .savedCard, state.status == .requiresPaymentMethod,
            let code = state.declineCode
        {
            return .declined(code: code, message: state.failure ?? "")
        }
        return .report(PaymentReport(state))
    }
}
