import Core
import Foundation
import Support

/// The work that comes round by itself. Each turn is a job with its time as slot, so that any
/// number of instances run it once.
struct Schedules {
    private static let all: [(kind: JobKind, everySeconds: Double)] = [
        (.pollPayments, 15),
        (.checkServers, 30),
        (.cleanUp, 3_600),
    ]

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Enqueues what is due now; what is there already is left alone.
    func enqueueDue() async throws {
        let now = services.clock.now
        let ids = services.ids
        try await services.database.transaction(for: .system) { session in
            for schedule in Schedules.all {
                let turn = (now.timeIntervalSince1970 / schedule.everySeconds).rounded(.down)
                let time = Date(timeIntervalSince1970: turn * schedule.everySeconds)
                try session.enqueue(
                    NewJob(schedule.kind, dedupKey: "turn", slot: time.rfc3339),
                    ids: ids,
                    now: now
                )
            }
        }
    }
}
