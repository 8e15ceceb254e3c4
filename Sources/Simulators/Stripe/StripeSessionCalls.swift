import Wire

extension StripeRoute {
    private static let priceData = StripeParameter.object(
        "price_data",
        [
            StripeParameter.text("currency").required, .integer("unit_amount"),
            .object(
                "product_data",
                [
                    StripeParameter.text("name").required, .text("description"), .metadata,
                    .list("images"), .text("tax_code"),
                ]
            ).required,
            .choice("tax_behavior", "exclusive", "inclusive", "unspecified"),
        ]
    )

    private static let intentData = StripeParameter.object(
        "payment_intent_data",
        [
            .metadata, .text("description", most: 1_000), .text("receipt_email"),
            .choice("setup_future_usage", "off_session", "on_session"),
            .choice("capture_method", "automatic", "automatic_async"),
            .text("statement_descriptor", most: 22),
            .text("statement_descriptor_suffix", most: 22), .shipping,
        ]
    )

    private static let creation: [StripeParameter] = [
        StripeParameter.choice("mode", "payment", "setup", "subscription").required,
        StripeParameter.text("success_url").required, .text("cancel_url"),
        .list("line_items", .object([priceData, .integer("quantity"), .text("price")])),
        .text("customer"), .text("customer_email"),
        .choice("customer_creation", "always", "if_required"),
        .text("client_reference_id", most: 200), .metadata, intentData,
        .object("setup_intent_data", [.metadata, .text("description", most: 1_000)]),
        .integer("expires_at"), .text("currency"), .text("locale"),
        .choice("submit_type", "auto", "book", "donate", "pay", "subscribe"),
        .choice("billing_address_collection", "auto", "required"),
        .choice("ui_mode", "hosted_page"), .list("allowed_payment_method_types"),
    ]

    static let checkoutSessions: [StripeRoute] = [
        StripeRoute("POST", "v1/checkout/sessions", creation) { books, call throws(StripeError) in
            try books.createSession(call)
        },
        StripeRoute(
            "GET",
            "v1/checkout/sessions",
            StripeParameter.paging + [
                .text("customer"), .text("payment_intent"),
                .choice("status", "complete", "expired", "open"),
            ]
        ) { books, call throws(StripeError) in
            let sent = call.parameters
            let found = books.sessions.newestFirst.filter {
                (!sent.has("customer") || $0.customer == sent.text("customer"))
                    && (!sent.has("payment_intent") || $0.intent == sent.text("payment_intent"))
                    && (!sent.has("status") || $0.status == sent.text("status"))
            }
            return try sent.page(of: found, url: "/v1/checkout/sessions")
        },
        StripeRoute("GET", "v1/checkout/sessions/:") { books, call throws(StripeError) in
            try books.session(call.id).json
        },
        StripeRoute("GET", "v1/checkout/sessions/:/line_items", StripeParameter.paging) {
            books,
            call throws(StripeError) in try books.session(call.id).lineItemList
        },
        StripeRoute("POST", "v1/checkout/sessions/:/expire") { books, call throws(StripeError) in
            try books.expireSession(call)
        },
    ]
}

extension StripeBooks {
    /// A session that exists.
    func session(_ id: String) throws(StripeError) -> StripeSession {
        guard let session = sessions[id] else {
            throw .noSuch("checkout.session", id, param: "session", inPath: true)
        }
        return session
    }

    fileprivate mutating func createSession(_ call: StripeCall) throws(StripeError) -> JSON {
        let sent = call.parameters
        guard let mode = sent.text("mode"), mode != "subscription" else {
            throw .parameter("The sandbox does not simulate subscription mode.", param: "mode")
        }
        if let id = sent.text("customer") { _ = try customer(id) }
        try checkTogether(sent, mode: mode)
        let (lines, currency) =
            mode == "payment" ? try sessionLines(sent) : ([], sent.text("currency")?.lowercased())
        var session = StripeSession(
            id: newID("cs_test", length: 58),
            created: call.now,
            mode: mode,
            currency: currency,
            lines: lines,
            successURL: sent.text("success_url") ?? "",
            cancelURL: sent.text("cancel_url"),
            expiresAt: try expiry(sent, call),
            baseURL: call.baseURL
        )
        session.customer = sent.text("customer")
        session.customerEmail = sent.text("customer_email")
        session.customerCreation =
            session.customer == nil && mode == "payment"
            ? sent.text("customer_creation") ?? "if_required" : nil
        session.clientReference = sent.text("client_reference_id")
        session.metadata = sent.metadata()
        session.intentData = sent.object("\(mode)_intent_data") ?? .none
        session.locale = sent.text("locale")
        session.submitType = sent.text("submit_type")
        session.billingCollection = sent.text("billing_address_collection")
        sessions[session.id] = session
        nextExpiry = min(nextExpiry, session.expiresAt)
        return session.json
    }

    private func checkTogether(_ sent: StripeParameters, mode: String) throws(StripeError) {
        if sent.has("customer"), sent.has("customer_email") {
            throw .parameter(
                "You may only specify one of these parameters: customer, customer_email.",
                param: "customer_email"
            )
        }
        let other = mode == "payment" ? "setup_intent_data" : "payment_intent_data"
        if sent.has(other) {
            throw .parameter(
                "You can not pass `\(other)` in `\(mode)` mode.",
                param: other
            )
        }
        if mode == "setup", sent.has("line_items") {
            throw .parameter("You can not pass `line_items` in `setup` mode.", param: "line_items")
        }
        for name in ["success_url", "cancel_url"] {
            guard let url = sent.text(name) else { continue }
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw .parameter("Not a valid URL", code: "url_invalid", param: name)
            }
        }
    }

    private mutating func sessionLines(
        _ sent: StripeParameters
    ) throws(StripeError) -> ([StripeSession.Line], String) {
        let items = sent.objects("line_items")
        guard !items.isEmpty else { throw .missing("line_items") }
        var lines: [StripeSession.Line] = []
        var currency: String?
        var total: Int64 = 0
        for (index, item) in items.enumerated() {
            let path = "line_items[\(index)]"
            if let price = item.text("price") {
                throw .noSuch("price", price, param: "\(path)[price]", inPath: false)
            }
            guard let price = item.object("price_data") else {
                throw .missing("\(path)[price_data]")
            }
            guard let unit = price.integer("unit_amount") else {
                throw .missing("\(path)[price_data][unit_amount]")
            }
            guard let quantity = item.integer("quantity") else {
                throw .missing("\(path)[quantity]")
            }
            let code = (price.text("currency") ?? "").lowercased()
            guard currency == nil || currency == code else {
                throw .parameter(
                    "You can not combine currencies in one Checkout Session.",
                    param: "\(path)[price_data][currency]"
                )
            }
            currency = code
            guard (0...99_999_999).contains(unit), (1...999_999).contains(quantity) else {
                throw .parameter("Invalid amount or quantity", param: path)
            }
            total += unit * quantity
            lines.append(
                StripeSession.Line(
                    id: newID("li"),
                    name: price.object("product_data")?.text("name") ?? "",
                    unitAmount: unit,
                    quantity: quantity
                )
            )
        }
        if total > 0 { try StripeCurrency.check(total, currency ?? "", param: "line_items") }
        return (lines, currency ?? "")
    }

    private func expiry(
        _ sent: StripeParameters,
        _ call: StripeCall
    ) throws(StripeError) -> Int64 {
        guard let moment = sent.integer("expires_at") else { return call.now + 86_400 }
        // A little room for clocks that differ, as the real service gives.
        guard moment >= call.now + 1_800 - 60 else {
            throw .parameter(
                "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
                    + "creation.",
                param: "expires_at"
            )
        }
        guard moment <= call.now + 86_400 + 60 else {
            throw .parameter(
                "The `expires_at` timestamp must be less than 24 hours from Checkout Session "
                    + "creation.",
                param: "expires_at"
            )
        }
        return moment
    }

    fileprivate mutating func expireSession(_ call: StripeCall) throws(StripeError) -> JSON {
        var session = try session(call.id)
        guard session.status == "open" else {
            throw .invalid(
                "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout "
                    + "Session has a status of `\(session.status)`."
            )
        }
        session.status = "expired"
        sessions[session.id] = session
        if var intent = session.intent.flatMap({ intents[$0] }), intent.status != "canceled" {
            cancel(&intent, reason: "automatic", call)
        }
        emit("checkout.session.expired", session.json, call)
        return session.json
    }
}
