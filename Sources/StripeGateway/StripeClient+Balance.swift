package import Core
package import struct Foundation.Date
import Wire

// What moved on the account's balance: https://docs.stripe.com/api/balance_transactions
extension StripeClient {
    /// A night's moves of a busy account are more than other lists hold.
    private static let mostPagesOfMoves = 5_000

    package func capture(of intent: String) async throws -> CaptureState? {
        let object = try await get(
            "/v1/payment_intents/" + checked(intent),
            ["expand": ["latest_charge.balance_transaction"]]
        )
        guard let charge = object["latest_charge"], let id = charge["id"]?.string,
            charge["paid"]?.bool == true
        else { return nil }
        let move = charge["balance_transaction"] ?? .null
        return CaptureState(
            charge: id,
            move: move.isNull ? nil : try readable(BalanceMove(stripe: move)),
            card: charge["payment_method_details"]?["card"]?["fingerprint"]?.string
        )
    }

    package func listDisputes(intent: String) async throws -> [DisputeState] {
        try await all("/v1/disputes", ["payment_intent": .text(intent)])
            .map { try readable(DisputeState(stripe: $0)) }
    }

    package func balanceMoves(from start: Date, until end: Date) async throws -> [BalanceMove] {
        try await all(
            "/v1/balance_transactions",
            [
                "created": [
                    "gte": .integer(Int64(start.timeIntervalSince1970)),
                    "lt": .integer(Int64(end.timeIntervalSince1970)),
                ],
                "expand": ["data.source"],
            ],
            mostPages: StripeClient.mostPagesOfMoves
        )
        .map { try readable(BalanceMove(stripe: $0)) }
    }
}

extension BalanceMove {
    init?(stripe object: JSON) {
        guard object["object"]?.string == "balance_transaction", let id = object["id"]?.string,
            let amount = object["amount"]?.integer, let fee = object["fee"]?.integer,
            let currency = object["currency"]?.string, let created = object["created"]?.integer
        else { return nil }
        self.init(
            id: id,
            kind: object["type"]?.string ?? "",
            source: object.reference("source"),
            intent: object["source"]?.reference("payment_intent"),
            amount: amount,
            fee: fee,
            currency: currency.lowercased(),
            created: Date(timeIntervalSince1970: Double(created))
        )
    }
}

extension DisputeState {
    init?(stripe object: JSON) {
        guard object["object"]?.string == "dispute", let id = object["id"]?.string,
            let amount = object["amount"]?.integer, let currency = object["currency"]?.string,
            let created = object["created"]?.integer
        else { return nil }
        let details = object["evidence_details"]
        self.init(
            id: id,
            status: object["status"]?.string ?? "",
            reason: object["reason"]?.string ?? "general",
            amount: amount,
            currency: currency.lowercased(),
            intent: object.reference("payment_intent"),
            dueBy: details?["due_by"]?.integer
                .flatMap { $0 > 0 ? Date(timeIntervalSince1970: Double($0)) : nil },
            hasEvidence: details?["has_evidence"]?.bool ?? false,
            created: Date(timeIntervalSince1970: Double(created)),
            moves: (object["balance_transactions"]?.array ?? [])
                .compactMap { BalanceMove(stripe: $0) }
        )
    }
}
