import Wire

extension StripeRoute {
    private static let changeable: [StripeParameter] = [
        .text("customer"), .text("description", most: 1_000), .metadata, .text("receipt_email"),
        .choice("setup_future_usage", "off_session", "on_session"), .shipping,
        .text("statement_descriptor", most: 22), .text("statement_descriptor_suffix", most: 22),
        .text("payment_method"), .object("payment_method_data", StripeParameter.methodData),
        .choice("capture_method", "automatic", "automatic_async"),
        .list("allowed_payment_method_types"),
    ]

    private static let confirming: [StripeParameter] = [
        .flag("off_session"), .text("return_url"), .flag("error_on_requires_action"),
        .flag("use_stripe_sdk"),
    ]

    private static let automatic = StripeParameter.object(
        "automatic_payment_methods",
        [.flag("enabled").required, .choice("allow_redirects", "always", "never")]
    )

    static let paymentIntents: [StripeRoute] = [
        StripeRoute(
            "POST",
            "v1/payment_intents",
            [
                StripeParameter.integer("amount").required,
                StripeParameter.text("currency").required, automatic, .flag("confirm"),
            ] + changeable + confirming
        ) { books, call throws(StripeError) in try books.createIntent(call) },
        StripeRoute(
            "GET",
            "v1/payment_intents",
            StripeParameter.paging + [.text("customer")]
        ) { books, call throws(StripeError) in
            let customer = call.parameters.text("customer")
            let found = books.intents.newestFirst.filter {
                customer == nil || $0.customer == customer
            }
            return try call.parameters.page(of: found, url: "/v1/payment_intents")
        },
        StripeRoute("GET", "v1/payment_intents/:", [.text("client_secret")]) {
            books,
            call throws(StripeError) in try books.intent(call.id).json
        },
        StripeRoute(
            "POST",
            "v1/payment_intents/:",
            [.integer("amount"), .text("currency")] + changeable
        ) { books, call throws(StripeError) in try books.updateIntent(call) },
        StripeRoute(
            "POST",
            "v1/payment_intents/:/confirm",
            [
                .text("payment_method"), .text("client_secret"),
                .object("payment_method_data", StripeParameter.methodData),
                .choice("setup_future_usage", "off_session", "on_session"),
                .text("receipt_email"), .shipping,
                .choice("capture_method", "automatic", "automatic_async"),
            ] + confirming
        ) { books, call throws(StripeError) in try books.confirmIntent(call) },
        StripeRoute(
            "POST",
            "v1/payment_intents/:/cancel",
            [
                .choice(
                    "cancellation_reason",
                    "duplicate",
                    "fraudulent",
                    "requested_by_customer",
                    "abandoned"
                )
            ]
        ) { books, call throws(StripeError) in try books.cancelIntent(call) },
    ]
}

extension StripeBooks {
    /// An intent that exists.
    func intent(_ id: String) throws(StripeError) -> StripePaymentIntent {
        guard let intent = intents[id] else {
            throw .noSuch("payment_intent", id, param: "intent", inPath: true)
        }
        return intent
    }

    fileprivate mutating func createIntent(_ call: StripeCall) throws(StripeError) -> JSON {
        let sent = call.parameters
        let amount = sent.integer("amount") ?? 0
        let currency = sent.text("currency") ?? ""
        try StripeCurrency.check(amount, currency)
        if let id = sent.text("customer") { _ = try customer(id) }
        if sent.flag("off_session") == true, sent.flag("confirm") != true {
            throw .parameter(
                "You cannot set `off_session` without setting `confirm` to true.",
                param: "off_session"
            )
        }
        let method = try chosenMethod(call)
        var intent = StripePaymentIntent(
            id: newID("pi"),
            created: call.now,
            amount: amount,
            currency: currency.lowercased()
        )
        intent.update(sent)
        try check(method, belongsTo: intent)
        if let method {
            intent.method = method.id
            intent.status = "requires_confirmation"
        }
        if sent.flag("confirm") == true { try requireReturn(of: intent) }
        intents[intent.id] = intent
        emit("payment_intent.created", intent.json, call)
        if sent.flag("confirm") == true { return try confirm(&intent, call) }
        return intent.json
    }

    fileprivate mutating func updateIntent(_ call: StripeCall) throws(StripeError) -> JSON {
        var intent = try intent(call.id)
        try refuseIfSessionOwns(intent)
        guard
            ["requires_payment_method", "requires_confirmation", "requires_action"]
                .contains(intent.status)
        else { throw unexpectedState(intent, "update") }
        if let amount = call.parameters.integer("amount") {
            try StripeCurrency.check(amount, intent.currency)
            intent.amount = amount
        }
        if let id = call.parameters.text("customer") { _ = try customer(id) }
        intent.update(call.parameters)
        if let method = try chosenMethod(call) {
            try check(method, belongsTo: intent)
            intent.method = method.id
            intent.status = "requires_confirmation"
        }
        intents[intent.id] = intent
        return intent.json
    }

    fileprivate mutating func confirmIntent(_ call: StripeCall) throws(StripeError) -> JSON {
        var intent = try intent(call.id)
        try refuseIfSessionOwns(intent)
        guard
            ["requires_payment_method", "requires_confirmation", "requires_action"]
                .contains(intent.status)
        else { throw unexpectedState(intent, "confirm") }
        if let method = try chosenMethod(call) {
            try check(method, belongsTo: intent)
            intent.method = method.id
        }
        intent.update(call.parameters)
        try requireReturn(of: intent)
        return try confirm(&intent, call)
    }

    /// A payer who may be sent to another page has to be told where to go from there.
    private func requireReturn(of intent: StripePaymentIntent) throws(StripeError) {
        guard intent.returnURL == nil,
            intent.automaticMethods["allow_redirects"]?.string != "never"
        else { return }
        throw .parameter(
            "This PaymentIntent is configured to accept payment methods enabled in your "
                + "Dashboard. Because some of these payment methods might redirect your customer "
                + "off of your page, you must provide a `return_url`. If you don't want to accept "
                + "redirect-based payment methods, set `automatic_payment_methods[enabled]` to "
                + "`true` and `automatic_payment_methods[allow_redirects]` to `never` when "
                + "creating Setup Intents and Payment Intents.",
            param: "return_url"
        )
    }

    private mutating func confirm(
        _ intent: inout StripePaymentIntent,
        _ call: StripeCall
    ) throws(StripeError) -> JSON {
        guard let method = intent.method.flatMap({ methods[$0] }) else {
            throw .invalid(
                "You cannot confirm this PaymentIntent because it's missing a payment method. "
                    + "You can either update the PaymentIntent with a payment method and then "
                    + "confirm it again, or confirm it again directly with a payment method or "
                    + "ConfirmationToken.",
                code: "payment_intent_unexpected_state"
            )
        }
        let isOffSession =
            call.parameters.flag("off_session") == true
            || call.parameters.flag("error_on_requires_action") == true
        switch pay(&intent, with: method, isOffSession: isOffSession, call) {
        case .paid, .processing, .needsAuthentication: return intent.json
        case .declined(let decline):
            var error = StripeError.card(decline)
            error.charge = intent.latestCharge
            error.attached = [
                JSON.Member("payment_intent", intent.json),
                JSON.Member("payment_method", method.json),
            ]
            throw error
        }
    }

    fileprivate mutating func cancelIntent(_ call: StripeCall) throws(StripeError) -> JSON {
        var intent = try intent(call.id)
        try refuseIfSessionOwns(intent)
        guard !["succeeded", "processing", "canceled"].contains(intent.status) else {
            throw unexpectedState(intent, "cancel")
        }
        cancel(&intent, reason: call.parameters.text("cancellation_reason"), call)
        return intent.json
    }

    /// Cancels an intent that may still be canceled.
    mutating func cancel(
        _ intent: inout StripePaymentIntent,
        reason: String?,
        _ call: StripeCall
    ) {
        intent.status = "canceled"
        intent.canceledAt = call.now
        intent.cancellationReason = reason
        intent.nextAction = nil
        intents[intent.id] = intent
        emit("payment_intent.canceled", intent.json, call)
    }

    /// The method a call names or describes.
    mutating func chosenMethod(_ call: StripeCall) throws(StripeError) -> StripePaymentMethod? {
        if let data = call.parameters.object("payment_method_data") {
            return try makeMethod(data, call)
        }
        guard let id = call.parameters.text("payment_method") else { return nil }
        return try method(id, call, param: "payment_method")
    }

    private func check(
        _ method: StripePaymentMethod?,
        belongsTo intent: StripePaymentIntent
    ) throws(StripeError) {
        guard let owner = method?.customer, owner != intent.customer else { return }
        throw .invalid(
            "The provided PaymentMethod cannot be attached. To reuse a PaymentMethod, you must "
                + "attach it to a Customer first. Please include the Customer in the `customer` "
                + "parameter.",
            param: "payment_method"
        )
    }

    private func refuseIfSessionOwns(_ intent: StripePaymentIntent) throws(StripeError) {
        guard intent.session != nil else { return }
        throw .invalid(
            "You cannot perform this action on PaymentIntents created by Checkout. You can expire "
                + "the Checkout Session instead.",
            code: "payment_intent_unexpected_state"
        )
    }

    private func unexpectedState(_ intent: StripePaymentIntent, _ verb: String) -> StripeError {
        var error = StripeError.invalid(
            "You cannot \(verb) this PaymentIntent because it has a status of \(intent.status). "
                + "Only a PaymentIntent with one of the following statuses may be "
                + "\(verb == "cancel" ? "canceled" : verb + "ed"): requires_payment_method, "
                + "requires_confirmation, requires_action.",
            code: "payment_intent_unexpected_state"
        )
        error.attached = [JSON.Member("payment_intent", intent.json)]
        return error
    }
}
