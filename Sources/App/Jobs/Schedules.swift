import Core
import Foundation
import Support

/// The work that comes round by itself. Each turn is a job with its time as slot, so that any
/// number of instances run it once.
struct Schedules {
    /// The key of every turn: one of a kind waits or runs at a time.
    static let turn = "turn"

    private let services: Services

    private var all: [(kind: JobKind, everySeconds: Double)] {
        [
            (.pollPayments, services.configuration.paymentPollSeconds),
            (.billSubscriptions, 60),
            (.runDunning, 60),
            (.settleCredits, 600),
            (.warnOfCards, 21_600),
            (.giveUpOrders, 3_600),
            (.reconcile, 86_400),
            (.earnRevenue, 86_400),
            (.checkServers, 30),
            (.recheckVATNumbers, 3_600),
            (.reconcileAccounts, 3_600),
            (.removeAccounts, Double(AccountRemovals.turnSeconds)),
            (.cleanUp, 3_600),
            (.verify, 3_600),
        ]
    }

    init(_ services: Services) { self.services = services }

    /// Enqueues what is due now; what is there already is left alone.
    func enqueueDue() async throws {
        let now = services.clock.now
        let ids = services.ids
        let schedules = all
        try await services.database.transaction(for: .system) { session in
            for schedule in schedules {
                let turn = (now.timeIntervalSince1970 / schedule.everySeconds).rounded(.down)
                let time = Date(timeIntervalSince1970: turn * schedule.everySeconds)
                try session.enqueue(
                    NewJob(schedule.kind, dedupKey: Schedules.turn, slot: time.rfc3339),
                    ids: ids,
                    now: now
                )
            }
        }
    }
}
