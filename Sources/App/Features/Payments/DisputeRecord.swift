package import Core
package import Foundation

/// A payer's bank's dispute of a payment, as the processor last told it.
package struct DisputeRecord: Sendable {
    package let id: ID<Dispute>
    package let payment: ID<Payment>
    package let invoice: ID<Invoice>
    package let order: ID<Order>?
    package let customer: ID<Customer>
    package let customerName: String
    package let gatewayID: String
    package let status: DisputeState.Standing
    /// In the processor's words.
    package let gatewayPhase: String
    package let reason: String
    package let amount: Money
    /// Until when evidence may be handed in.
    package let dueBy: Date?
    package let hasEvidence: Bool
    /// What the bank took and has not given back.
    package let held: Money?
    package let fee: Money?
    let isWithdrawn: Bool
    let isReinstated: Bool
    package let openedAt: Date
    package let closedAt: Date?

    /// Whether somebody has to answer the bank.
    package var needsResponse: Bool { gatewayPhase.hasSuffix("needs_response") }

    /// Whether nothing has been decided yet.
    package var isOpen: Bool { status == .inquiry || status == .open }

    /// Why, to people.
    package var reasonLabel: String { DisputeRecord.sentence(reason) }

    /// How far the processor says that it is, to people.
    package var phaseLabel: String { DisputeRecord.sentence(gatewayPhase) }

    private static func sentence(_ word: String) -> String {
        let words = word.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
