import Postgres
import Support

/// `billing reseal`: encrypts everything anew that an older `SECRET_KEY` has sealed.
enum ResealCommand {
    /// Prints what was done; the status is 0 when older keys are needed no more, 1 otherwise.
    static func run() async throws -> Int32 {
        let configuration = try Configuration.ofProcess()
        let prepared = try await DatabaseSetup(configuration, log: .silent).openCurrent()
        defer { prepared.cluster?.stopIfStartedHere() }
        let services = try Services.make(
            configuration,
            prepared,
            clock: BusinessClock(),
            log: .silent
        )
        try await SandboxClock(services).restore()
        let outcome = try await Resealing(services).run(actor: .system)
        await services.database.close()
        print("\(outcome.resealed) secrets are sealed anew.")
        for (place, count) in outcome.unopened.sorted(by: { $0.key < $1.key }) {
            print("\(place): no key opens \(count).")
        }
        guard outcome.unopened.isEmpty else { return 1 }
        print("Nothing is sealed by an older key any more.")
        return 0
    }
}
