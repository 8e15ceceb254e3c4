package import struct Foundation.Date

/// What moved on the processor's balance: a payment, a refund, a dispute, a payout.
package struct BalanceMove: Sendable, Equatable {
    package let id: String
    /// The processor's word for what it is, such as `charge`.
    package let kind: String
    /// The processor's object that moved it.
    package let source: String?
    /// The payment that it moved for, where the processor says so.
    package let intent: String?
    /// Minor units before the fee; below zero for what went.
    package let amount: Int64
    package let fee: Int64
    /// The currency that is settled in, in lower case.
    package let currency: String
    package let created: Date

    package init(
        id: String,
        kind: String,
        source: String?,
        intent: String?,
        amount: Int64,
        fee: Int64,
        currency: String,
        created: Date
    ) {
        self.id = id
        self.kind = kind
        self.source = source
        self.intent = intent
        self.amount = amount
        self.fee = fee
        self.currency = currency
        self.created = created
    }

    /// Minor units of the currency that is settled in; nil for one that is not sold in.
    package func money(_ minorUnits: Int64) -> Money? {
        Currency(currency.uppercased()).map { Money(minorUnits: minorUnits, $0) }
    }
}

/// What a payment that was made took, as the processor's balance tells it.
package struct CaptureState: Sendable, Equatable {
    package let charge: String
    /// Nil until the processor knows its fee, a moment after the payment.
    package let move: BalanceMove?
    /// The fingerprint of the card that paid; nil when it was none.
    package let card: String?

    package init(charge: String, move: BalanceMove?, card: String? = nil) {
        self.charge = charge
        self.move = move
        self.card = card
    }
}
