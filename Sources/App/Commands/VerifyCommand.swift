import Foundation
import Postgres
import Support
import Wire

/// `billing verify`: looks whether the books add up and everything else that must hold does.
enum VerifyCommand {
    /// The words after `verify` are not understood.
    struct Misused: Error, CustomStringConvertible {
        let description = "usage: billing verify [--json]"
    }

    /// Prints what was found, for people or as JSON; the status is 0 when nothing was, 1 otherwise.
    static func run(_ arguments: [String]) async throws -> Int32 {
        guard arguments.isEmpty || arguments == ["--json"] else { throw Misused() }
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
        let report = try await Verifications(services).check()
        print(arguments.isEmpty ? report.text + "\n" : report.json.prettyText, terminator: "")
        await services.database.close()
        return report.isClean ? 0 : 1
    }
}
