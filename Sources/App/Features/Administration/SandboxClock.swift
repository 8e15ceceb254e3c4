import Core
package import Foundation
import HTTPClient
import Postgres
import Support
import Web
import Wire

/// The clock that sandbox mode may move; billing, leases and the simulators move with it.
package struct SandboxClock: Sendable {
    private static let setting = "clock_offset_seconds"

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Sets the clock to where it was left, and says so to the simulators.
    func restore() async throws {
        guard services.configuration.mode == .sandbox else { return }
        let offset = try await services.database.transaction(for: .system) {
            try $0.setting(SandboxClock.setting)?.integer ?? 0
        }
        services.clock.setOffset(seconds: Double(offset))
        if offset != 0 { await tellSimulators(offset) }
    }

    /// Goes where any instance moves the clock, until the task is cancelled.
    func follow() async {
        guard services.configuration.mode == .sandbox else { return }
        let moves = services.notices.stream(of: "clock_changes")
        await catchUp()
        for await _ in moves { await catchUp() }
    }

    private func catchUp() async {
        do {
            let offset = try await services.database.transaction(for: .system) {
                try $0.setting(SandboxClock.setting)?.integer
            }
            if let offset { services.clock.setOffset(seconds: Double(offset)) }
        } catch {
            services.log.warning("the clock's setting was not read", ["error": "\(error)"])
        }
    }

    /// The time.
    ///
    /// - Throws: ``Web/Problem/notFound`` outside the sandbox.
    package func now() throws -> Date {
        guard services.configuration.mode == .sandbox else { throw Problem.notFound }
        return services.clock.now
    }

    /// Moves the clock forward and answers once everything that is due has run.
    ///
    /// - Throws: a ``Web/Problem`` outside the sandbox, or for a step back.
    package func advance(seconds: Int64, actor: Actor) async throws -> Date {
        guard services.configuration.mode == .sandbox else { throw Problem.notFound }
        guard seconds >= 0, seconds <= 3_700 * 86_400 else {
            throw Problem.invalid(
                "advance_seconds",
                "out_of_range",
                "The clock moves forward, ten years at most."
            )
        }
        let now = services.clock.now
        let offset = try await services.database.transaction(for: .system) { session in
            let offset = (try session.setting(SandboxClock.setting)?.integer ?? 0) + seconds
            try session.setSetting(SandboxClock.setting, to: .integer(offset), now: now)
            try session.announceClock()
            try session.record(
                AuditEntry(
                    actor,
                    "clock.advance",
                    type: "clock",
                    id: "sandbox",
                    after: ["seconds": .integer(seconds)]
                ),
                now: now
            )
            return offset
        }
        services.clock.setOffset(seconds: Double(offset))
        await tellSimulators(offset)
        // Of a schedule one turn runs at a time: what began before the move has to end first.
        try await quiesce()
        try await Schedules(services).enqueueDue()
        try await quiesce()
        return services.clock.now
    }

    /// Waits until nothing is due any more, for a bounded time.
    private func quiesce() async throws {
        for _ in 0..<250 {
            let now = services.clock.now
            let isBusy = try await services.database.transaction(for: .system) {
                try $0.hasDueJobs(by: now)
            }
            if !isBusy { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Problem.unavailable("Work that is due has not ended within 25 seconds.")
    }

    private func tellSimulators(_ offset: Int64) async {
        let move = services.configuration.sandboxPortOffset
        for port in [12_111, 12_201, 12_202, 12_203, 12_204, 9_000, 9_010, 9_020, 8_025] {
            let request = OutgoingRequest(
                "POST",
                "http://127.0.0.1:\(port + move)/_sandbox/clock",
                headers: ["Content-Type": "application/json"],
                body: (["offset_seconds": .integer(offset)] as JSON).bytes,
                deadlineSeconds: 2
            )
            // A simulator that does not run has no clock to move.
            _ = try? await services.http.send(request)
        }
    }
}
