/// How the bank behind a test card behaves.
struct TestCard: Sendable, Equatable {
    enum Authentication: Sendable {
        case never
        /// Asked for at every payment.
        case always
        /// Asked for until the card was set up for payments without its owner.
        case unlessSetUp
    }

    let number: String
    var brand = "visa"
    /// Why a payment is declined; nil for a card that pays.
    var decline: Decline?
    /// Whether the decline comes already when the card is saved.
    var refusesAttachment = false
    var authentication = Authentication.never
    /// `pending` or `failed_later` for cards whose refunds take their time.
    var refund: String?
    /// What the card's bank does after it has paid; nil for one that is content.
    var dispute: Dispute?
    /// Whether it is no card but an account, of which money is debited days later, or never.
    var isDebit = false

    /// How a bank begins to want its money back.
    struct Dispute: Sendable, Equatable {
        /// In the words of the API, such as `fraudulent`.
        let reason: String
        /// Whether it only asks at first.
        var isInquiry = false
    }

    /// A bank's no, in the words of the API.
    struct Decline: Codable, Sendable, Equatable {
        let code: String
        var declineCode: String?
        let message: String
        var advice: String?
    }

    static func == (one: TestCard, other: TestCard) -> Bool { one.number == other.number }

    var last4: String { String(number.suffix(4)) }

    /// The card of a number as typed, blanks and all; nil when it is no test card.
    init?(number typed: String) {
        let digits = typed.filter { !$0.isWhitespace && $0 != "-" }
        guard let card = Self.all.first(where: { $0.number == digits }) else { return nil }
        self = card
    }

    /// The card behind a `pm_card_…` or `tok_…` name.
    init?(name: String) {
        let plain = name.replacing("pm_card_", with: "").replacing("tok_", with: "")
        guard let number = Self.names[plain] else { return nil }
        self.init(number: number)
    }

    private init(
        _ number: String,
        brand: String = "visa",
        decline: Decline? = nil,
        refusesAttachment: Bool = false,
        authentication: Authentication = .never,
        refund: String? = nil,
        dispute: Dispute? = nil,
        isDebit: Bool = false
    ) {
        self.number = number
        self.brand = brand
        self.decline = decline
        self.refusesAttachment = refusesAttachment
        self.authentication = authentication
        self.refund = refund
        self.dispute = dispute
        self.isDebit = isDebit
    }

    private static let all: [TestCard] = [
        TestCard("4242424242424242"),
        TestCard("4000056655665556"),
        TestCard("5555555555554444", brand: "mastercard"),
        TestCard("2223003122003222", brand: "mastercard"),
        TestCard("378282246310005", brand: "amex"),
        TestCard("6011111111111117", brand: "discover"),
        TestCard("4000000000000077"),
        TestCard("4000000000003055"),
        TestCard("4000000000000002", decline: .generic, refusesAttachment: true),
        TestCard("4000000000009995", decline: .insufficientFunds, refusesAttachment: true),
        TestCard("4000000000009987", decline: .lost, refusesAttachment: true),
        TestCard("4000000000009979", decline: .stolen, refusesAttachment: true),
        TestCard("4000000000000069", decline: .expired, refusesAttachment: true),
        TestCard("4000000000000127", decline: .cvc, refusesAttachment: true),
        TestCard("4000000000000119", decline: .technical, refusesAttachment: true),
        TestCard("4000000000006975", decline: .velocity, refusesAttachment: true),
        TestCard("4242424242424241", decline: .number, refusesAttachment: true),
        TestCard("4000000000000341", decline: .generic),
        TestCard("4100000000000019", decline: .blocked),
        TestCard("4000002500003155", authentication: .unlessSetUp),
        TestCard("4000002760003184", authentication: .always),
        TestCard("4000003800000446"),
        TestCard("4000000000003220", authentication: .always),
        TestCard("4000000000003063", authentication: .always),
        TestCard("4000008260003178", decline: .insufficientFunds, authentication: .always),
        TestCard("4000008400001629", decline: .generic, authentication: .always),
        TestCard("4000000000007726", refund: "pending"),
        TestCard("4000000000005126", refund: "failed_later"),
        TestCard("4000000000000259", dispute: Dispute(reason: "fraudulent")),
        TestCard("4000000000002685", dispute: Dispute(reason: "product_not_received")),
        TestCard("4000000000001976", dispute: Dispute(reason: "fraudulent", isInquiry: true)),
        TestCard("DE89370400440532013000", brand: "sepa_debit", isDebit: true),
    ]

    private static let names: [String: String] = [
        "visa": "4242424242424242",
        "visa_debit": "4000056655665556",
        "mastercard": "5555555555554444",
        "amex": "378282246310005",
        "discover": "6011111111111117",
        "visa_chargeDeclined": "4000000000000002",
        "chargeDeclined": "4000000000000002",
        "visa_chargeDeclinedInsufficientFunds": "4000000000009995",
        "chargeDeclinedInsufficientFunds": "4000000000009995",
        "visa_chargeDeclinedLostCard": "4000000000009987",
        "visa_chargeDeclinedStolenCard": "4000000000009979",
        "chargeDeclinedExpiredCard": "4000000000000069",
        "chargeDeclinedIncorrectCvc": "4000000000000127",
        "chargeDeclinedProcessingError": "4000000000000119",
        "chargeCustomerFail": "4000000000000341",
        "visa_chargeCustomerFail": "4000000000000341",
        "authenticationRequired": "4000002760003184",
        "authenticationRequiredOnSetup": "4000002500003155",
        "authenticationRequiredSetupForOffSession": "4000003800000446",
        "authenticationRequiredChargeDeclinedInsufficientFunds": "4000008260003178",
        "threeDSecure2Required": "4000000000003220",
        "pendingRefund": "4000000000007726",
        "refundFail": "4000000000005126",
        "radarBlock": "4100000000000019",
        "createDispute": "4000000000000259",
        "createDisputeProductNotReceived": "4000000000002685",
        "createDisputeInquiry": "4000000000001976",
    ]
}

// A card is written down as its number.
extension TestCard: Codable {
    init(from decoder: any Decoder) throws {
        let number = try String(from: decoder)
        guard let card = TestCard(number: number) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no test card: \(number)")
            )
        }
        self = card
    }

    func encode(to encoder: any Encoder) throws { try number.encode(to: encoder) }
}

extension TestCard.Decline {
    static let generic = Self(
        code: "card_declined",
        declineCode: "generic_decline",
        message: "Your card was declined.",
        advice: "try_again_later"
    )
    static let insufficientFunds = Self(
        code: "card_declined",
        declineCode: "insufficient_funds",
        message: "Your card has insufficient funds.",
        advice: "try_again_later"
    )
    static let lost = Self(
        code: "card_declined",
        declineCode: "lost_card",
        message: "Your card was declined.",
        advice: "do_not_try_again"
    )
    static let stolen = Self(
        code: "card_declined",
        declineCode: "stolen_card",
        message: "Your card was declined.",
        advice: "do_not_try_again"
    )
    static let expired = Self(
        code: "expired_card",
        declineCode: "expired_card",
        message: "Your card has expired.",
        advice: "do_not_try_again"
    )
    static let cvc = Self(
        code: "incorrect_cvc",
        declineCode: "incorrect_cvc",
        message: "Your card's security code is incorrect.",
        advice: "confirm_card_data"
    )
    static let technical = Self(
        code: "processing_error",
        declineCode: "processing_error",
        message: "An error occurred while processing your card. Try again in a little bit.",
        advice: "try_again_later"
    )
    static let velocity = Self(
        code: "card_declined",
        declineCode: "card_velocity_exceeded",
        message: "Your card was declined for making repeated attempts too frequently or "
            + "exceeding its amount limit.",
        advice: "try_again_later"
    )
    static let debit = Self(
        code: "payment_method_provider_decline",
        declineCode: "insufficient_funds",
        message: "The customer's account has insufficient funds to cover this payment."
    )
    static let number = Self(
        code: "incorrect_number",
        message: "Your card number is incorrect."
    )
    static let blocked = Self(
        code: "card_declined",
        declineCode: "fraudulent",
        message: "Your card was declined.",
        advice: "do_not_try_again"
    )
    static let authenticationRequired = Self(
        code: "authentication_required",
        declineCode: "authentication_required",
        message: "Your card was declined. This transaction requires authentication."
    )
}
