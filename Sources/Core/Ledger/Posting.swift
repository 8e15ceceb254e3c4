/// An account of the books.
package enum LedgerAccountKind: String, Sendable, CaseIterable {
    case receivable
    case clearing
    case revenue
    case deferredRevenue = "deferred_revenue"
    case tax
    case customerCredit = "customer_credit"
    case refunds
    case fees
    case domainCosts = "domain_costs"
    case suspense
}

/// One side of a posting: debits are positive, credits negative.
package struct LedgerEntry: Sendable, Equatable {
    package let account: LedgerAccountKind
    package let amount: Money

    package init(_ account: LedgerAccountKind, _ amount: Money) {
        self.account = account
        self.amount = amount
    }
}

/// Entries that belong together and sum to nothing in each currency.
package struct Posting: Sendable, Equatable {
    package let kind: String
    package let entries: [LedgerEntry]

    /// Drops entries of nothing, and traps when what remains does not balance.
    package init(kind: String, entries: [LedgerEntry]) {
        let entries = entries.filter { !$0.amount.isZero }
        var sums: [Currency: Int64] = [:]
        for entry in entries { sums[entry.amount.currency, default: 0] += entry.amount.minorUnits }
        precondition(sums.values.allSatisfy { $0 == 0 }, "a posting does not balance")
        self.kind = kind
        self.entries = entries
    }

    /// An invoice was issued: the customer owes it; what is for a time to come is not earned yet.
    package static func invoiceIssued(
        total: Money,
        deferred: Money,
        earned: Money,
        tax: Money
    ) -> Posting {
        Posting(
            kind: "invoice_issued",
            entries: [
                LedgerEntry(.receivable, total),
                LedgerEntry(.deferredRevenue, -deferred),
                LedgerEntry(.revenue, -earned),
                LedgerEntry(.tax, -tax),
            ]
        )
    }

    /// A payment was captured: the processor holds the money, and the customer owes it no longer.
    package static func paymentCaptured(_ amount: Money) -> Posting {
        Posting(
            kind: "payment_captured",
            entries: [LedgerEntry(.clearing, amount), LedgerEntry(.receivable, -amount)]
        )
    }

    /// Money was given back.
    package static func refunded(_ amount: Money) -> Posting {
        Posting(
            kind: "refund",
            entries: [LedgerEntry(.refunds, amount), LedgerEntry(.clearing, -amount)]
        )
    }

    /// Money that could not be placed was given back.
    package static func unplacedReturned(_ amount: Money) -> Posting {
        Posting(
            kind: "unplaced_returned",
            entries: [LedgerEntry(.suspense, amount), LedgerEntry(.clearing, -amount)]
        )
    }

    /// Money arrived that nothing was owed for; it waits for somebody to place it.
    package static func unplacedPayment(_ amount: Money) -> Posting {
        Posting(
            kind: "payment_unplaced",
            entries: [LedgerEntry(.clearing, amount), LedgerEntry(.suspense, -amount)]
        )
    }
}
