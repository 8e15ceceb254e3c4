import App
import Foundation
import Postgres
import Support

/// Bills everything that is due in the database of the environment's settings.
enum BillingRun {
    /// Prints the seconds that it took, the processor's seconds of this process, and what was
    /// wrong, if anything was.
    static func measure() async throws {
        let configuration = try Configuration(environment: ProcessInfo.processInfo.environment)
        let prepared = try await DatabaseSetup(configuration, log: .silent).prepare()
        defer { prepared.cluster?.stopIfStartedHere() }
        let services = try Services.make(
            configuration,
            prepared,
            clock: BusinessClock(),
            log: .silent
        )
        let before = clock()
        var outcome = JobOutcome.done
        let time = try await ContinuousClock().measure {
            outcome = try await Renewals(services).bill()
        }
        let processorSeconds = Double(clock() - before) / Double(CLOCKS_PER_SEC)
        print(time / .seconds(1), processorSeconds, outcome == .done ? "done" : "\(outcome)")
        await services.database.close()
    }
}
