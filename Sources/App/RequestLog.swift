import HTTPServer
import Support
import Web

/// One line about each request that was answered.
///
/// The route stands for the path: what a path holds may let its reader in, such as the links of
/// mails.
struct RequestLog {
    private static let probes: Set<String> = [
        HealthEndpoints.health.pattern, HealthEndpoints.ready.pattern,
        HealthEndpoints.metrics.pattern,
    ]

    private let log: Log

    init(_ log: Log) { self.log = log }

    func write(_ request: Request, _ route: RouteDescription?, status: Int, _ duration: Duration) {
        func fields() -> [String: String] {
            let milliseconds = Int((duration / .milliseconds(1)).rounded())
            return [
                "request_id": request.id, "method": request.http.method,
                "route": route?.pattern ?? "none", "status": "\(status)",
                "milliseconds": "\(milliseconds)",
            ]
        }
        if isCounted(route, status) {
            log.debug("request", fields())
        } else {
            log.info("request", fields())
        }
    }

    /// Whether the counters tell enough: probes, and panels that get the answer they ask for
    /// many times a second.
    private func isCounted(_ route: RouteDescription?, _ status: Int) -> Bool {
        guard let pattern = route?.pattern else { return false }
        if RequestLog.probes.contains(pattern) { return true }
        return status == 200 && pattern == LicenseEndpoints.validate.route.pattern
    }
}
