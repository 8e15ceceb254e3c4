import Core
import Foundation
import KeyValue
import Support
package import Web
package import Wire

extension RateClass {
    package static let login = RateClass("login", limit: 20, perSeconds: 60)
    package static let registration = RateClass("registration", limit: 30, perSeconds: 60)
    package static let forgotPassword = RateClass("forgot_password", limit: 10, perSeconds: 60)
    package static let checkout = RateClass("checkout", limit: 30, perSeconds: 60)
    package static let domainSearch = RateClass("domain_search", limit: 30, perSeconds: 60)
    /// What a gateway or a monitor sends is not held up.
    package static let machine = RateClass("machine", limit: 3_000, perSeconds: 60)
}

/// How much one address, and one user or browser, may ask of each class of routes.
///
/// Limits are kept in the process and, when there is a Redis, shared by all instances; a Redis that
/// fails never stops a request.
package struct RateLimits: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Admits a request or refuses it with 429, and tells either way how much is left.
    package func admit(_ request: Request, _ route: RouteDescription) async throws -> HTTPHeaders {
        guard services.configuration.limitsRates else { return [:] }
        let limit = route.limit
        var decision = await take(RateLimits.network(of: request.remoteAddress), limit)
        if decision.allowed, let user = SignIn(services).claim(of: request) {
            let own = await take(user, limit)
            if own.remaining <= decision.remaining { decision = own }
        }
        guard decision.allowed else {
            throw limit.refusal(retryAfterSeconds: Double(decision.retryAfterSeconds))
        }
        return limit.headers(remaining: decision.remaining, resetSeconds: decision.resetSeconds)
    }

    private func take(_ caller: String, _ limit: RateClass) async -> RateDecision {
        await services.limiter.take(
            "\(limit.name):\(caller)",
            RateLimit(limit: limit.limit, perSeconds: limit.perSeconds)
        )
    }

    /// What is counted of an address: all of IPv4, and of IPv6 the network that one household or
    /// machine is given, in which it may choose addresses as it likes.
    static func network(of address: String) -> String {
        guard let parsed = IPAddress(address), !parsed.isVersion4 else { return address }
        let mapped = Array(parsed.bytes.prefix(12)) == Array(repeating: 0, count: 10) + [255, 255]
        if mapped { return parsed.bytes.suffix(4).map { "\($0)" }.joined(separator: ".") }
        return Hex.encode(Array(parsed.bytes.prefix(8))) + "/64"
    }
}
