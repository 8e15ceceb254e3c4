import Wire

/// A card on its way to being saved.
struct StripeSetupIntent: StripeObject {
    let id: String
    let created: Int64
    var customer: String?
    var description: String?
    var metadata: [String: String] = [:]
    var method: String?
    var usage = "off_session"
    var returnURL: String?
    var status = "requires_payment_method"
    var lastError: JSON = .null
    var nextAction: JSON = .null
    var cancellationReason: String?
    var session: String?
    private var secret = StripeBooks.token(25)

    init(id: String, created: Int64) {
        self.id = id
        self.created = created
    }

    var json: JSON {
        [
            "id": .string(id), "object": "setup_intent", "application": nil,
            "automatic_payment_methods": ["allow_redirects": "always", "enabled": true],
            "cancellation_reason": .text(cancellationReason),
            "client_secret": .string("\(id)_secret_\(secret)"), "created": .integer(created),
            "customer": .text(customer), "customer_account": nil,
            "description": .text(description), "excluded_payment_method_types": nil,
            "flow_directions": nil, "last_setup_error": lastError, "latest_attempt": nil,
            "livemode": false, "mandate": nil, "metadata": .texts(metadata),
            "next_action": nextAction, "on_behalf_of": nil, "payment_method": .text(method),
            "payment_method_configuration_details": nil,
            "payment_method_options": [
                "card": [
                    "mandate_options": nil, "network": nil, "request_three_d_secure": "automatic",
                ]
            ],
            "payment_method_types": ["card"], "single_use_mandate": nil,
            "status": .string(status), "usage": .string(usage),
        ]
    }
}

extension StripeRoute {
    private static let choosing: [StripeParameter] = [
        .text("payment_method"), .object("payment_method_data", StripeParameter.methodData),
        .text("return_url"), .flag("use_stripe_sdk"),
    ]

    static let setupIntents: [StripeRoute] = [
        StripeRoute(
            "POST",
            "v1/setup_intents",
            choosing + [
                .text("customer"), .text("description"), .metadata, .flag("confirm"),
                .choice("usage", "off_session", "on_session"),
                .object(
                    "automatic_payment_methods",
                    [
                        StripeParameter.flag("enabled").required,
                        .choice("allow_redirects", "always", "never"),
                    ]
                ),
            ]
        ) { books, call throws(StripeError) in try books.createSetup(call) },
        StripeRoute(
            "GET",
            "v1/setup_intents",
            StripeParameter.paging + [.text("customer"), .text("payment_method")]
        ) { books, call throws(StripeError) in
            let customer = call.parameters.text("customer")
            let found = books.setups.newestFirst.filter {
                customer == nil || $0.customer == customer
            }
            return try call.parameters.page(of: found, url: "/v1/setup_intents")
        },
        StripeRoute("GET", "v1/setup_intents/:") { books, call throws(StripeError) in
            try books.setup(call.id).json
        },
        StripeRoute("POST", "v1/setup_intents/:/confirm", choosing) {
            books,
            call throws(StripeError) in
            var setup = try books.setup(call.id)
            return try books.confirmSetup(&setup, call)
        },
        StripeRoute(
            "POST",
            "v1/setup_intents/:/cancel",
            [.choice("cancellation_reason", "abandoned", "requested_by_customer", "duplicate")]
        ) { books, call throws(StripeError) in
            var setup = try books.setup(call.id)
            guard !["succeeded", "canceled"].contains(setup.status) else {
                throw StripeBooks.unexpectedState(setup)
            }
            setup.status = "canceled"
            setup.cancellationReason = call.parameters.text("cancellation_reason")
            books.setups[setup.id] = setup
            books.emit("setup_intent.canceled", setup.json, call)
            return setup.json
        },
    ]
}

extension StripeBooks {
    fileprivate func setup(_ id: String) throws(StripeError) -> StripeSetupIntent {
        guard let setup = setups[id] else {
            throw .noSuch("setupintent", id, param: "intent", inPath: true)
        }
        return setup
    }

    fileprivate static func unexpectedState(_ setup: StripeSetupIntent) -> StripeError {
        .invalid(
            "This SetupIntent has a status of \(setup.status), which does not allow that.",
            code: "setup_intent_unexpected_state"
        )
    }

    fileprivate mutating func createSetup(_ call: StripeCall) throws(StripeError) -> JSON {
        let sent = call.parameters
        if let id = sent.text("customer") { _ = try customer(id) }
        let method = try chosenMethod(call)
        var setup = StripeSetupIntent(id: newID("seti"), created: call.now)
        setup.customer = sent.text("customer")
        setup.description = sent.text("description")
        setup.metadata = sent.metadata()
        setup.usage = sent.text("usage") ?? "off_session"
        setup.returnURL = sent.text("return_url")
        setup.method = method?.id
        setup.status = method == nil ? "requires_payment_method" : "requires_confirmation"
        setups[setup.id] = setup
        emit("setup_intent.created", setup.json, call)
        return sent.flag("confirm") == true ? try confirmSetup(&setup, call) : setup.json
    }

    fileprivate mutating func confirmSetup(
        _ setup: inout StripeSetupIntent,
        _ call: StripeCall
    ) throws(StripeError) -> JSON {
        guard !["succeeded", "canceled"].contains(setup.status) else {
            throw Self.unexpectedState(setup)
        }
        let chosen = try chosenMethod(call)
        guard let method = chosen ?? setup.method.flatMap({ methods[$0] }) else {
            throw .invalid(
                "You cannot confirm this SetupIntent because it's missing a payment method.",
                code: "setup_intent_unexpected_state"
            )
        }
        setup.returnURL = call.parameters.text("return_url") ?? setup.returnURL
        switch setUp(&setup, with: method, call) {
        case .paid, .processing, .needsAuthentication: return setup.json
        case .declined(let decline):
            var error = StripeError.card(decline)
            error.attached = [JSON.Member("setup_intent", setup.json)]
            throw error
        }
    }

    /// Asks the bank whether a card may be used later, and saves it then.
    mutating func setUp(
        _ setup: inout StripeSetupIntent,
        with method: StripePaymentMethod,
        wasAuthenticated: Bool = false,
        _ call: StripeCall
    ) -> StripePaymentOutcome {
        var method = method
        setup.method = method.id
        setup.nextAction = nil
        setup.lastError = nil
        if method.card.authentication != .never, !wasAuthenticated {
            setup.status = "requires_action"
            setup.nextAction = [
                "redirect_to_url": [
                    "return_url": .text(setup.returnURL),
                    "url": .string("\(call.baseURL)/c/authenticate/\(setup.id)"),
                ],
                "type": "redirect_to_url",
            ]
            setups[setup.id] = setup
            emit("setup_intent.requires_action", setup.json, call)
            return .needsAuthentication
        }
        if method.card.refusesAttachment, let decline = method.card.decline {
            setup.status = "requires_payment_method"
            setup.method = nil
            setup.lastError = Self.lastError(decline, method)
            setups[setup.id] = setup
            emit("setup_intent.setup_failed", setup.json, call)
            return .declined(decline)
        }
        method.customer = setup.customer
        method.isSetUp = true
        methods[method.id] = method
        setup.status = "succeeded"
        setups[setup.id] = setup
        if setup.customer != nil { emit("payment_method.attached", method.json, call) }
        emit("setup_intent.succeeded", setup.json, call)
        return .paid
    }
}
