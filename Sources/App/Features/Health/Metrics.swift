import Foundation
import HTTPServer
import Postgres
import Support
import Synchronization
package import Web

/// What this instance has counted since it started, by route.
package final class Metrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Tally {
        var count: UInt64 = 0
        var seconds = 0.0

        mutating func add(_ seconds: Double) {
            count += 1
            self.seconds += seconds
        }
    }

    private let tallies = Mutex<[Key: Tally]>([:])

    package init() {}

    /// Counts an answered request.
    package func observe(_ route: RouteDescription, status: Int, _ duration: Duration) {
        let key = Key(method: route.method.rawValue, route: route.pattern, status: status)
        let seconds =
            Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        tallies.withLock { $0[key, default: Tally()].add(seconds) }
    }

    /// The counts in Prometheus' text format.
    var text: String {
        let tallies = tallies.withLock { $0 }.sorted {
            ($0.key.route, $0.key.method, $0.key.status)
                < ($1.key.route, $1.key.method, $1.key.status)
        }
        var lines = ["# TYPE billing_http_requests_total counter"]
        for (key, tally) in tallies {
            lines.append("billing_http_requests_total{\(labels(key))} \(tally.count)")
        }
        lines.append("# TYPE billing_http_request_seconds_sum counter")
        for (key, tally) in tallies {
            lines.append("billing_http_request_seconds_sum{\(labels(key))} \(tally.seconds)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func labels(_ key: Key) -> String {
        "method=\"\(key.method)\",route=\"\(key.route)\",status=\"\(key.status)\""
    }
}

/// What `/metrics` answers: for the machine itself and for proxies that are believed, no one else.
struct MetricsPage {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func answer(to request: Request) async -> Response {
        guard isFromThisMachine(request) else {
            return Problem.notFound.response(requestID: request.id)
        }
        let pool = services.database.metrics
        var text = services.metrics.text
        text += """
            # TYPE billing_database_connections gauge
            billing_database_connections{state="busy"} \(pool.busy)
            billing_database_connections{state="total"} \(pool.total)
            billing_database_connections{state="waiting"} \(pool.waiting)

            """
        text += await jobs()
        text += await verification()
        return .text(text).with("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
    }

    /// A proxy on this machine that nobody told us of passes the world on from a local address.
    private func isFromThisMachine(_ request: Request) -> Bool {
        let isLocal = request.remoteAddress == "127.0.0.1" || request.remoteAddress == "::1"
        let tellsClient = request.header("X-Forwarded-For") != nil
        guard tellsClient || request.header("Forwarded") != nil else { return isLocal }
        let proxies = TrustedProxies(services.configuration.trustedProxies)
        return isLocal && tellsClient && proxies.trusts(request.http.remoteAddress)
    }

    /// What the last check of the books found; nothing before the first.
    private func verification() async -> String {
        let last = try? await services.database.transaction(for: .system, deadlineSeconds: 2) {
            try $0.verifications(most: 1).first?.report
        }
        guard let last else { return "" }
        let finishedAt = Int64(last.finishedAt.timeIntervalSince1970)
        return """
            # TYPE billing_verify_findings gauge
            billing_verify_findings \(last.violations)
            # TYPE billing_verify_finished_timestamp_seconds gauge
            billing_verify_finished_timestamp_seconds \(finishedAt)

            """
    }

    private func jobs() async -> String {
        let counts = try? await services.database.transaction(for: .system, deadlineSeconds: 2) {
            try $0.jobCounts()
        }
        let lines = (counts ?? []).map { "billing_jobs{status=\"\($0.status)\"} \($0.count)" }
        return (["# TYPE billing_jobs gauge"] + lines).joined(separator: "\n") + "\n"
    }
}
