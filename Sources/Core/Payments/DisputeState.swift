package import struct Foundation.Date

/// How a payer's bank's dispute of a payment stands at the processor.
package struct DisputeState: Sendable, Equatable {
    /// What it means for us.
    package enum Standing: String, Sendable, CaseIterable {
        /// The bank only asks; no money has moved.
        case inquiry
        case open, won, lost
        /// It came to nothing.
        case closed
    }

    package let id: String
    /// In the processor's words.
    package let status: String
    package let reason: String
    package let amount: Int64
    /// Lower case.
    package let currency: String
    /// The payment that is disputed.
    package let intent: String?
    /// Until when evidence may be handed in.
    package let dueBy: Date?
    package let hasEvidence: Bool
    package let created: Date
    /// What the bank took, and what it gave back.
    package let moves: [BalanceMove]

    package init(
        id: String,
        status: String,
        reason: String,
        amount: Int64,
        currency: String,
        intent: String?,
        dueBy: Date?,
        hasEvidence: Bool,
        created: Date,
        moves: [BalanceMove]
    ) {
        self.id = id
        self.status = status
        self.reason = reason
        self.amount = amount
        self.currency = currency
        self.intent = intent
        self.dueBy = dueBy
        self.hasEvidence = hasEvidence
        self.created = created
        self.moves = moves
    }

    /// What the status means; one that is new to us is an open dispute, so that somebody looks.
    package var standing: Standing {
        switch status {
        case "warning_needs_response", "warning_under_review": .inquiry
        case "won": .won
        case "lost": .lost
        case "warning_closed", "prevented": .closed
        default: .open
        }
    }

    /// Whether it waits for an answer of ours.
    package var needsResponse: Bool { status.hasSuffix("needs_response") }

    package var withdrawal: BalanceMove? { moves.first { $0.amount < 0 } }
    package var reinstatement: BalanceMove? { moves.first { $0.amount > 0 } }
}
