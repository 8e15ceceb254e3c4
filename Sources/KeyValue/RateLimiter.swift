/// How often something may be done: some times in a period, spread evenly once the burst is used.
package struct RateLimit: Sendable, Hashable {
    /// How many times in a period, and at once after a quiet period.
    package let limit: Int
    /// The length of the period.
    package let perSeconds: Double

    package init(limit: Int, perSeconds: Double) {
        precondition(limit > 0 && perSeconds > 0, "a rate limit lets something through")
        self.limit = limit
        self.perSeconds = perSeconds
    }
}

/// Whether something may be done now, and what to tell the caller about it.
package struct RateDecision: Sendable, Equatable {
    package let allowed: Bool
    /// How many times are allowed in a period.
    package let limit: Int
    /// How many more times are allowed at once.
    package let remaining: Int
    /// Whole seconds until it is worth trying again; 0 when it was allowed.
    package let retryAfterSeconds: Int
    /// Whole seconds until the whole limit is available again.
    package let resetSeconds: Int

    package init(
        allowed: Bool,
        limit: Int,
        remaining: Int,
        retryAfterSeconds: Int,
        resetSeconds: Int
    ) {
        self.allowed = allowed
        self.limit = limit
        self.remaining = remaining
        self.retryAfterSeconds = retryAfterSeconds
        self.resetSeconds = resetSeconds
    }
}

/// Counts how often things are done, by key. A key belongs to one limit, and keys are told apart by
/// their first 256 bytes.
package protocol RateLimiter: Sendable {
    /// Takes one turn of a key, if it has one.
    func take(_ key: String, _ limit: RateLimit) async -> RateDecision
}

/// As much of a key as is stored, so that what a caller sends cannot fill the memory.
func storedKey(_ key: String) -> String {
    key.utf8.count <= 256 ? key : String(decoding: key.utf8.prefix(256), as: UTF8.self)
}
