package import Core
package import struct Foundation.Date
import Wire

extension StripeClient {
    /// A list that has more pages than this is not read to its end but refused.
    static let mostPages = 50

    package func listIntents(customer: String, createdAfter: Date) async throws -> [IntentState] {
        try await all(
            "/v1/payment_intents",
            ["customer": .text(customer), "created": .since(createdAfter)]
        )
        .map { try readable(IntentState(stripe: $0)) }
    }

    package func listRefunds(intent: String) async throws -> [RefundState] {
        try await all(
            "/v1/refunds",
            [
                "payment_intent": .text(intent),
                "expand": ["data.balance_transaction", "data.failure_balance_transaction"],
            ]
        )
        .map { try readable(RefundState(stripe: $0)) }
    }

    /// Every object of a list, newest first, page after page.
    func all(
        _ path: String,
        _ filter: StripeParameters,
        mostPages: Int = StripeClient.mostPages
    ) async throws -> [JSON] {
        var objects: [JSON] = []
        for _ in 0..<mostPages {
            var parameters = filter
            parameters.add("limit", 100)
            if let last = objects.last {
                parameters.add("starting_after", .text(try readable(last["id"]?.string)))
            }
            let page = try await get(path, parameters)
            let found = try readable(page["data"]?.array)
            objects += found
            if found.isEmpty || page["has_more"]?.bool != true { return objects }
        }
        throw RemoteFailure.unknown(message: "A list of Stripe's is too long to be read.")
    }
}

extension StripeParameters.Value {
    fileprivate static func since(_ moment: Date) -> Self {
        ["gte": .integer(Int64(moment.timeIntervalSince1970))]
    }
}
