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
    /// What the processor holds back while a dispute is open.
    case disputes
    /// What disputes were lost over.
    case disputeLosses = "dispute_losses"
    /// What was given up.
    case badDebt = "bad_debt"
    /// Credit that was granted without having been paid for.
    case promotions
    /// What is owed to registrars.
    case payables
    /// What was changed into another currency, or out of one: what was given stands here, and what
    /// was got for it, so that each currency balances by itself.
    case exchange
}

/// The way that money takes; each has a clearing account of its own.
package enum PaymentChannel: String, Sendable, CaseIterable {
    case stripe
    case bankTransfer = "bank_transfer"
    case cash
}

/// One side of a posting: debits are positive, credits negative.
package struct LedgerEntry: Sendable, Equatable {
    package let account: LedgerAccountKind
    package let amount: Money
    /// Whose clearing account or fees it is; Stripe's unless something else is said.
    package let channel: PaymentChannel

    package init(
        _ account: LedgerAccountKind,
        _ amount: Money,
        _ channel: PaymentChannel = .stripe
    ) {
        self.account = account
        self.amount = amount
        self.channel = channel
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

    /// An amount moved from one account to another: the first is credited, the second debited.
    static func moved(
        _ kind: String,
        _ amount: Money,
        from: LedgerAccountKind,
        to: LedgerAccountKind,
        _ channel: PaymentChannel = .stripe
    ) -> Posting {
        Posting(
            kind: kind,
            entries: [LedgerEntry(to, amount, channel), LedgerEntry(from, -amount, channel)]
        )
    }

    /// The same entries turned round, as another kind.
    func reversed(as kind: String) -> Posting {
        Posting(
            kind: kind,
            entries: entries.map { LedgerEntry($0.account, -$0.amount, $0.channel) }
        )
    }

    /// Money that could not be placed was given back.
    package static func unplacedReturned(_ amount: Money) -> Posting {
        Posting(
            kind: "unplaced_returned",
            entries: [LedgerEntry(.suspense, amount), LedgerEntry(.clearing, -amount)]
        )
    }

    /// Such a return failed after it had succeeded: the money is back, and waits again.
    package static func unplacedReturnFailed(_ amount: Money) -> Posting {
        unplacedReturned(amount).reversed(as: "unplaced_return_failed")
    }

    /// Money that could not be placed became the customer's credit.
    package static func unplacedCredited(_ amount: Money) -> Posting {
        moved("unplaced_credited", amount, from: .customerCredit, to: .suspense)
    }

    /// Money arrived that nothing was owed for; it waits for somebody to place it.
    package static func unplacedPayment(_ amount: Money) -> Posting {
        Posting(
            kind: "payment_unplaced",
            entries: [LedgerEntry(.clearing, amount), LedgerEntry(.suspense, -amount)]
        )
    }
}
