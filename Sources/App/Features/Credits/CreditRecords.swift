package import Core
package import Foundation

/// Where a customer's credit came from.
package enum CreditSource: Sendable {
    /// Staff gave it, and nobody paid for it.
    ///
    /// With a key, once under it.
    case grant(reason: String, by: ID<User>?, expiresAt: Date?, key: String? = nil)
    /// More was paid than was owed.
    case overpayment(ID<Payment>)
    /// More was given back on an invoice than charged.
    case carried(ID<Invoice>)
    case creditNote(ID<CreditNote>)
    /// An order was undone that credit had paid for.
    case returned(ID<Order>)
    /// An invoice was cancelled that credit had paid a part of.
    case voided(ID<Invoice>)
    /// It was sent back, and did not arrive.
    case payoutFailed(ID<Refund>)
    /// It was written off for a dispute that is won after all.
    case disputeWon(ID<CreditUse>)

    /// Its name in the database and in the API.
    package enum Kind: String, Sendable, CaseIterable {
        case grant, overpayment, carried, returned, voided
        case creditNote = "credit_note"
        case payoutFailed = "payout_failed"
        case disputeWon = "dispute_won"
    }

    package var kind: Kind {
        switch self {
        case .grant: .grant
        case .overpayment: .overpayment
        case .carried: .carried
        case .creditNote: .creditNote
        case .returned: .returned
        case .voided: .voided
        case .payoutFailed: .payoutFailed
        case .disputeWon: .disputeWon
        }
    }

    /// What it came of; nil for what staff gave.
    var cause: UUID? {
        switch self {
        case .grant: nil
        case .overpayment(let id): id.uuid
        case .carried(let id): id.uuid
        case .creditNote(let id): id.uuid
        case .returned(let id): id.uuid
        case .voided(let id): id.uuid
        case .payoutFailed(let id): id.uuid
        case .disputeWon(let id): id.uuid
        }
    }
}

/// A customer's credit with what is left of it.
package struct CreditRecord: Sendable {
    package let id: ID<Credit>
    package let customer: ID<Customer>
    package let amount: Money
    package let source: CreditSource.Kind
    /// Why staff gave it.
    package let reason: String?
    package let createdAt: Date
    package let expiresAt: Date?
    /// What nothing has become of yet.
    package let remaining: Money
    /// What of that is kept for an order that is being paid.
    package let held: Money
    /// What of that stems from disputed card payments: it is neither spent nor paid out.
    package let disputed: Money

    /// What may be spent now, unless it has expired.
    package var free: Money { notKept - frozen }
    /// What disputes hold and no order is kept.
    var frozen: Money { disputed.minorUnits < notKept.minorUnits ? disputed : notKept }
    private var notKept: Money { remaining - held }
}

/// What became of a part of a credit.
package struct CreditUseRecord: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// It paid for a part of an invoice.
        case invoice
        /// It was paid out.
        case refund
        case expiry
        /// Staff took back what was left of a grant.
        case revocation
        /// Staff wrote it off: the payment that it stems from was lost in a dispute.
        case dispute
    }

    package let id: ID<CreditUse>
    package let credit: ID<Credit>
    package let kind: Kind
    package let invoice: ID<Invoice>?
    package let invoiceNumber: String?
    package let amount: Money
    package let at: Date
}
