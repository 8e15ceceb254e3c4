extension Posting {
    /// A customer's bank disputes a payment: the processor takes the money back, and a fee.
    package static func disputeOpened(_ amount: Money, fee: Money) -> Posting {
        Posting(
            kind: "dispute_opened",
            entries: [
                LedgerEntry(.disputes, amount),
                LedgerEntry(.fees, fee),
                LedgerEntry(.clearing, -(amount + fee)),
            ]
        )
    }

    /// A dispute was won: the money comes back, and of the fee what the processor returns.
    package static func disputeWon(_ amount: Money, feeReturned: Money) -> Posting {
        disputeOpened(amount, fee: feeReturned).reversed(as: "dispute_won")
    }

    /// A dispute that had been lost is taken up again, and what is held back may still come.
    package static func disputeLossReversed(_ amount: Money) -> Posting {
        disputeLost(amount).reversed(as: "dispute_loss_reversed")
    }

    /// A dispute was lost: what was held back is gone.
    package static func disputeLost(_ amount: Money) -> Posting {
        moved("dispute_lost", amount, from: .disputes, to: .disputeLosses)
    }

    /// A dispute was lost about money that could not be placed: nobody waits for it any more, and
    /// the loss is smaller by it.
    package static func unplacedLost(_ amount: Money) -> Posting {
        moved("unplaced_lost", amount, from: .disputeLosses, to: .suspense)
    }

    /// Such a dispute was won after all: the money waits to be placed again.
    package static func unplacedLossReversed(_ amount: Money) -> Posting {
        unplacedLost(amount).reversed(as: "unplaced_loss_reversed")
    }
}
