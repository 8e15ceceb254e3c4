package import Core
import struct Foundation.Date
import Wire

extension StripeClient: PaymentGateway {
    package func createCustomer(_ customer: GatewayCustomer, key: String) async throws -> String {
        let object = try await post(
            "/v1/customers",
            [
                "email": .text(customer.email), "name": .text(customer.name),
                "metadata": .texts(customer.metadata),
            ],
            key: key
        )
        return try readable(object["object"]?.string == "customer" ? object["id"]?.string : nil)
    }

    package func createCheckout(
        _ request: CheckoutRequest,
        key: String
    ) async throws -> CheckoutState {
        let object = try await post(
            "/v1/checkout/sessions",
            StripeParameters(checkout: request),
            key: key
        )
        let state = try readable(CheckoutState(stripe: object))
        return try readable(state.url == object["url"]?.string ? state : nil)
    }

    package func checkout(_ id: String) async throws -> CheckoutState {
        try readable(CheckoutState(stripe: try await get("/v1/checkout/sessions/" + checked(id))))
    }

    package func expireCheckout(_ id: String) async throws -> CheckoutState {
        let path = try "/v1/checkout/sessions/" + checked(id) + "/expire"
        do {
            return try readable(
                CheckoutState(stripe: try await post(path, key: StripeClient.freshKey()))
            )
        } catch RemoteFailure.refused(let code, let message) {
            // Stripe refuses when the page is closed already, which is what was wanted.
            let state = try await checkout(id)
            guard state.status == .open else { return state }
            throw RemoteFailure.refused(code: code, message: message)
        }
    }

    package func createIntent(_ request: IntentRequest, key: String) async throws -> IntentState {
        var parameters: StripeParameters = [
            "amount": .integer(request.amount.minorUnits),
            "currency": .text(request.amount.currency.code.lowercased()),
            "customer": .text(request.customer),
            "description": .text(request.description),
            "automatic_payment_methods": ["enabled": true],
            "metadata": .texts(request.metadata),
        ]
        if request.savePaymentMethod { parameters.add("setup_future_usage", "off_session") }
        let object = try await post("/v1/payment_intents", parameters, key: key)
        return try readable(IntentState(stripe: object))
    }

    package func intent(_ id: String) async throws -> IntentState {
        try readable(IntentState(stripe: try await get("/v1/payment_intents/" + checked(id))))
    }

    package func cancelIntent(_ id: String) async throws -> IntentState {
        let path = try "/v1/payment_intents/" + checked(id) + "/cancel"
        do {
            let object = try await post(
                path,
                ["cancellation_reason": "abandoned"],
                key: StripeClient.freshKey()
            )
            return try readable(IntentState(stripe: object))
        } catch RemoteFailure.refused(let code, let message) {
            // Stripe refuses when the payment is made or given up already; how it stands says it.
            let state = try await intent(id)
            switch state.status {
            case .succeeded, .canceled, .processing: return state
            default: throw RemoteFailure.refused(code: code, message: message)
            }
        }
    }

    package func refund(_ request: RefundRequest, key: String) async throws -> RefundState {
        let object = try await post(
            "/v1/refunds",
            [
                "payment_intent": .text(request.intent),
                "amount": .integer(request.amount.minorUnits),
                "metadata": .texts(request.metadata),
                "expand": ["balance_transaction"],
            ],
            key: key
        )
        return try readable(RefundState(stripe: object))
    }

    package func refund(_ id: String) async throws -> RefundState {
        let expand: StripeParameters = [
            "expand": ["balance_transaction", "failure_balance_transaction"]
        ]
        return try readable(
            RefundState(stripe: try await get("/v1/refunds/" + checked(id), expand))
        )
    }

    /// An identifier that may stand in a path.
    func checked(_ id: String) throws -> String {
        let parts = id.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
        let isLetter: (UInt8) -> Bool = { (97...122).contains($0) }
        let isPlain: (UInt8) -> Bool = {
            (48...57).contains($0) || (65...90).contains($0) || isLetter($0) || $0 == 95
        }
        guard parts.count == 2, id.utf8.count <= 255,
            !parts[0].isEmpty, parts[0].utf8.allSatisfy(isLetter),
            !parts[1].isEmpty, parts[1].utf8.allSatisfy(isPlain)
        else {
            throw RemoteFailure.refused(
                code: "invalid_id",
                message: "This is not an identifier of Stripe's."
            )
        }
        return id
    }

    /// An object, unless what came back is not what was asked for.
    func readable<Object>(_ object: Object?) throws -> Object {
        guard let object else {
            throw RemoteFailure.unknown(message: "Stripe answered with an unexpected object.")
        }
        return object
    }
}

extension StripeParameters {
    /// The parameters of a payment page; only such as every version since 2023 takes.
    fileprivate init(checkout request: CheckoutRequest) {
        var payment: StripeParameters = ["metadata": .texts(request.metadata)]
        if request.savePaymentMethod { payment.add("setup_future_usage", "off_session") }
        self = [
            "mode": "payment",
            "customer": .text(request.customer),
            "client_reference_id": .text(request.reference),
            "line_items": .list(request.lines.map(StripeParameters.line)),
            "success_url": .text(request.successURL),
            "cancel_url": .text(request.cancelURL),
            "expires_at": .integer(Int64(request.expiresAt.timeIntervalSince1970)),
            "metadata": .texts(request.metadata),
            "payment_intent_data": .fields(payment),
        ]
    }

    private static func line(_ line: CheckoutLine) -> Value {
        [
            "price_data": [
                "currency": .text(line.amount.currency.code.lowercased()),
                "unit_amount": .integer(line.amount.minorUnits),
                "product_data": ["name": .text(line.description)],
            ],
            "quantity": .integer(Int64(line.quantity)),
        ]
    }
}
