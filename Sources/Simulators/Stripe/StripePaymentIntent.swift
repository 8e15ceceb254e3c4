import Wire

/// A payment on its way from asked for to paid.
struct StripePaymentIntent: StripeObject {
    let id: String
    let created: Int64
    var amount: Int64
    let currency: String
    var customer: String?
    var description: String?
    var metadata: [String: String] = [:]
    var method: String?
    var setupFutureUsage: String?
    var captureMethod = "automatic_async"
    var automaticMethods: JSON = ["allow_redirects": "always", "enabled": true]
    var receiptEmail: String?
    var returnURL: String?
    var shipping: JSON = .null
    var statementDescriptor: String?
    var statementDescriptorSuffix: String?
    var status = "requires_payment_method"
    var amountReceived: Int64 = 0
    var latestCharge: String?
    var lastError: JSON = .null
    var nextAction: JSON = .null
    var canceledAt: Int64?
    var cancellationReason: String?
    /// The Checkout Session it belongs to; only that session may move it.
    var session: String?
    private var secret = StripeBooks.token(25)

    init(id: String, created: Int64, amount: Int64, currency: String) {
        self.id = id
        self.created = created
        self.amount = amount
        self.currency = currency
    }

    var clientSecret: String { "\(id)_secret_\(secret)" }

    var json: JSON {
        let first: JSON = [
            "id": .string(id), "object": "payment_intent", "amount": .integer(amount),
            "amount_capturable": 0, "amount_details": ["tip": [:]],
            "amount_received": .integer(amountReceived), "application": nil,
            "application_fee_amount": nil, "automatic_payment_methods": automaticMethods,
            "canceled_at": .whole(canceledAt), "cancellation_reason": .text(cancellationReason),
            "capture_method": .string(captureMethod), "client_secret": .string(clientSecret),
            "confirmation_method": "automatic", "created": .integer(created),
            "currency": .string(currency), "customer": .text(customer), "customer_account": nil,
            "description": .text(description), "excluded_payment_method_types": nil,
            "last_payment_error": lastError, "latest_charge": .text(latestCharge),
        ]
        return first.merging([
            "livemode": false, "managed_payments": nil, "metadata": .texts(metadata),
            "next_action": nextAction,
            "on_behalf_of": nil, "payment_method": .text(method),
            "payment_method_configuration_details": nil,
            "payment_method_options": [
                "card": [
                    "installments": nil, "mandate_options": nil, "network": nil,
                    "request_three_d_secure": "automatic",
                ]
            ],
            "payment_method_types": ["card"], "processing": nil,
            "receipt_email": .text(receiptEmail), "review": nil,
            "setup_future_usage": .text(setupFutureUsage), "shipping": shipping, "source": nil,
            "statement_descriptor": .text(statementDescriptor),
            "statement_descriptor_suffix": .text(statementDescriptorSuffix),
            "status": .string(status), "transfer_data": nil, "transfer_group": nil,
        ])
    }

    /// The merchant's page after 3-D Secure, told how it went.
    var returnAddress: String? {
        guard let returnURL else { return nil }
        let query = FormFields([
            .init("payment_intent", id), .init("payment_intent_client_secret", clientSecret),
            .init("redirect_status", status == "succeeded" ? "succeeded" : "failed"),
        ])
        return returnURL + (returnURL.contains("?") ? "&" : "?") + query.encoded
    }

    /// Takes over what a call sets, when it sets it.
    mutating func update(_ parameters: StripeParameters) {
        func changed(_ name: String, _ old: String?) -> String? {
            parameters.has(name) ? parameters.text(name) : old
        }
        customer = changed("customer", customer)
        description = changed("description", description)
        receiptEmail = changed("receipt_email", receiptEmail)
        returnURL = changed("return_url", returnURL)
        setupFutureUsage = changed("setup_future_usage", setupFutureUsage)
        statementDescriptor = changed("statement_descriptor", statementDescriptor)
        statementDescriptorSuffix = changed(
            "statement_descriptor_suffix",
            statementDescriptorSuffix
        )
        captureMethod = parameters.text("capture_method") ?? captureMethod
        if parameters.has("shipping") { shipping = parameters.shipping }
        if let automatic = parameters.object("automatic_payment_methods") {
            automaticMethods = [
                "allow_redirects": .string(automatic.text("allow_redirects") ?? "always"),
                "enabled": .bool(automatic.flag("enabled") ?? false),
            ]
        }
        metadata = parameters.metadata(changing: metadata)
    }
}
