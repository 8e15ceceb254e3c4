import Foundation
import Testing

/// Lives through the whole system: bought, billed, charged and booked, with the clock moved, beside
/// a small model that knows nothing of it. After each stop the books add up.
///
/// `APP_LIVES` says how many; `make lives` runs thousands.
@Suite(.serialized) struct AppLifeTests {
    private static let stops = 8
    /// How many share a system and its clock.
    private static let neighbours = 20
    private static let towns: Int = {
        let wanted = ProcessInfo.processInfo.environment["APP_LIVES"].flatMap { Int($0) }
        return max(1, ((wanted ?? 40) + neighbours - 1) / neighbours)
    }()

    @Test(arguments: UInt64(0)..<UInt64(towns))
    func `lives owe and pay what a smaller model says`(town: UInt64) async throws {
        let calendar = AppCalendar(seed: town, stops: Self.stops)
        let lives = (0..<UInt64(Self.neighbours)).map {
            AppLife(seed: town * 1_000 + $0, stops: Self.stops)
        }
        guard let problem = try await Town.problem(of: lives, calendar) else { return }
        guard let life = lives.first(where: { $0.seed == problem.seed }) else {
            Issue.record("town \(town): \(problem.text)")
            return
        }
        let (smallest, text) = try await Self.shrunk(life, calendar, problem.text)
        Issue.record(
            "life \(life.seed) of town \(town), \(calendar): \(text)\n\(smallest)"
        )
    }

    /// The life that still goes wrong with the fewest deeds, alone in its town.
    private static func shrunk(
        _ life: AppLife,
        _ calendar: AppCalendar,
        _ text: String
    ) async throws -> (AppLife, String) {
        guard let alone = try await Town.problem(of: [life], calendar) else { return (life, text) }
        var (smallest, text) = (life, alone.text)
        for stop in stride(from: stops - 1, through: 0, by: -1) {
            let shorter = smallest.without(stop)
            guard let problem = try await Town.problem(of: [shorter], calendar) else { continue }
            (smallest, text) = (shorter, problem.text)
        }
        return (smallest, text)
    }
}
