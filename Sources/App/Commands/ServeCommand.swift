import Dispatch
import Foundation
import HTTPServer
import Postgres
import Support

/// `billing serve`: runs until it is asked to end, then ends what it has begun.
enum ServeCommand {
    static func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try Configuration.ofProcess()
        let log = Log(least: environment["LOG_LEVEL"].flatMap(Log.Level.init) ?? .info)
        let ending = EndRequest()
        OpenFiles.raiseLimit()
        let patience = DatabasePatience(log: log)
        let prepared = try await patience.run {
            try await DatabaseSetup(configuration, log: log).prepare()
        }
        defer { prepared.cluster?.stop() }
        let clock = BusinessClock()
        let services = try Services.make(configuration, prepared, clock: clock, log: log)
        try await patience.run {
            try await SandboxClock(services).restore()
            try await Seeding(services).run()
        }
        let system = try BillingSystem(services)
        system.start()
        system.warmUp()
        log.info(
            "ready",
            [
                "mode": configuration.mode.rawValue, "api": configuration.apiURL,
                "portal": configuration.portalURL,
            ]
        )
        let link = try await patience.run { try await Staff(services).firstAdminLink() }
        if let link {
            // Written at once, which `print` does not do when it is not for a terminal.
            let text = "Nobody administers this system yet. Set it up here: \(link)\n"
            FileHandle.standardOutput.write(Data(text.utf8))
        }
        await ending.wait()
        log.info("ending")
        await system.stop()
    }
}

/// Waits for SIGTERM or SIGINT.
private final class EndRequest {
    private let requests: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    init() {
        let (requests, continuation) = AsyncStream.makeStream(of: Void.self)
        self.requests = requests
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
    }

    func wait() async {
        for await _ in requests { return }
    }
}
