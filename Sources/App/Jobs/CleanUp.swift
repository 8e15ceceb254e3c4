import Foundation
import Postgres
import Support

/// Removes what is no longer needed.
struct CleanUp {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func run() async throws -> JobOutcome {
        let now = services.clock.now
        try await services.database.transaction(for: .system, deadlineSeconds: 60) {
            try $0.removeExpired(now: now)
        }
        return .done
    }
}
