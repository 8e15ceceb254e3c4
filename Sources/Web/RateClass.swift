package import Wire

/// How often something may be asked for; the App's `admit` hook counts.
package struct RateClass: Sendable, Hashable {
    package let name: String
    /// How many requests in the window.
    package let limit: Int
    package let perSeconds: Double

    package init(_ name: String, limit: Int, perSeconds: Double) {
        self.name = name
        self.limit = limit
        self.perSeconds = perSeconds
    }

    /// What an ordinary page or endpoint bears.
    package static let standard = RateClass("standard", limit: 300, perSeconds: 60)

    /// The `RateLimit-*` fields of an answer.
    package func headers(remaining: Int, resetSeconds: Int) -> HTTPHeaders {
        [
            "RateLimit-Limit": String(limit),
            "RateLimit-Remaining": String(max(0, remaining)),
            "RateLimit-Reset": String(max(0, resetSeconds)),
            "RateLimit-Policy": "\(limit);w=\(Int(perSeconds.rounded(.up)))",
        ]
    }

    /// The refusal of a request that came too early.
    package func refusal(retryAfterSeconds: Double) -> Problem {
        let seconds = max(1, Int(retryAfterSeconds.rounded(.up)))
        return .tooManyRequests(
            retryAfterSeconds: seconds,
            headers: headers(remaining: 0, resetSeconds: seconds)
        )
    }
}
