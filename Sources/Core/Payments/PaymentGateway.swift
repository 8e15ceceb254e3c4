package import struct Foundation.Date

/// The card processor, as the business needs it.
///
/// Every call that moves money or makes an object takes a key that the caller stored first; the
/// same key with the same parameters never acts twice. All calls throw ``RemoteFailure``.
package protocol PaymentGateway: Sendable {
    /// Makes the processor's record of a payer and returns its identifier.
    func createCustomer(_ customer: GatewayCustomer, key: String) async throws -> String

    /// Opens a payment page on the processor's own site.
    func createCheckout(_ request: CheckoutRequest, key: String) async throws -> CheckoutState

    /// Asks how a payment page stands.
    func checkout(_ id: String) async throws -> CheckoutState

    /// Closes a payment page that is no longer wanted, and returns how it stands then.
    func expireCheckout(_ id: String) async throws -> CheckoutState

    /// Starts a payment that the portal's own page completes.
    func createIntent(_ request: IntentRequest, key: String) async throws -> IntentState

    /// Asks how a payment stands.
    func intent(_ id: String) async throws -> IntentState

    /// Gives a payment up that was not made, and returns how it stands then.
    func cancelIntent(_ id: String) async throws -> IntentState

    /// Charges a saved card without its owner. ``RemoteFailure/declined(code:message:)`` says by
    /// its code why the card was declined; every other failure says nothing about the card.
    func charge(_ request: SavedCardCharge, key: String) async throws -> IntentState

    /// The cards that a payer has saved, newest first.
    func savedCards(of customer: String) async throws -> [SavedCard]

    /// Forgets a saved card.
    func forgetCard(_ id: String) async throws

    /// Opens a page on the processor's own site on which a card is saved, and returns its address.
    func openCardPage(_ request: CardPageRequest) async throws -> String

    /// Gives money of a captured payment back.
    func refund(_ request: RefundRequest, key: String) async throws -> RefundState

    /// Asks how a refund stands.
    func refund(_ id: String) async throws -> RefundState

    /// The payments of a payer, newest first, to find by its metadata the one whose making was
    /// never answered and whose key is too old to be used again.
    func listIntents(customer: String, createdAfter: Date) async throws -> [IntentState]

    /// The refunds of a payment, newest first, for the same purpose.
    func listRefunds(intent: String) async throws -> [RefundState]

    /// What a payment that was made took; nil when none was.
    func capture(of intent: String) async throws -> CaptureState?

    /// The disputes of a payment, newest first.
    func listDisputes(intent: String) async throws -> [DisputeState]

    /// Everything that moved on the processor's balance from one moment until before another,
    /// newest first.
    func balanceMoves(from start: Date, until end: Date) async throws -> [BalanceMove]
}

/// Who pays, as the processor is told.
package struct GatewayCustomer: Sendable, Equatable {
    package let email: String
    package let name: String
    /// Ours, to find the record again.
    package let metadata: [String: String]

    package init(email: String, name: String, metadata: [String: String]) {
        self.email = email
        self.name = name
        self.metadata = metadata
    }
}

/// One line of a payment page.
package struct CheckoutLine: Sendable, Equatable {
    package let description: String
    package let amount: Money
    package let quantity: Int

    package init(description: String, amount: Money, quantity: Int) {
        self.description = description
        self.amount = amount
        self.quantity = quantity
    }
}

/// What a payment page shall ask for.
package struct CheckoutRequest: Sendable, Equatable {
    package let customer: String
    /// What links the page to our payment when it comes back.
    package let reference: String
    package let lines: [CheckoutLine]
    /// Where the payer is sent afterwards; `{CHECKOUT_SESSION_ID}` is replaced by the processor.
    package let successURL: String
    package let cancelURL: String
    package let expiresAt: Date
    package let savePaymentMethod: Bool
    /// Put on the page and on the payment it makes.
    package let metadata: [String: String]

    package init(
        customer: String,
        reference: String,
        lines: [CheckoutLine],
        successURL: String,
        cancelURL: String,
        expiresAt: Date,
        savePaymentMethod: Bool,
        metadata: [String: String]
    ) {
        self.customer = customer
        self.reference = reference
        self.lines = lines
        self.successURL = successURL
        self.cancelURL = cancelURL
        self.expiresAt = expiresAt
        self.savePaymentMethod = savePaymentMethod
        self.metadata = metadata
    }
}

/// How a payment page stands.
package struct CheckoutState: Sendable, Equatable {
    package enum Status: Sendable, Equatable {
        case open, complete, expired
        case other(String)
    }

    package enum PaymentStatus: Sendable, Equatable {
        case unpaid, paid, notRequired
        case other(String)
    }

    package let id: String
    package let status: Status
    package let paymentStatus: PaymentStatus
    /// The page's address while it is open.
    package let url: String?
    /// `payment` for ours; anything else is not.
    package let mode: String
    /// Minor units by the processor's count.
    package let amountTotal: Int64?
    /// Lower case.
    package let currency: String?
    package let customer: String?
    package let reference: String?
    package let intent: String?
    package let isLive: Bool
    package let metadata: [String: String]

    package init(
        id: String,
        status: Status,
        paymentStatus: PaymentStatus,
        url: String?,
        mode: String,
        amountTotal: Int64?,
        currency: String?,
        customer: String?,
        reference: String?,
        intent: String?,
        isLive: Bool,
        metadata: [String: String]
    ) {
        self.id = id
        self.status = status
        self.paymentStatus = paymentStatus
        self.url = url
        self.mode = mode
        self.amountTotal = amountTotal
        self.currency = currency
        self.customer = customer
        self.reference = reference
        self.intent = intent
        self.isLive = isLive
        self.metadata = metadata
    }
}

/// What a payment on the portal's own page shall take.
package struct IntentRequest: Sendable, Equatable {
    package let customer: String
    package let amount: Money
    package let description: String
    package let savePaymentMethod: Bool
    package let metadata: [String: String]

    package init(
        customer: String,
        amount: Money,
        description: String,
        savePaymentMethod: Bool,
        metadata: [String: String]
    ) {
        self.customer = customer
        self.amount = amount
        self.description = description
        self.savePaymentMethod = savePaymentMethod
        self.metadata = metadata
    }
}

/// How a payment stands.
package struct IntentState: Sendable, Equatable {
    package enum Status: Sendable, Equatable {
        case requiresPaymentMethod, requiresConfirmation, requiresAction, requiresCapture
        case processing, succeeded, canceled
        case other(String)
    }

    package let id: String
    package let status: Status
    package let amount: Int64
    /// What was really taken; money counts by this alone.
    package let amountReceived: Int64
    /// Lower case.
    package let currency: String
    package let customer: String?
    /// What the payer's browser needs to complete the payment; never stored or logged.
    package let clientSecret: String?
    package let isLive: Bool
    package let metadata: [String: String]
    /// Why the last attempt failed, in the processor's words for the payer.
    package let failure: String?
    /// The same as the code of the payer's bank.
    package let declineCode: String?

    package init(
        id: String,
        status: Status,
        amount: Int64,
        amountReceived: Int64,
        currency: String,
        customer: String?,
        clientSecret: String?,
        isLive: Bool,
        metadata: [String: String],
        failure: String?,
        declineCode: String? = nil
    ) {
        self.id = id
        self.status = status
        self.amount = amount
        self.amountReceived = amountReceived
        self.currency = currency
        self.customer = customer
        self.clientSecret = clientSecret
        self.isLive = isLive
        self.metadata = metadata
        self.failure = failure
        self.declineCode = declineCode
    }
}

/// Money to give back.
package struct RefundRequest: Sendable, Equatable {
    package let intent: String
    package let amount: Money
    package let metadata: [String: String]

    package init(intent: String, amount: Money, metadata: [String: String]) {
        self.intent = intent
        self.amount = amount
        self.metadata = metadata
    }
}

/// How a refund stands.
package struct RefundState: Sendable, Equatable {
    package enum Status: Sendable, Equatable {
        case pending, requiresAction, succeeded, failed, canceled
        case other(String)
    }

    package let id: String
    package let status: Status
    package let amount: Int64
    /// The payment it gives money of back.
    package let intent: String?
    package let metadata: [String: String]
    /// Why it failed, in a word of the processor's.
    package let failure: String?
    /// What it moved on the processor's balance, once that is known.
    package let move: BalanceMove?
    /// What came back to it when the refund failed, once that is known.
    package let failureMove: BalanceMove?

    package init(
        id: String,
        status: Status,
        amount: Int64,
        intent: String? = nil,
        metadata: [String: String] = [:],
        failure: String? = nil,
        move: BalanceMove? = nil,
        failureMove: BalanceMove? = nil
    ) {
        self.id = id
        self.status = status
        self.amount = amount
        self.intent = intent
        self.metadata = metadata
        self.failure = failure
        self.move = move
        self.failureMove = failureMove
    }
}
