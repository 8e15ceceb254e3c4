/// A captured payment, with what was given back of it.
package struct RefundableAmount: Hashable, Sendable {
    package let captured: Money
    /// By refunds that succeeded or may still succeed.
    package let refunded: Money
    /// By disputes that are open or lost.
    package let disputed: Money
    /// What became the customer's credit: by credit notes, or because more was paid than was due.
    package let credited: Money

    /// Why a refund cannot be made.
    package enum Refusal: Error, Hashable, Sendable {
        case notPositive
        case otherCurrency
        /// No multiple of what the currency is charged in.
        case notMultiple(of: Int64)
        case tooMuch(most: Money)
    }

    package init(
        captured: Money,
        refunded: Money? = nil,
        disputed: Money? = nil,
        credited: Money? = nil
    ) {
        self.captured = captured
        self.refunded = refunded ?? .zero(captured.currency)
        self.disputed = disputed ?? .zero(captured.currency)
        self.credited = credited ?? .zero(captured.currency)
    }

    /// What may still be given back; nothing while more is gone than was captured.
    package var remaining: Money {
        let left = captured - refunded - disputed - credited
        return left.isPositive ? left : .zero(captured.currency)
    }

    /// Why an amount cannot be refunded; nil when it can.
    package func refusal(of amount: Money) -> Refusal? {
        guard amount.currency == captured.currency else { return .otherCurrency }
        guard amount.isPositive else { return .notPositive }
        let step = amount.currency.step
        guard amount.minorUnits.isMultiple(of: step) else { return .notMultiple(of: step) }
        return amount.minorUnits <= remaining.minorUnits ? nil : .tooMuch(most: remaining)
    }
}
