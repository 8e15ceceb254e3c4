package import Core
package import Foundation
import Support

/// Money that goes back to a payer, as it is stored before the processor hears of it.
package struct RefundRecord: Sendable {
    /// Why it is made.
    package enum Kind: String, Sendable {
        /// Staff have asked for it.
        case staff
        /// Its order was undone.
        case undo
        /// Its payment could not be placed.
        case `return`
        /// Somebody made it at the processor itself.
        case outside
        /// A customer's credit goes back to the card that it came from.
        case credit
    }

    package enum Status: String, Sendable, CaseIterable {
        /// Stored; the processor was not heard yet.
        case created
        case pending, succeeded, failed

        /// Whether it may still be anything but this.
        var isOnItsWay: Bool { self == .created || self == .pending }
    }

    /// Where the books take the money from.
    package enum Source: String, Sendable {
        case refunds, credit, suspense
    }

    package let id: ID<Refund>
    package let payment: ID<Payment>
    /// Nil for a payment of an invoice without an order.
    package let order: ID<Order>?
    package let invoice: ID<Invoice>
    package let customer: ID<Customer>
    package let channel: PaymentChannel
    /// The processor's name of the payment.
    let intent: String?
    package let amount: Money
    package let reason: String
    package let kind: Kind
    let source: Source
    package let status: Status
    let key: String
    /// The processor's name for it, once it has answered.
    let gatewayID: String?
    package let failure: String?
    package let createdAt: Date
    /// When it first succeeded; one that failed afterwards keeps it.
    package let succeededAt: Date?
    package let finishedAt: Date?
    /// When somebody had seen that it failed.
    package let dealtWithAt: Date?

    /// Whether it failed and nobody has looked at it yet.
    package var needsAttention: Bool { status == .failed && dealtWithAt == nil }
}

extension RefundRecord {
    /// What its success moves.
    var posting: Posting {
        switch source {
        case .refunds: .refunded(amount, from: .refunds, by: channel)
        case .credit: .refunded(amount, from: .credit, by: channel)
        case .suspense: .unplacedReturned(amount)
        }
    }

    /// What its failure moves back when it had succeeded before.
    var failurePosting: Posting {
        switch source {
        case .refunds: .refundFailed(amount, from: .refunds, by: channel)
        case .credit: .refundFailed(amount, from: .credit, by: channel)
        case .suspense: .unplacedReturnFailed(amount)
        }
    }

    /// What the processor keeps with it, to find ours again.
    var metadata: [String: String] {
        var metadata = ["refund_id": id.text]
        metadata["order_id"] = order?.text
        return metadata
    }
}

extension RefundRecord.Status {
    /// How it stands by the processor's word.
    init(_ status: RefundState.Status) {
        self =
            switch status {
            case .succeeded: .succeeded
            case .failed, .canceled: .failed
            case .pending, .requiresAction, .other: .pending
            }
    }
}
