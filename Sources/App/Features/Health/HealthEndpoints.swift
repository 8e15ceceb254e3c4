import Foundation
import HTTPServer
import KeyValue
import Postgres
import Support
package import Web
import Wire

/// Whether the process is up, whether it can work, and what it counts.
package enum HealthEndpoints {
    static let health = Route(.get, "/health")
    static let ready = Route(.get, "/ready")
    static let metrics = Route(.get, "/metrics")

    package static func add(to router: inout Router<Services>, _ services: Services) {
        let version = OpenAPICommand.version
        router.fast(health) { _ in
            .now(Response.json(["status": "ok", "version": .string(version)]).http)
        }
        let readiness = Brief { await Readiness(services).answer() }
        router.fast(ready) { _ in
            .later { await readiness.value.http }
        }
        router.fast(metrics) { request in
            .later { await MetricsPage(services).answer(to: request).http }
        }
    }
}

/// Asks everything that the service cannot work without.
struct Readiness {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func answer() async -> Response {
        let queue = await queueState()
        let listener = services.notices.isConnected
        let isReady = listener && queue?.isStalled == false
        let body: JSON = [
            "status": isReady ? "ready" : "not ready", "database": .bool(queue != nil),
            "listener": .bool(listener), "queue": .bool(queue?.isStalled == false),
            "queue_lag_seconds": queue.map { .integer(Int64($0.lagSeconds)) } ?? .null,
            "mode": .string(services.configuration.mode.rawValue),
        ]
        return .json(await withRedis(body), status: isReady ? 200 : 503)
    }

    /// What the queue is like; nil when the database does not answer.
    private func queueState() async -> QueueState? {
        let now = services.clock.now
        return try? await services.database.transaction(for: .system, deadlineSeconds: 2) {
            try $0.queueState(now: now)
        }
    }

    /// Redis is asked and reported; failing, it does not make the service unready.
    private func withRedis(_ body: JSON) async -> JSON {
        guard let redis = services.redis else { return body }
        let isThere = (try? await redis.command(["PING"])) != nil
        return body.setting("redis", .bool(isThere))
    }
}
