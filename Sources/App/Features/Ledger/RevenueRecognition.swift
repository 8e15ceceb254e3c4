import Core
import Foundation
import Postgres
import Support

/// Earns what was put off, as the time passes that it was charged for.
///
/// A line is earned evenly over its time, to the second; what is earned of it so far is stored, and
/// a day earns the difference. So nothing is earned twice or left out, however late a day is
/// counted, and what a credit note or a voidance has changed is made up for on the next day.
struct RevenueRecognition: Sendable {
    private static let daySeconds = 86_400.0
    /// A night's work of a large company; everything else has ended long before.
    private static let deadlineSeconds = 600.0

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that earns what belongs to the days that have passed, each day by itself.
    func run() async throws -> JobOutcome {
        while try await earnNextDay() {}
        return .done
    }

    /// Earns what belongs to the first day that was not counted yet, if it is over.
    ///
    /// - Returns: false when there is no such day.
    func earnNextDay() async throws -> Bool {
        let services = services
        let now = services.clock.now
        let today = RevenueRecognition.midnight(before: now)
        return try await services.database.transaction(
            for: .system,
            deadlineSeconds: RevenueRecognition.deadlineSeconds
        ) { session in
            try session.lockEarnings()
            // The first of all days takes in what was earned before it.
            let start =
                try session.lastRevenueDay()?.addingTimeInterval(RevenueRecognition.daySeconds)
                ?? today.addingTimeInterval(-RevenueRecognition.daySeconds)
            let end = start.addingTimeInterval(RevenueRecognition.daySeconds)
            guard end <= today else { return false }
            try session.storeRevenueRun(start, now: now)
            for earned in try session.earn(until: end) {
                let id = ID<RevenueDay>(services.ids.next())
                try session.store(earned, as: id, on: start)
                try Ledger.post(
                    .revenueEarned(earned.amount),
                    cause: id,
                    session,
                    ids: services.ids,
                    // It belongs to the day that is over, not to the one that begins.
                    now: end.addingTimeInterval(-1)
                )
            }
            return true
        }
    }

    private static func midnight(before moment: Date) -> Date {
        let days = (moment.timeIntervalSince1970 / daySeconds).rounded(.down)
        return Date(timeIntervalSince1970: days * daySeconds)
    }
}

/// What a day earned in a currency.
struct EarnedRevenue: Sendable {
    let amount: Money
    /// Of how many lines.
    let lines: Int64
}
