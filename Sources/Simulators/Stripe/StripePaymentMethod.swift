import Wire

/// A card, saved or used once.
struct StripePaymentMethod: StripeObject {
    let id: String
    let created: Int64
    let card: TestCard
    var expiryMonth: Int64 = 12
    var expiryYear: Int64 = 2034
    var billing = StripeParameters.none
    var customer: String?
    /// Set up for payments without its owner.
    var isSetUp = false
    var metadata: [String: String] = [:]

    var billingJSON: JSON {
        [
            "address": billing.has("address")
                ? billing.address
                : [
                    "city": nil, "country": nil, "line1": nil, "line2": nil, "postal_code": nil,
                    "state": nil,
                ],
            "email": .text(billing.text("email")), "name": .text(billing.text("name")),
            "phone": .text(billing.text("phone")), "tax_id": nil,
        ]
    }

    /// The card as both the method and a charge show it.
    var cardJSON: JSON {
        [
            "brand": .string(card.brand),
            "checks": [
                "address_line1_check": nil, "address_postal_code_check": nil,
                "cvc_check": "pass",
            ],
            "country": "US", "exp_month": .integer(expiryMonth), "exp_year": .integer(expiryYear),
            "fingerprint": .string("fp" + card.number.suffix(14)), "funding": "credit",
            "last4": .string(card.last4), "three_d_secure": nil, "wallet": nil,
        ]
    }

    /// What the API calls it.
    var type: String { card.isDebit ? "sepa_debit" : "card" }

    private var details: JSON {
        if card.isDebit {
            return [
                "bank_code": .string(String(card.number.dropFirst(4).prefix(8))),
                "branch_code": "", "country": .string(String(card.number.prefix(2))),
                "fingerprint": .string("fp" + card.number.suffix(14)),
                "generated_from": ["charge": nil, "setup_attempt": nil],
                "last4": .string(card.last4),
            ]
        }
        return cardJSON.merging([
            "display_brand": .string(card.brand), "generated_from": nil,
            "networks": ["available": [.string(card.brand)], "preferred": nil],
            "regulated_status": "unregulated",
            "three_d_secure_usage": ["supported": true],
        ]).removing("three_d_secure")
    }

    var json: JSON {
        let first: JSON = [
            "id": .string(id), "object": "payment_method", "allow_redisplay": "unspecified",
            "billing_details": billingJSON,
        ]
        return first.setting(type, details).merging([
            "created": .integer(created), "customer": .text(customer), "customer_account": nil,
            "livemode": false, "metadata": .texts(metadata), "type": .string(type),
        ])
    }
}

extension JSON {
    /// This object without a member.
    func removing(_ name: String) -> JSON {
        .object((members ?? []).filter { $0.name != name })
    }
}

extension StripeParameter {
    static let billingDetails = StripeParameter.object(
        "billing_details",
        [.address, .text("email"), .text("name"), .text("phone")]
    )

    static let card = StripeParameter.object(
        "card",
        [
            .text("number"), .integer("exp_month"), .integer("exp_year"), .text("cvc"),
            .text("token"),
        ]
    )

    /// A method made on the spot.
    static let methodData: [StripeParameter] = [
        StripeParameter.choice("type", "card").required, .card, .billingDetails, .metadata,
        .choice("allow_redisplay", "always", "limited", "unspecified"),
    ]
}

extension StripeRoute {
    static let paymentMethods: [StripeRoute] = [
        StripeRoute("POST", "v1/payment_methods", StripeParameter.methodData) {
            books,
            call throws(StripeError) in
            let method = try books.makeMethod(call.parameters, call)
            return method.json
        },
        StripeRoute(
            "GET",
            "v1/payment_methods",
            StripeParameter.paging + [.text("customer"), .choice("type", "card")]
        ) { books, call throws(StripeError) in
            try books.methodPage(of: call.parameters.text("customer"), call, "/v1/payment_methods")
        },
        StripeRoute(
            "GET",
            "v1/customers/:/payment_methods",
            StripeParameter.paging + [.choice("type", "card")]
        ) { books, call throws(StripeError) in
            let customer = try books.customer(call.id, inPath: true).id
            return try books.methodPage(
                of: customer,
                call,
                "/v1/customers/\(customer)/payment_methods"
            )
        },
        StripeRoute("GET", "v1/payment_methods/:") { books, call throws(StripeError) in
            try books.method(call.id, call, param: "payment_method", inPath: true).json
        },
        StripeRoute(
            "POST",
            "v1/payment_methods/:/attach",
            [StripeParameter.text("customer").required]
        ) { books, call throws(StripeError) in
            let customer = call.parameters.text("customer") ?? ""
            return try books.attach(call.id, to: customer, call).json
        },
        StripeRoute("POST", "v1/payment_methods/:/detach") { books, call throws(StripeError) in
            try books.detach(call)
        },
    ]
}

extension StripeBooks {
    /// A method by id; `pm_card_…` names make a new one each time, as in the real test mode.
    mutating func method(
        _ id: String,
        _ call: StripeCall,
        param: String,
        inPath: Bool = false
    ) throws(StripeError) -> StripePaymentMethod {
        if let method = methods[id] { return method }
        guard id.hasPrefix("pm_card_"), let card = TestCard(name: id) else {
            throw .noSuch("PaymentMethod", id, param: param, inPath: inPath)
        }
        let method = StripePaymentMethod(id: newID("pm"), created: call.now, card: card)
        methods[method.id] = method
        return method
    }

    /// A method from `payment_method_data` or from the parameters of its own call.
    mutating func makeMethod(
        _ parameters: StripeParameters,
        _ call: StripeCall
    ) throws(StripeError) -> StripePaymentMethod {
        guard let sent = parameters.object("card") else { throw .missing("card") }
        let card: TestCard?
        if let token = sent.text("token") {
            card = TestCard(name: token)
        } else if let number = sent.text("number") {
            card = TestCard(number: number)
        } else {
            throw .missing("card[number]")
        }
        guard let card, card.decline != .number else {
            throw StripeError(
                status: 402,
                kind: .card,
                code: "incorrect_number",
                message: "Your card number is incorrect.",
                param: "number"
            )
        }
        var method = StripePaymentMethod(id: newID("pm"), created: call.now, card: card)
        method.expiryMonth = sent.integer("exp_month") ?? method.expiryMonth
        method.expiryYear = sent.integer("exp_year") ?? method.expiryYear
        guard (1...12).contains(method.expiryMonth) else {
            throw StripeError(
                status: 402,
                kind: .card,
                code: "invalid_expiry_month",
                message: "Your card's expiration month is invalid.",
                param: "exp_month"
            )
        }
        method.billing = parameters.object("billing_details") ?? .none
        method.metadata = parameters.metadata()
        methods[method.id] = method
        return method
    }

    /// Saves a method with a customer, if its bank agrees.
    mutating func attach(
        _ id: String,
        to customer: String,
        _ call: StripeCall
    ) throws(StripeError) -> StripePaymentMethod {
        _ = try self.customer(customer)
        var method = try method(id, call, param: "payment_method", inPath: true)
        if let owner = method.customer, owner != customer {
            throw .invalid(
                "The payment method you provided has already been attached to a customer.",
                code: "payment_method_unexpected_state"
            )
        }
        if method.card.refusesAttachment, let decline = method.card.decline {
            throw .card(decline)
        }
        method.customer = customer
        methods[method.id] = method
        emit("payment_method.attached", method.json, call)
        return method
    }

    fileprivate mutating func detach(_ call: StripeCall) throws(StripeError) -> JSON {
        var method = try method(call.id, call, param: "payment_method", inPath: true)
        guard let owner = method.customer else {
            throw .invalid(
                "The payment method you provided is not attached to a customer so detachment is "
                    + "impossible.",
                code: "payment_method_not_attached"
            )
        }
        method.customer = nil
        methods[method.id] = method
        if customers[owner]?.defaultMethod == method.id { customers[owner]?.defaultMethod = nil }
        emit("payment_method.detached", method.json, call)
        return method.json
    }

    fileprivate func methodPage(
        of customer: String?,
        _ call: StripeCall,
        _ url: String
    ) throws(StripeError) -> JSON {
        let type = call.parameters.text("type")
        let found = methods.newestFirst.filter {
            $0.customer != nil && $0.customer == customer && (type == nil || $0.type == type)
        }
        return try call.parameters.page(of: found, url: url)
    }
}

extension StripeError {
    /// A bank's no.
    static func card(_ decline: TestCard.Decline) -> StripeError {
        StripeError(
            status: 402,
            kind: .card,
            code: decline.code,
            message: decline.message,
            declineCode: decline.declineCode,
            adviceCode: decline.advice
        )
    }
}
