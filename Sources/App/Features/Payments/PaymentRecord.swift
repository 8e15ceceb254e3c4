package import Core
package import Foundation

/// One attempt to take money for an invoice, as it is stored.
package struct PaymentRecord: Sendable {
    /// How the payer pays.
    package enum Kind: String, Sendable {
        /// On the processor's own page.
        case checkout
        /// On a page that embeds the processor's form.
        case intent
        /// By a card that is kept at the processor, without the payer.
        case savedCard = "saved_card"
        /// Another way, which staff have recorded.
        case recorded
    }

    package enum Status: String, Sendable, CaseIterable {
        /// Stored; the processor was not heard yet.
        case created
        case open, processing, succeeded, failed, expired, cancelled
        /// Money that does not fit what was expected; somebody has to look.
        case attention
        /// Such money, given back.
        case returned
        /// Recorded by mistake, and taken back.
        case reversed
        /// Money that could not be placed and became the customer's credit.
        case credited

        /// Whether money may still come.
        package var isUnderWay: Bool { self == .created || self == .open || self == .processing }
    }

    package let id: ID<Payment>
    package let customer: ID<Customer>
    /// Nil for an invoice that no order waits for.
    package let order: ID<Order>?
    package let invoice: ID<Invoice>
    /// The way that the money takes.
    package let channel: PaymentChannel
    package let kind: Kind
    package let status: Status
    package let amount: Money
    /// What exceeded the invoice and became credit.
    package let excess: Money
    /// What went back of it.
    package let refunded: Money
    package let key: String
    package let parameters: PaymentParameters
    package let checkoutID: String?
    package let intentID: String?
    package let checkoutURL: String?
    package let failure: String?
    /// What the bank's statement or the receipt calls a recorded one.
    package let reference: String?
    package let receivedAt: Date?
    package let createdAt: Date
    /// When the charge of a saved card was about to be sent; nil for one that never was.
    package let chargeSentAt: Date?
    package let settledAt: Date?

    /// Whether it is a charge that the processor never heard of and will not, once it is closed.
    var isUnsentCharge: Bool { kind == .savedCard && chargeSentAt == nil && status == .created }

    /// Whether the processor may still tell of money: it may for one that we gave up, because its
    /// payer may have been faster.
    var mayBringMoney: Bool {
        let isKnownThere = kind == .checkout ? checkoutID != nil : intentID != nil
        return switch status {
        case .created, .open, .processing: true
        case .failed, .expired, .cancelled: isKnownThere
        case .succeeded, .attention, .returned, .reversed, .credited: false
        }
    }
}

/// What the processor was first asked, stored so that a lost answer can be asked for again with the
/// same words.
package struct PaymentParameters: Codable, Sendable, Equatable {
    package struct Line: Codable, Sendable, Equatable {
        package let description: String
        package let amountMinor: Int64
    }

    package var lines: [Line]
    package let successURL: String
    package let cancelURL: String
    package let expiresAt: Date
    package let savePaymentMethod: Bool
    /// The processor's name of the saved card that is charged.
    package var savedCard: String?
    /// True where whoever paid had a link to the invoice, and need not be its customer.
    package var byLink: Bool?

    var isByLink: Bool { byLink ?? false }
}
