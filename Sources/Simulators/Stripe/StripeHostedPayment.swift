import Wire

/// What a customer fills in on the hosted page.
struct StripePageForm: Sendable {
    var card: String
    var email: String?
    var name: String?
    var expiryMonth: Int64 = 12
    var expiryYear: Int64 = 2034
}

/// Where the hosted page leads next.
enum StripePageOutcome: Sendable {
    /// Done; the browser goes to the merchant's page.
    case complete(String)
    /// The bank asks who is there; the id of the intent.
    case authenticate(String)
    /// The session stays open and says why.
    case declined(String)
    /// There is nothing to do here any more.
    case gone(String)
}

extension StripeBooks {
    /// Does what the page's Pay button does.
    mutating func submit(
        _ id: String,
        _ form: StripePageForm,
        _ call: StripeCall
    ) -> StripePageOutcome {
        guard var session = sessions[id] else { return .gone("There is no such page.") }
        guard session.status == "open" else {
            return .gone("This page has been used or is no longer valid.")
        }
        guard let card = TestCard(number: form.card) else {
            return .declined("Your card number is invalid.")
        }
        if card.decline == .number { return .declined(TestCard.Decline.number.message) }
        ensureCustomer(&session, form, call)
        let method = pageMethod(card, form, session, call)
        if session.mode == "setup" { return submitSetup(&session, method, call) }
        if session.total == 0 { return complete(&session, call) }
        var intent = pageIntent(&session, call)
        return finish(
            pay(&intent, with: method, isOffSession: false, call),
            &session,
            intent.id,
            call
        )
    }

    private mutating func ensureCustomer(
        _ session: inout StripeSession,
        _ form: StripePageForm,
        _ call: StripeCall
    ) {
        let known = session.customer.flatMap { customers[$0] }
        let email = known?.email ?? session.customerEmail ?? form.email ?? "buyer@example.com"
        let name = form.name ?? known?.name
        let isNeeded =
            session.customerCreation == "always"
            || session.intentData.has("setup_future_usage") || session.mode == "setup"
        if known == nil, isNeeded {
            var customer = StripeCustomer(id: newID("cus", length: 14), created: call.now)
            customer.email = email
            customer.name = name
            customers[customer.id] = customer
            session.customer = customer.id
            emit("customer.created", customer.json, call)
        }
        session.details = [
            "address": [
                "city": nil, "country": "US", "line1": nil, "line2": nil, "postal_code": nil,
                "state": nil,
            ],
            "business_name": nil, "email": .string(email), "individual_name": nil,
            "name": .text(name), "phone": nil, "tax_exempt": "none", "tax_ids": [],
        ]
        sessions[session.id] = session
    }

    private mutating func pageMethod(
        _ card: TestCard,
        _ form: StripePageForm,
        _ session: StripeSession,
        _ call: StripeCall
    ) -> StripePaymentMethod {
        var method = StripePaymentMethod(id: newID("pm"), created: call.now, card: card)
        method.expiryMonth = form.expiryMonth
        method.expiryYear = form.expiryYear
        method.billing = StripeParameters(values: [
            "email": session.details["email"] ?? .null, "name": session.details["name"] ?? .null,
        ])
        methods[method.id] = method
        return method
    }

    /// The session's intent; made when somebody first tries to pay, not before.
    private mutating func pageIntent(
        _ session: inout StripeSession,
        _ call: StripeCall
    ) -> StripePaymentIntent {
        if let intent = session.intent.flatMap({ intents[$0] }) { return intent }
        var intent = StripePaymentIntent(
            id: newID("pi"),
            created: call.now,
            amount: session.total,
            currency: session.currency ?? "usd"
        )
        intent.update(session.intentData)
        intent.customer = session.customer
        intent.session = session.id
        intent.returnURL = "\(call.baseURL)/c/pay/\(session.id)"
        intents[intent.id] = intent
        session.intent = intent.id
        sessions[session.id] = session
        emit("payment_intent.created", intent.json, call)
        return intent
    }

    private mutating func submitSetup(
        _ session: inout StripeSession,
        _ method: StripePaymentMethod,
        _ call: StripeCall
    ) -> StripePageOutcome {
        var setup =
            session.setup.flatMap { setups[$0] }
            ?? StripeSetupIntent(id: newID("seti"), created: call.now)
        setup.customer = session.customer
        setup.metadata = session.intentData.metadata()
        setup.description = session.intentData.text("description")
        setup.session = session.id
        setup.returnURL = "\(call.baseURL)/c/pay/\(session.id)"
        session.setup = setup.id
        sessions[session.id] = session
        return finish(setUp(&setup, with: method, call), &session, setup.id, call)
    }

    private mutating func finish(
        _ outcome: StripePaymentOutcome,
        _ session: inout StripeSession,
        _ intent: String,
        _ call: StripeCall
    ) -> StripePageOutcome {
        switch outcome {
        case .needsAuthentication: return .authenticate(intent)
        case .declined(let decline): return .declined(decline.message)
        case .processing: return complete(&session, call)
        case .paid:
            session.isPaid = session.mode == "payment"
            return complete(&session, call)
        }
    }

    private mutating func complete(
        _ session: inout StripeSession,
        _ call: StripeCall
    ) -> StripePageOutcome {
        session.status = "complete"
        sessions[session.id] = session
        emit("checkout.session.completed", session.json, call)
        return .complete(
            session.successURL.replacing("{CHECKOUT_SESSION_ID}", with: session.id)
        )
    }

    /// Ends the 3-D Secure page of anything that waits for it.
    mutating func answerAuthentication(
        _ id: String,
        succeeds: Bool,
        _ call: StripeCall
    ) -> StripePageOutcome {
        if let setup = setups[id] { return answerSetup(setup, succeeds: succeeds, call) }
        guard let intent = intents[id] else { return .gone("There is no such payment.") }
        guard let outcome = try? authenticate(id, succeeds: succeeds, call) else {
            return .gone("This payment does not wait for authentication.")
        }
        guard var session = intent.session.flatMap({ sessions[$0] }) else {
            if let back = intents[id]?.returnAddress { return .complete(back) }
            return .gone("Thank you. You may close this page.")
        }
        return finish(outcome, &session, id, call)
    }

    private mutating func answerSetup(
        _ setup: StripeSetupIntent,
        succeeds: Bool,
        _ call: StripeCall
    ) -> StripePageOutcome {
        guard setup.status == "requires_action",
            let method = setup.method.flatMap({ methods[$0] })
        else { return .gone("This card does not wait for authentication.") }
        var setup = setup
        guard succeeds else {
            let decline = TestCard.Decline(
                code: "setup_intent_authentication_failure",
                message: "The provided PaymentMethod has failed authentication."
            )
            setup.status = "requires_payment_method"
            setup.method = nil
            setup.nextAction = nil
            setup.lastError = Self.lastError(decline, method)
            setups[setup.id] = setup
            emit("setup_intent.setup_failed", setup.json, call)
            return .declined(decline.message)
        }
        let outcome = setUp(&setup, with: method, wasAuthenticated: true, call)
        guard var session = setup.session.flatMap({ sessions[$0] }) else {
            return setup.returnURL.map { .complete($0) } ?? .gone("You may close this page.")
        }
        return finish(outcome, &session, setup.id, call)
    }
}
