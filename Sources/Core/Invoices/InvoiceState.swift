/// Where an invoice stands.
package enum InvoiceStatus: String, Hashable, Sendable, CaseIterable {
    /// Not numbered yet; may still be changed.
    case draft
    /// Issued: numbered and frozen; something is to be paid.
    case open
    case paid
    /// Issued by mistake and cancelled in full, before anything was paid.
    case void
    /// Given up; it may still be paid.
    case uncollectible

    /// Whether nothing more can happen to what is owed.
    package var isSettled: Bool { self == .paid || self == .void }
}

/// What is owed on an invoice, and what became of it.
///
/// Amounts only ever grow: what was paid or credited is not taken back on the invoice; money that
/// goes back is a refund of the payment.
package struct InvoiceState: Hashable, Sendable {
    package private(set) var status: InvoiceStatus
    package let total: Money
    /// By payments and by the customer's credit.
    package private(set) var paid: Money
    /// By credit notes, of what had not been paid when they were issued.
    package private(set) var credited: Money

    /// Why something cannot happen to an invoice.
    package enum Refusal: Error, Hashable, Sendable {
        case wrongStatus(InvoiceStatus)
        case otherCurrency
        case notPositive
        /// Money has paid a part; a credit note and a refund are what is wanted.
        case partlyPaid
        case partlyCredited
    }

    package init(
        status: InvoiceStatus,
        total: Money,
        paid: Money? = nil,
        credited: Money? = nil
    ) {
        self.status = status
        self.total = total
        self.paid = paid ?? .zero(total.currency)
        self.credited = credited ?? .zero(total.currency)
    }

    /// What is left to be paid.
    package var remaining: Money {
        status == .void ? .zero(total.currency) : total - paid - credited
    }

    /// Numbers and freezes a draft. What costs nothing is paid at once.
    package mutating func issue() throws(Refusal) {
        guard status == .draft else { throw .wrongStatus(status) }
        status = .open
        settleIfNothingRemains()
    }

    /// Takes money or credit. What exceeds the invoice is given back to the caller, to become the
    /// customer's credit.
    package mutating func pay(_ amount: Money) throws(Refusal) -> Money {
        try check(amount)
        guard status == .open || status == .uncollectible else { throw .wrongStatus(status) }
        let part = amount.minorUnits < remaining.minorUnits ? amount : remaining
        paid = paid + part
        settleIfNothingRemains()
        return amount - part
    }

    /// Cancels an invoice of which no money has paid anything, and no credit note took anything
    /// off. What credit has paid is given back to the caller, to become credit again.
    package mutating func void(paidByCredit: Money? = nil) throws(Refusal) -> Money {
        guard status == .open || status == .uncollectible else { throw .wrongStatus(status) }
        let returned = paidByCredit ?? .zero(total.currency)
        guard paid == returned else { throw .partlyPaid }
        guard credited.isZero else { throw .partlyCredited }
        status = .void
        return returned
    }

    /// Gives up what remains.
    package mutating func writeOff() throws(Refusal) -> Money {
        guard status == .open else { throw .wrongStatus(status) }
        status = .uncollectible
        return remaining
    }

    /// Takes the amount of a credit note: what remains is reduced first, and what was paid already
    /// is given back to the caller, to become the customer's credit or a refund.
    package mutating func credit(_ amount: Money) throws(Refusal) -> Money {
        try check(amount)
        guard [.open, .paid, .uncollectible].contains(status) else { throw .wrongStatus(status) }
        let part = amount.minorUnits < remaining.minorUnits ? amount : remaining
        credited = credited + part
        settleIfNothingRemains()
        return amount - part
    }

    private mutating func settleIfNothingRemains() {
        if remaining.isZero { status = .paid }
    }

    private func check(_ amount: Money) throws(Refusal) {
        guard amount.currency == total.currency else { throw .otherCurrency }
        guard amount.isPositive else { throw .notPositive }
    }
}
