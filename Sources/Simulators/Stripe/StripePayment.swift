import Wire

/// What came of asking a bank for money.
enum StripePaymentOutcome {
    case paid
    /// A debit that was asked for; its bank answers days later.
    case processing
    case needsAuthentication
    case declined(TestCard.Decline)
}

// How an intent is paid, from the hosted page and from the API alike.
extension StripeBooks {
    /// Tries to pay an intent with a method.
    ///
    /// A decline leaves the intent open for another card, as in the real service.
    mutating func pay(
        _ intent: inout StripePaymentIntent,
        with method: StripePaymentMethod,
        isOffSession: Bool,
        wasAuthenticated: Bool = false,
        _ call: StripeCall
    ) -> StripePaymentOutcome {
        intent.method = method.id
        intent.lastError = nil
        intent.nextAction = nil
        let needs =
            method.card.authentication == .always
            || method.card.authentication == .unlessSetUp && !method.isSetUp
        if needs, !wasAuthenticated {
            guard isOffSession else {
                askForAuthentication(&intent, call)
                return .needsAuthentication
            }
            return fail(&intent, method, .authenticationRequired, call)
        }
        if method.card.isDebit {
            intent.status = "processing"
            intents[intent.id] = intent
            emit("payment_intent.processing", intent.json, call)
            return .processing
        }
        if let decline = method.card.decline { return fail(&intent, method, decline, call) }
        succeed(&intent, method, wasAuthenticated: wasAuthenticated, call)
        return .paid
    }

    /// The bank of a debit that was asked for answers.
    mutating func endDebit(
        _ id: String,
        succeeds: Bool,
        _ call: StripeCall
    ) throws(StripeError) -> JSON {
        guard var intent = intents[id], intent.status == "processing",
            let method = intent.method.flatMap({ methods[$0] })
        else {
            throw .invalid(
                "This payment does not wait for its bank.",
                code: "payment_intent_unexpected_state"
            )
        }
        if succeeds {
            succeed(&intent, method, wasAuthenticated: false, call)
        } else {
            _ = fail(&intent, method, .debit, call)
        }
        if var session = intent.session.flatMap({ sessions[$0] }) {
            session.isPaid = succeeds
            sessions[session.id] = session
            let end = succeeds ? "succeeded" : "failed"
            emit("checkout.session.async_payment_\(end)", session.json, call)
        }
        return intent.json
    }

    private mutating func askForAuthentication(
        _ intent: inout StripePaymentIntent,
        _ call: StripeCall
    ) {
        let page = "\(call.baseURL)/c/authenticate/\(intent.id)"
        intent.status = "requires_action"
        intent.nextAction =
            if let returnURL = intent.returnURL {
                [
                    "redirect_to_url": ["return_url": .string(returnURL), "url": .string(page)],
                    "type": "redirect_to_url",
                ]
            } else {
                [
                    "type": "use_stripe_sdk",
                    "use_stripe_sdk": [
                        "type": "three_d_secure_redirect", "stripe_js": .string(page),
                    ],
                ]
            }
        intents[intent.id] = intent
        emit("payment_intent.requires_action", intent.json, call)
    }

    private mutating func fail(
        _ intent: inout StripePaymentIntent,
        _ method: StripePaymentMethod,
        _ decline: TestCard.Decline,
        _ call: StripeCall
    ) -> StripePaymentOutcome {
        let charge = charge(intent, method, decline: decline, authenticated: false, call)
        charges[charge.id] = charge
        intent.status = "requires_payment_method"
        intent.method = nil
        intent.latestCharge = charge.id
        intent.lastError = StripeBooks.lastError(decline, method, charge: charge.id)
        intents[intent.id] = intent
        emit("charge.failed", charge.json, call)
        emit("payment_intent.payment_failed", intent.json, call)
        return .declined(decline)
    }

    /// Why the last attempt failed, as the intent shows it.
    static func lastError(
        _ decline: TestCard.Decline,
        _ method: StripePaymentMethod,
        charge: String? = nil
    ) -> JSON {
        var error = StripeError.card(decline)
        error.charge = charge
        return (error.body["error"] ?? [:]).setting("payment_method", method.json)
    }

    private mutating func succeed(
        _ intent: inout StripePaymentIntent,
        _ method: StripePaymentMethod,
        wasAuthenticated: Bool,
        _ call: StripeCall
    ) {
        let charge = charge(intent, method, decline: nil, authenticated: wasAuthenticated, call)
        charges[charge.id] = charge
        intent.status = "succeeded"
        intent.amountReceived = intent.amount
        intent.latestCharge = charge.id
        intents[intent.id] = intent
        save(method, of: intent, call)
        emit("charge.succeeded", charge.json, call)
        emit("payment_intent.succeeded", intent.json, call)
        // With asynchronous capture the fee is known a moment later, in its own event.
        if holdsFees != true { bookFee(of: charge.id, call) }
        guard let dispute = method.card.dispute else { return }
        // It was paid a moment ago, so that this cannot be refused.
        _ = try? openDispute(of: charge.id, dispute, call)
    }

    private mutating func bookFee(of id: String, _ call: StripeCall) {
        guard var charge = charges[id], charge.isPaid, charge.balanceTransaction == nil else {
            return
        }
        charge.balanceTransaction = book(
            charge.amount,
            charge.currency,
            fee: Self.fee(on: charge.amount),
            source: charge.id,
            type: "charge",
            description: charge.description,
            call
        )
        charges[charge.id] = charge
        emit("charge.updated", charge.json, call, previous: ["balance_transaction": nil])
    }

    /// Lets charges wait for their fees, or makes known those that wait.
    mutating func holdFees(_ holds: Bool, _ call: StripeCall) {
        holdsFees = holds
        guard !holds else { return }
        for charge in charges.all { bookFee(of: charge.id, call) }
    }

    private mutating func charge(
        _ intent: StripePaymentIntent,
        _ method: StripePaymentMethod,
        decline: TestCard.Decline?,
        authenticated: Bool,
        _ call: StripeCall
    ) -> StripeCharge {
        StripeCharge(
            id: newID("ch"),
            created: call.now,
            amount: intent.amount,
            currency: intent.currency,
            customer: intent.customer,
            description: intent.description,
            intent: intent.id,
            method: method,
            metadata: intent.metadata,
            receiptEmail: intent.receiptEmail,
            decline: decline,
            wasAuthenticated: authenticated
        )
    }

    /// Keeps the card for later when the intent asks for that.
    private mutating func save(
        _ method: StripePaymentMethod,
        of intent: StripePaymentIntent,
        _ call: StripeCall
    ) {
        guard let usage = intent.setupFutureUsage, let customer = intent.customer else { return }
        var method = method
        method.isSetUp = method.isSetUp || usage == "off_session"
        let isNew = method.customer == nil
        method.customer = customer
        methods[method.id] = method
        if isNew { emit("payment_method.attached", method.json, call) }
    }

    /// Ends the 3-D Secure page of an intent: approved, or not.
    mutating func authenticate(
        _ id: String,
        succeeds: Bool,
        _ call: StripeCall
    ) throws(StripeError) -> StripePaymentOutcome {
        guard var intent = intents[id], intent.status == "requires_action",
            let method = intent.method.flatMap({ methods[$0] })
        else {
            throw .invalid(
                "This payment does not wait for authentication.",
                code: "payment_intent_unexpected_state"
            )
        }
        if succeeds {
            return pay(&intent, with: method, isOffSession: false, wasAuthenticated: true, call)
        }
        let decline = TestCard.Decline(
            code: "payment_intent_authentication_failure",
            message: "The provided PaymentMethod has failed authentication. You can provide "
                + "payment_method_data or a new PaymentMethod to attempt to fulfill this "
                + "PaymentIntent again."
        )
        intent.status = "requires_payment_method"
        intent.method = nil
        intent.nextAction = nil
        var error = StripeBooks.lastError(decline, method)
        error = error.setting("type", "invalid_request_error")
        intent.lastError = error
        intents[id] = intent
        emit("payment_intent.payment_failed", intent.json, call)
        return .declined(decline)
    }
}
