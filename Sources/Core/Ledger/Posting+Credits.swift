extension Posting {
    /// Staff granted a credit that nobody paid for.
    package static func creditGranted(_ amount: Money) -> Posting {
        moved("credit_granted", amount, from: .customerCredit, to: .promotions)
    }

    /// A credit paid for a part of an invoice.
    package static func creditSpent(_ amount: Money) -> Posting {
        moved("credit_spent", amount, from: .receivable, to: .customerCredit)
    }

    /// An invoice was cancelled that credit had paid a part of; the credit is there again.
    package static func creditUnspent(_ amount: Money) -> Posting {
        moved("credit_unspent", amount, from: .customerCredit, to: .receivable)
    }

    /// What credit had paid was given back as credit.
    package static func creditReturned(_ amount: Money) -> Posting {
        moved("credit_returned", amount, from: .customerCredit, to: .refunds)
    }

    /// A part of a credit is sent back: it is the customer's no more, and on its way.
    package static func creditPaidOut(_ amount: Money) -> Posting {
        moved("credit_paid_out", amount, from: .refunds, to: .customerCredit)
    }

    /// What is on its way so left our bank account.
    package static func creditSent(_ amount: Money) -> Posting {
        moved("credit_sent", amount, from: .clearing, to: .refunds, .bankTransfer)
    }

    /// What was on its way so came back: it is the customer's credit again.
    package static func creditPayoutFailed(_ amount: Money) -> Posting {
        creditPaidOut(amount).reversed(as: "credit_payout_failed")
    }

    /// Credit is written off whose payment was lost in a dispute: the loss is smaller by it.
    package static func creditWrittenOff(_ amount: Money) -> Posting {
        moved("credit_written_off", amount, from: .disputeLosses, to: .customerCredit)
    }

    /// A dispute was won after all for which credit was written off: it is the customer's again.
    package static func creditWriteOffTakenBack(_ amount: Money) -> Posting {
        creditWrittenOff(amount).reversed(as: "credit_write_off_taken_back")
    }

    /// What was left of a granted credit expired.
    package static func creditExpired(_ amount: Money) -> Posting {
        moved("credit_expired", amount, from: .promotions, to: .customerCredit)
    }
}
