import Core
import Foundation
import Postgres
import StripeGateway
import Support
import Web
import Wire

/// Stripe's messages: verified, stored once, acknowledged, and only then acted upon.
///
/// A message is a hint that something changed. What counts is what Stripe answers when it is asked,
/// so duplicates, other orders of arrival and forged contents change nothing.
struct StripeWebhooks {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Stores a message that is really Stripe's.
    ///
    /// - Throws: a ``Web/Problem`` with status 400 for any other, after which nothing has changed.
    func receive(body: [UInt8], signature: String?) async throws {
        let now = services.clock.now
        let event = try genuineEvent(body, signature: signature, now: now)
        let ids = services.ids
        try await services.database.transaction(for: .system) { session in
            let isNew = try session.storeWebhook(event, body: body, now: now)
            guard isNew else { return }
            try session.enqueue(
                NewJob(
                    .applyWebhook,
                    payload: ["event": .string(event.id)],
                    dedupKey: event.id
                ),
                ids: ids,
                now: now
            )
        }
        services.faults.reach(.webhookStored)
    }

    private func genuineEvent(
        _ body: [UInt8],
        signature: String?,
        now: Date
    ) throws -> StripeEvent {
        do {
            try StripeWebhookSignature.verify(
                body: body,
                header: signature ?? "",
                secrets: services.configuration.stripe.webhookSecrets,
                now: now
            )
        } catch {
            throw Problem.signatureNotAccepted
        }
        return try StripeEvent(reading: body).orThrow(Problem.signatureNotAccepted)
    }

    /// The job that acts on a stored message.
    func apply(_ job: LeasedJob) async throws -> JobOutcome {
        guard let id = job.payload["event"]?.string else {
            throw MalformedPayload(kind: job.kind, field: "event")
        }
        let event = try await services.database.transaction(for: .system) {
            try $0.storedWebhook(id)
        }
        guard let event, !event.isApplied else { return .done }
        let known = try await payment(of: event)
        let payment =
            if let known { Optional(known) } else { try await paymentNamedByIntent(of: event) }
        if let payment {
            if let intent = event.intent {
                try await PaymentInquiry(services).adopt(intent, as: payment)
            }
            try await Settlements(services).check(payment)
            if event.isOfRefund { try await RefundSettlements(services).discover(payment) }
            if event.isOfDispute { try await DisputeSettlements(services).discover(payment) }
            if event.isOfCharge { try await Fees(services).learn(payment) }
        }
        if event.isOfCards { try await learnCards(of: event) }
        let (now, ids) = (services.clock.now, services.ids)
        try await services.database.transaction(for: .system) { session in
            if event.isOfLostPayout { try session.enqueue(.comparingSoon, ids: ids, now: now) }
            try session.finishWebhook(id, payment: payment, now: now)
        }
        return .done
    }

    /// A card that was saved is known although the browser never came back from the page.
    private func learnCards(of event: StoredWebhook) async throws {
        guard let remote = event.body["data"]?["object"]?["customer"]?.string else { return }
        let customer = try await services.database.transaction(for: .system) {
            try $0.customer(withGatewayID: remote)
        }
        if let customer { try await PaymentMethods(services).refresh(customer) }
    }

    /// What is told of money before its payment's own message came names a payment at Stripe that
    /// we do not know yet; Stripe knows which of ours it is.
    private func paymentNamedByIntent(of event: StoredWebhook) async throws -> ID<Payment>? {
        guard event.isOfRefund || event.isOfDispute || event.isOfCharge,
            let intent = event.body["data"]?["object"]?["payment_intent"]?.string
        else { return nil }
        let named: ID<Payment>?
        do {
            named = try await services.payments.intent(intent).metadata["payment_id"]
                .flatMap { ID<Payment>($0) }
        } catch RemoteFailure.refused {
            return nil
        }
        guard let named else { return nil }
        return try await services.database.transaction(for: .system) {
            try $0.payment(named)?.id
        }
    }

    private func payment(of event: StoredWebhook) async throws -> ID<Payment>? {
        let object = event.body["data"]?["object"]
        let named = object?["metadata"]?["payment_id"]?.string.flatMap { ID<Payment>($0) }
        let type = object?["object"]?.string
        let objectID = object?["id"]?.string
        let intent = object?["payment_intent"]?.string
        return try await services.database.transaction(for: .system) { session in
            if let named, try session.payment(named) != nil { return named }
            return try session.payment(
                checkoutID: type == "checkout.session" ? objectID : nil,
                intentID: type == "payment_intent" ? objectID : intent
            )
        }
    }
}

extension Problem {
    static let signatureNotAccepted = Problem(
        status: 400,
        code: "signature_not_accepted",
        detail: "The message's signature is missing, wrong or too old."
    )
}
