extension Posting {
    /// An invoice was issued: the customer owes it; what is for a time to come is not earned yet.
    ///
    /// The amounts are after discounts, and below zero where more is given back than charged;
    /// `carriedToCredit` is what becomes the customer's credit because of that.
    package static func invoiceIssued(
        total: Money,
        deferred: Money,
        earned: Money,
        tax: Money,
        carriedToCredit: Money? = nil
    ) -> Posting {
        let carried = carriedToCredit ?? .zero(total.currency)
        return Posting(
            kind: "invoice_issued",
            entries: [
                LedgerEntry(.receivable, total),
                LedgerEntry(.deferredRevenue, -deferred),
                LedgerEntry(.revenue, -earned),
                LedgerEntry(.tax, -tax),
                LedgerEntry(.customerCredit, -carried),
            ]
        )
    }

    /// An invoice of which nothing was paid was cancelled: all that its issue posted is taken back.
    package static func invoiceVoided(_ issued: Posting) -> Posting {
        issued.reversed(as: "invoice_voided")
    }

    /// A credit note was issued.
    ///
    /// `deferred` had not been earned yet, `earned` had; `owed` is what the customer owes less, and
    /// the rest, which was paid already, becomes the customer's credit. What was owed on an invoice
    /// that had been given up is no loss any more.
    package static func creditNoteIssued(
        deferred: Money,
        earned: Money,
        tax: Money,
        owed: Money,
        isWrittenOff: Bool = false
    ) -> Posting {
        let total = deferred + earned + tax
        return Posting(
            kind: "credit_note",
            entries: [
                LedgerEntry(.deferredRevenue, deferred),
                LedgerEntry(.revenue, earned),
                LedgerEntry(.tax, tax),
                LedgerEntry(isWrittenOff ? .badDebt : .receivable, -owed),
                LedgerEntry(.customerCredit, owed - total),
            ]
        )
    }

    /// What a credit note made the customer's credit goes back to the payer instead: the refund
    /// that follows takes it from where this puts it.
    package static func creditNoteRefunded(_ rest: Money) -> Posting {
        moved("credit_note_refunded", rest, from: .refunds, to: .customerCredit)
    }

    /// What remained of an invoice was given up.
    package static func writtenOff(_ remaining: Money) -> Posting {
        moved("written_off", remaining, from: .receivable, to: .badDebt)
    }

    /// What had been given up is owed again, because something else becomes of the invoice.
    package static func writeOffTakenBack(_ remaining: Money) -> Posting {
        moved("write_off_taken_back", remaining, from: .badDebt, to: .receivable)
    }

    /// Time passed, and what was deferred for it is earned.
    package static func revenueEarned(_ amount: Money) -> Posting {
        moved("revenue_earned", amount, from: .revenue, to: .deferredRevenue)
    }
}

extension TimeSpan {
    /// How much of an amount for this time is earned at an instant.
    ///
    /// To the second, rounded half to even: nothing before the span begins, and all of it, exactly,
    /// at its end.
    package func earned(of amount: Money, at instant: Instant) -> Money {
        if instant <= from { return .zero(amount.currency) }
        if instant >= to { return amount }
        return amount.scaled(by: instant.seconds - from.seconds, over: seconds)
    }
}
