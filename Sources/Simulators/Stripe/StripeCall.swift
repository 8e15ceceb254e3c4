import Wire

/// One call that was let in: who asks, for what, when.
struct StripeCall: Sendable {
    /// The version the simulator speaks; events are written in it.
    static let version = "2026-10-28.endive"

    let requestID: String
    let idempotencyKey: String?
    /// Unix seconds.
    var now: Int64
    /// Where the simulator's own pages are.
    let baseURL: String
    /// The parts of the path that stand for ids.
    var path: [String] = []
    var parameters = StripeParameters.none

    /// The id in the path.
    var id: String { path.first ?? "" }
}

/// A call that the simulator answers.
struct StripeRoute: Sendable {
    typealias Act = @Sendable (inout StripeBooks, StripeCall) throws(StripeError) -> JSON

    let method: String
    /// `:` stands for an id.
    let pattern: [String]
    let parameters: [StripeParameter]
    let act: Act

    init(
        _ method: String,
        _ path: String,
        _ parameters: [StripeParameter] = [],
        _ act: @escaping Act
    ) {
        self.method = method
        pattern = path.split(separator: "/").map(String.init)
        self.parameters =
            parameters + (parameters.contains { $0.name == "expand" } ? [] : [.expand])
        self.act = act
    }

    /// The ids of a path that this route answers; nil when it does not.
    func match(_ method: String, _ segments: [String]) -> [String]? {
        guard method == self.method, segments.count == pattern.count else { return nil }
        var ids: [String] = []
        for (segment, expected) in zip(segments, pattern) {
            if expected == ":" {
                ids.append(segment)
            } else if segment != expected {
                return nil
            }
        }
        return ids
    }

    /// Every call there is.
    static let all: [StripeRoute] =
        customers + paymentMethods + paymentIntents + setupIntents + checkoutSessions + charges
        + refunds + disputes + payouts + events + webhookEndpoints
}
