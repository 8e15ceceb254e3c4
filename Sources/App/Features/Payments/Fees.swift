import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What the processor keeps for itself of each payment, as its balance tells it.
///
/// It is never computed: the processor says it a moment after the payment, in the currency that is
/// settled in.
struct Fees: Sendable {
    /// A fee that is not told for so long has to be asked for by a person.
    private static let patienceSeconds = 7 * 86_400.0

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that asks for the fee of a payment until it is known.
    func learn(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("payment", of: Payment.self)
        if try await learn(id) { return .done }
        let payment = try await services.database.transaction(for: .system) {
            try $0.payment(id).orThrow(Problem.notFound)
        }
        let age = services.clock.now.timeIntervalSince(payment.createdAt)
        guard age < Fees.patienceSeconds else {
            return .dead(reason: "The processor has not told the payment's fee.")
        }
        return .later(seconds: min(3_600, max(5, age / 4)), reason: "the fee is not known yet")
    }

    /// Asks what a payment moved on the processor's balance, and books the fee once.
    ///
    /// - Returns: whether it is known now, or never will be.
    @discardableResult
    func learn(_ id: ID<Payment>) async throws -> Bool {
        let services = services
        let found = try await services.database.transaction(for: .system) { session in
            let payment = try session.payment(id).orThrow(Problem.notFound)
            return (payment, try session.isFeeKnown(of: id))
        }
        let (payment, isKnown) = found
        guard !isKnown, payment.channel == .stripe, payment.hasBroughtMoney,
            let intent = payment.intentID
        else { return true }
        guard let capture = try await services.payments.capture(of: intent),
            let move = capture.move
        else { return false }
        guard let fee = move.money(move.fee), let settled = move.money(move.amount) else {
            throw RemoteFailure.unknown(message: "The payment is settled in \(move.currency).")
        }
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard try session.lockPayment(id) != nil, try !session.isFeeKnown(of: id) else {
                return
            }
            try session.store(fee, charge: capture.charge, move: move.id, of: id)
            func post(_ posting: Posting) throws {
                try Ledger.post(
                    posting,
                    cause: id,
                    customer: payment.customer,
                    session,
                    ids: services.ids,
                    now: now
                )
            }
            let charged = try session.broughtToClearing(by: id)
            if let charged, charged.currency != settled.currency {
                try session.store(settled, settling: id)
                try post(.paymentSettled(charged, as: settled))
            }
            try post(.feeCharged(fee))
        }
        return true
    }
}

extension PaymentRecord {
    /// Whether money of it has reached the processor.
    fileprivate var hasBroughtMoney: Bool {
        switch status {
        case .succeeded, .attention, .returned, .credited: true
        case .created, .open, .processing, .failed, .expired, .cancelled, .reversed: false
        }
    }
}

extension NewJob {
    /// Asks for a payment's fee, a moment after the payment.
    static func learningFee(of payment: ID<Payment>) -> NewJob {
        NewJob(
            .learnFee,
            payload: ["payment": .string(payment.text)],
            dedupKey: payment.text,
            delaySeconds: 2
        )
    }
}
