/// A card that a payer has saved at the processor.
package struct SavedCard: Sendable, Equatable {
    package let id: String
    /// Lower case, such as `visa`.
    package let brand: String
    package let lastDigits: String
    /// 1 to 12.
    package let expiresMonth: Int
    package let expiresYear: Int
    /// The same for each time that one card was saved; nil where the processor does not tell.
    package let fingerprint: String?

    package init(
        id: String,
        brand: String,
        lastDigits: String,
        expiresMonth: Int,
        expiresYear: Int,
        fingerprint: String? = nil
    ) {
        self.id = id
        self.brand = brand
        self.lastDigits = lastDigits
        self.expiresMonth = expiresMonth
        self.expiresYear = expiresYear
        self.fingerprint = fingerprint
    }
}

/// What a saved card shall be charged with, its owner not being there.
package struct SavedCardCharge: Sendable, Equatable {
    package let customer: String
    package let card: String
    package let amount: Money
    package let description: String
    package let metadata: [String: String]

    package init(
        customer: String,
        card: String,
        amount: Money,
        description: String,
        metadata: [String: String]
    ) {
        self.customer = customer
        self.card = card
        self.amount = amount
        self.description = description
        self.metadata = metadata
    }
}

/// A page on which a payer saves a card, and where it leads afterwards.
package struct CardPageRequest: Sendable, Equatable {
    package let customer: String
    /// What the payer pays in, by which the processor knows which cards to take.
    package let currency: Currency
    package let successURL: String
    package let cancelURL: String

    package init(customer: String, currency: Currency, successURL: String, cancelURL: String) {
        self.customer = customer
        self.currency = currency
        self.successURL = successURL
        self.cancelURL = cancelURL
    }
}
