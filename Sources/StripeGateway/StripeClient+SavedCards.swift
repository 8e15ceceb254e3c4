package import Core
import Wire

// Cards that Stripe keeps for charges without their owners:
// https://docs.stripe.com/payments/save-and-reuse
extension StripeClient {
    package func charge(_ request: SavedCardCharge, key: String) async throws -> IntentState {
        try await chargePace.turn()
        let object = try await post(
            "/v1/payment_intents",
            [
                "amount": .integer(request.amount.minorUnits),
                "currency": .text(request.amount.currency.code.lowercased()),
                "customer": .text(request.customer),
                "payment_method": .text(request.card),
                "description": .text(request.description),
                "confirm": true,
                "off_session": true,
                // Nobody is there who could be sent to another page.
                "automatic_payment_methods": ["enabled": true, "allow_redirects": "never"],
                "metadata": .texts(request.metadata),
            ],
            key: key
        )
        return try readable(IntentState(stripe: object))
    }

    package func savedCards(of customer: String) async throws -> [SavedCard] {
        let list = try await get(
            "/v1/customers/" + checked(customer) + "/payment_methods",
            ["type": "card", "limit": .integer(100)]
        )
        return try readable(list["data"]?.array).compactMap { SavedCard(stripe: $0) }
    }

    package func forgetCard(_ id: String) async throws {
        let path = try "/v1/payment_methods/" + checked(id) + "/detach"
        _ = try await post(path, key: StripeClient.freshKey())
    }

    package func openCardPage(_ request: CardPageRequest) async throws -> String {
        let object = try await post(
            "/v1/checkout/sessions",
            [
                "mode": "setup",
                "customer": .text(request.customer),
                "currency": .text(request.currency.code.lowercased()),
                "success_url": .text(request.successURL),
                "cancel_url": .text(request.cancelURL),
            ],
            key: StripeClient.freshKey()
        )
        return try readable(object.page("url"))
    }
}

extension SavedCard {
    fileprivate init?(stripe object: JSON) {
        guard let id = object["id"]?.string, let card = object["card"],
            let brand = card["brand"]?.string, let digits = card["last4"]?.string,
            let month = card["exp_month"]?.integer, let year = card["exp_year"]?.integer
        else { return nil }
        self.init(
            id: id,
            brand: brand,
            lastDigits: digits,
            expiresMonth: Int(month),
            expiresYear: Int(year),
            fingerprint: card["fingerprint"]?.string
        )
    }
}
