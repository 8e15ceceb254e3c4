extension Posting {
    /// A payment was captured: the processor, or the bank, holds the money, and the customer owes
    /// it no longer. What exceeds what was owed becomes the customer's credit.
    package static func paymentCaptured(
        _ amount: Money,
        excess: Money? = nil,
        by channel: PaymentChannel = .stripe
    ) -> Posting {
        let excess = excess ?? .zero(amount.currency)
        return Posting(
            kind: "payment_captured",
            entries: [
                LedgerEntry(.clearing, amount, channel),
                LedgerEntry(.receivable, excess - amount),
                LedgerEntry(.customerCredit, -excess),
            ]
        )
    }

    /// A payment that staff had recorded was none: all that its capture posted is taken back.
    package static func paymentReversed(_ captured: Posting) -> Posting {
        captured.reversed(as: "payment_reversed")
    }

    /// An invoice that had been given up is paid after all: it is owed again, so that the payment
    /// can pay it.
    package static func writeOffRecovered(_ amount: Money) -> Posting {
        moved("write_off_recovered", amount, from: .badDebt, to: .receivable)
    }

    /// The processor kept its fee, as its balance transaction says; below zero when it gave one
    /// back.
    package static func feeCharged(
        _ amount: Money,
        by channel: PaymentChannel = .stripe
    ) -> Posting {
        moved("payment_fee", amount, from: .clearing, to: .fees, channel)
    }

    /// Where the money of a refund comes from.
    package enum RefundSource: String, Sendable, CaseIterable {
        /// The payment was given back without a credit note.
        case refunds
        /// A credit note, or something else, had made it the customer's credit.
        case credit

        var account: LedgerAccountKind {
            switch self {
            case .refunds: .refunds
            case .credit: .customerCredit
            }
        }
    }

    /// Money was given back.
    package static func refunded(
        _ amount: Money,
        from source: RefundSource = .refunds,
        by channel: PaymentChannel = .stripe
    ) -> Posting {
        moved("refund", amount, from: .clearing, to: source.account, channel)
    }

    /// A refund that had succeeded failed later: the bank sent the money back.
    package static func refundFailed(
        _ amount: Money,
        from source: RefundSource = .refunds,
        by channel: PaymentChannel = .stripe
    ) -> Posting {
        refunded(amount, from: source, by: channel).reversed(as: "refund_failed")
    }

    /// The processor settled a payment in another currency than it was charged in.
    package static func paymentSettled(_ charged: Money, as settled: Money) -> Posting {
        exchanged("payment_settled", charged, for: settled)
    }

    /// The processor took what a refund gave back from what it holds in another currency.
    package static func refundSettled(_ refunded: Money, as settled: Money) -> Posting {
        exchanged("refund_settled", -refunded, for: -settled)
    }

    /// What such a refund had taken came back, at another rate maybe, because it failed.
    package static func refundFailureSettled(_ refunded: Money, as returned: Money) -> Posting {
        exchanged("refund_failure_settled", refunded, for: returned)
    }

    private static func exchanged(_ kind: String, _ given: Money, for got: Money) -> Posting {
        Posting(
            kind: kind,
            entries: [
                LedgerEntry(.clearing, -given), LedgerEntry(.exchange, given),
                LedgerEntry(.clearing, got), LedgerEntry(.exchange, -got),
            ]
        )
    }

    /// The bank sent a payout back: the processor holds the money again.
    package static func payoutFailed(_ amount: Money) -> Posting {
        paidOut(amount).reversed(as: "payout_failed")
    }

    /// The processor paid what it held to the bank.
    package static func paidOut(_ amount: Money) -> Posting {
        Posting(
            kind: "payout",
            entries: [
                LedgerEntry(.clearing, amount, .bankTransfer),
                LedgerEntry(.clearing, -amount, .stripe),
            ]
        )
    }

    /// A registrar charged for a name: it takes that from what we have with it, or will ask for it.
    package static func domainCost(_ amount: Money) -> Posting {
        moved("domain_cost", amount, from: .payables, to: .domainCosts)
    }

    /// A registrar was paid from the bank account, for names that it has charged for or will.
    package static func registrarPaid(_ amount: Money) -> Posting {
        moved("registrar_paid", amount, from: .clearing, to: .payables, .bankTransfer)
    }

    /// That was recorded by mistake.
    package static func registrarPaymentReversed(_ amount: Money) -> Posting {
        registrarPaid(amount).reversed(as: "registrar_payment_reversed")
    }
}
