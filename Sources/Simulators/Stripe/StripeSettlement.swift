import Wire

/// The other currency that an account's charges are settled in, as the owner of the account has
/// chosen.
struct StripeSettlement: Codable, Sendable {
    let currency: String
    /// How many of its minor units come for a thousand of those that were charged.
    let perMille: Int64

    /// What a control of the simulator asks for; nil for an unreadable one.
    init?(_ body: JSON) {
        guard let currency = body["currency"]?.string, currency.utf8.count == 3,
            let perMille = body["per_mille"]?.integer, (1...1_000_000).contains(perMille)
        else { return nil }
        self.currency = currency.lowercased()
        self.perMille = perMille
    }

    /// What comes for an amount, rounded half away from zero.
    func settled(_ amount: Int64) -> Int64 {
        (amount * perMille + (amount < 0 ? -500 : 500)) / 1_000
    }
}
