import Foundation
import KeyValue
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

/// How much one address may ask of each class of routes.
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
        let decision = await services.limiter.take(
            "\(limit.name):\(request.remoteAddress)",
            RateLimit(limit: limit.limit, perSeconds: limit.perSeconds)
        )
        guard decision.allowed else {
            throw limit.refusal(retryAfterSeconds: Double(decision.retryAfterSeconds))
        }
        return limit.headers(remaining: decision.remaining, resetSeconds: decision.resetSeconds)
    }
}
