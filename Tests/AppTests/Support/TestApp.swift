import App
import Core
import Foundation
import HTTPClient
import KeyValue
import Patience
import Postgres
import Simulators
import Support
import Wire

/// The whole system on a database and simulators of its own, over real sockets.
///
/// The worker runs too, so that what a request sets off happens as it does in life. The clock runs
/// and can be moved by `clock.advance`. It begins at ten in the morning: what a test says of days
/// does not depend on the hour at which it runs.
final class TestApp: Sendable {
    /// When the template's rows were made.
    static let start = Date(timeIntervalSince1970: 1_795_000_000)

    let system: BillingSystem
    let simulators: SimulatorSet
    let clock: BusinessClock
    let api: TestClient
    let portal: TestClient
    let prepared: DatabaseSetup.Prepared

    var services: Services { system.services }

    /// What the template's secrets are sealed with.
    static let secretKey = "a-secret-key-of-the-tests-alone-0123456789"

    private init(
        _ system: BillingSystem,
        _ simulators: SimulatorSet,
        _ clock: BusinessClock,
        _ prepared: DatabaseSetup.Prepared
    ) {
        self.system = system
        self.simulators = simulators
        self.clock = clock
        self.prepared = prepared
        api = TestClient(baseURL: "http://127.0.0.1:\(system.apiPort ?? 0)")
        portal = TestClient(baseURL: "http://127.0.0.1:\(system.portalPort ?? 0)")
    }

    /// Starts a system; `environment` adds settings, `runsWorker` false leaves jobs queued.
    static func start(
        environment: [String: String] = [:],
        runsWorker: Bool = true,
        log: Log = .silent,
        limiter: (any RateLimiter)? = nil
    ) async throws -> TestApp {
        let simulators = try SimulatorSet(settings: settings()).start()
        let prepared = try await TestDatabase.lease()
        return try await start(
            environment: environment,
            runsWorker: runsWorker,
            simulators,
            prepared,
            log,
            limiter
        )
    }

    /// A second instance on the same database and simulators.
    func another(environment: [String: String] = [:]) async throws -> TestApp {
        try await TestApp.start(
            environment: environment,
            runsWorker: true,
            simulators,
            prepared
        )
    }

    /// Runs a second instance beside this one, on the same database and simulators.
    func withAnother<Value: Sendable>(
        _ body: @Sendable (TestApp) async throws -> Value
    ) async throws -> Value {
        let other = try await another()
        do {
            let value = try await body(other)
            await other.stopInstance()
            return value
        } catch {
            await other.stopInstance()
            throw error
        }
    }

    /// How far the clocks are ahead of the machine's at first.
    private static let ahead = {
        let now = Date().timeIntervalSince1970
        let ten = (now / 86_400).rounded(.up) * 86_400 + 36_000
        return (ten - now).truncatingRemainder(dividingBy: 86_400)
    }()

    private static func settings() -> SimulatorSettings {
        var settings = SimulatorSettings(clock: BusinessClock(offsetSeconds: ahead))
        settings.silenceSeconds = Patience.seconds(3)
        settings.slowSeconds = 0.2
        return settings
    }

    private static func start(
        environment: [String: String],
        runsWorker: Bool,
        _ simulators: SimulatorSet,
        _ prepared: DatabaseSetup.Prepared,
        _ log: Log = .silent,
        _ limiter: (any RateLimiter)? = nil
    ) async throws -> TestApp {
        let base = [
            "API_LISTEN": "127.0.0.1:0", "PORTAL_LISTEN": "127.0.0.1:0",
            "STRIPE_URL": simulators.stripe.host.baseURL,
            "RESELLERCLUB_URL": simulators.resellerClub.host.baseURL + "/api",
            "VIES_URL": simulators.vies.restURL,
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": "\(simulators.mail.smtpPort)",
            "RATE_LIMITS": "off", "DATABASE_CONNECTIONS": "6",
            "REMOTE_DEADLINE_SECONDS": "\(Int(Patience.seconds(2)))",
            "ROLE": runsWorker ? "all" : "web", "SECRET_KEY": secretKey,
        ]
        let configuration = try Configuration(environment: base.merging(environment) { $1 })
        let clock = BusinessClock(offsetSeconds: ahead)
        let services = try Services.make(
            configuration,
            prepared,
            clock: clock,
            log: log,
            limiter: limiter
        )
        try await services.database.transaction(for: .system) { session in
            for (index, panel) in simulators.panels.enumerated() {
                try session.run(
                    """
                    UPDATE servers SET base_url = \(panel.host.baseURL), healthy = true
                    WHERE name = \("Sandbox panel \(index + 1)")
                    """
                )
            }
        }
        let system = try BillingSystem(services)
        system.start()
        let app = TestApp(system, simulators, clock, prepared)
        simulators.connect(billingURL: app.api.baseURL)
        return app
    }

    /// Ends the instance and its simulators.
    func stop() async {
        await system.stop(deadlineSeconds: 2)
        await simulators.stop()
        api.close()
        portal.close()
    }

    /// Ends this instance alone; the simulators go on.
    func stopInstance() async {
        await system.stop(deadlineSeconds: 2)
        api.close()
        portal.close()
    }

    /// Lends a running system to a test and ends it afterwards, whatever happens.
    static func run(
        environment: [String: String] = [:],
        runsWorker: Bool = true,
        log: Log = .silent,
        limiter: (any RateLimiter)? = nil,
        _ body: @concurrent @Sendable (TestApp) async throws -> Void
    ) async throws {
        try await turns.take {
            let app = try await start(
                environment: environment,
                runsWorker: runsWorker,
                log: log,
                limiter: limiter
            )
            do {
                try await body(app)
            } catch {
                await app.stop()
                throw error
            }
            await app.stop()
        }
    }

    /// A system is a server, a worker, eight simulators and a database: more than a few at once
    /// only wait for each other, and what a test waits for takes too long.
    private static let turns = Turns(atOnce: 3)
}

/// Waiting took longer than it may.
struct StillWaiting: Error, CustomStringConvertible {
    let description: String
}

/// Asks again and again until there is an answer; for long, because suites run beside each other.
///
/// - Throws: ``StillWaiting`` when there is none after some time.
func eventually<Value>(
    _ what: String,
    seconds usual: Double = 60,
    _ ask: () async throws -> Value?
) async throws -> Value {
    let seconds = Patience.seconds(usual)
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
        if let value = try await ask() { return value }
        try await Task.sleep(for: .milliseconds(30))
    }
    throw StillWaiting(description: "waited \(seconds) s for \(what)")
}
