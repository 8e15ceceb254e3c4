import HTTPServer
package import Support
import Synchronization
package import Wire

/// What the simulators have in common: their clock, their log and how long they keep silent.
package struct SimulatorSettings: Sendable {
    /// The address the servers are bound to.
    package var address = "127.0.0.1"
    package var clock: BusinessClock
    package var log: Log
    /// How long `timeout_before` and `timeout_after` hold a connection at most.
    package var silenceSeconds = 35.0
    /// How late `slow` answers.
    package var slowSeconds = 2.0
    /// Where the simulators keep their books from one run to the next; nil keeps them in memory.
    package var books: BooksFolder?

    package init(clock: BusinessClock = BusinessClock(), log: Log = .silent) {
        self.clock = clock
        self.log = log
    }
}

/// The server under a simulator: it keeps the journal, lets calls fail as told, and answers the
/// controls under `/_sandbox`.
package final class SimulatorHost: Sendable {
    package let faults = FaultPlan()
    package let journal = RequestJournal()
    let settings: SimulatorSettings
    private let service: any SimulatedService
    private let server: Server
    let address: HostAddress

    init(
        service: any SimulatedService,
        port: Int,
        address: HostAddress,
        settings: SimulatorSettings
    ) throws {
        self.service = service
        self.settings = settings
        self.address = address
        let relay = Relay()
        server = try Server(
            address: settings.address,
            port: port,
            log: settings.log,
            handler: { request in .later { await relay.answer(request) } }
        )
        address.set("http://\(settings.address):\(server.port)")
        relay.set(self)
    }

    /// Where the simulator is, without a slash at the end.
    package var baseURL: String { address.url }

    package func start() { server.start() }

    package func stop() async {
        await server.stop(deadlineSeconds: 1)
        service.flush()
    }

    /// Everything the simulator holds.
    package var state: JSON { service.state }

    /// Forgets objects, requests and faults.
    package func reset() async {
        faults.clear()
        journal.clear()
        await service.reset()
        service.flush()
    }

    fileprivate func answer(_ request: HTTPRequest) async -> HTTPResponse {
        if request.path.hasPrefix("/_sandbox") { return await control(request) }
        let fault = faults.take("\(request.method) \(request.path)")
        let number = journal.begin(
            at: settings.clock.now,
            method: request.method,
            path: request.path,
            query: request.query,
            headers: request.headers,
            body: String(decoding: request.body, as: UTF8.self),
            fault: fault
        )
        let response = await answer(request, failing: fault)
        if fault?.losesAnswer != true { journal.end(number, status: response.status) }
        return response
    }

    private func answer(_ request: HTTPRequest, failing fault: FaultMode?) async -> HTTPResponse {
        switch fault {
        case nil: return await service.answer(request, pausingSeconds: 0)
        case .slow:
            return await service.answer(request, pausingSeconds: settings.slowSeconds)
        case .refuse: return .brokenOff
        case .timeoutBefore:
            await keepSilent()
            return .brokenOff
        case .timeoutAfter:
            _ = await service.answer(request, pausingSeconds: 0)
            await keepSilent()
            return .brokenOff
        case .internalError: return service.failure(status: 500)
        case .rateLimit: return service.failure(status: 429)
        case .lockTimeout: return service.lockTimeout
        case .reject: return service.failure(status: 400)
        case .garbage:
            _ = await service.answer(request, pausingSeconds: 0)
            return HTTPResponse(
                status: 200,
                headers: ["Content-Type": "text/html"],
                body: .bytes(Array("<html><body>Bad gateway \u{7}{\"id\": </body>".utf8))
            )
        }
    }

    private func keepSilent() async {
        try? await Task.sleep(for: .seconds(settings.silenceSeconds))
    }
}

extension HTTPResponse {
    /// No answer: the connection ends, as when a proxy or a machine dies.
    fileprivate static var brokenOff: HTTPResponse {
        HTTPResponse(
            status: 502,
            headers: ["Connection": "close"],
            body: .stream { _ in throw CancellationError() }
        )
    }
}

// The controls every simulator has.
extension SimulatorHost {
    private func control(_ request: HTTPRequest) async -> HTTPResponse {
        let path = String(request.path.dropFirst("/_sandbox".count))
        switch (request.method, path) {
        case ("GET", "/requests"):
            return .json(["data": .array(journal.requests.map(\.json))])
        case ("DELETE", "/requests"):
            journal.clear()
            return HTTPResponse(status: 204)
        case ("GET", "/state"): return .json(state)
        case ("GET", "/faults"): return .json(["data": .array(faults.faults.map(\.json))])
        case ("POST", "/faults"): return addFault(request)
        case ("DELETE", "/faults"):
            faults.clear()
            return HTTPResponse(status: 204)
        case ("POST", "/reset"):
            await reset()
            return .json(["reset": true])
        case ("POST", "/clock"): return await moveClock(request)
        case ("GET", "/clock"):
            return .json(["now": .string(settings.clock.now.rfc3339)])
        default:
            return await service.control(request, path)
                ?? .json(["error": "there is no such control"], status: 404)
        }
    }

    private func addFault(_ request: HTTPRequest) -> HTTPResponse {
        guard let body = try? JSON(reading: request.body),
            let match = body["match"]?.string,
            let mode = body["mode"]?.string.flatMap(FaultMode.init(rawValue:))
        else {
            let modes = FaultMode.allCases.map(\.rawValue).joined(separator: ", ")
            return .json(
                ["error": .string("expected match, mode (\(modes)) and times")],
                status: 422
            )
        }
        let fault = Fault(match, mode, times: Int(body["times"]?.integer ?? 1))
        faults.add(fault)
        return .json(fault.json, status: 201)
    }

    private func moveClock(_ request: HTTPRequest) async -> HTTPResponse {
        guard let body = try? JSON(reading: request.body),
            let offset = body["offset_seconds"]?.integer
        else { return .json(["error": "expected offset_seconds"], status: 422) }
        settings.clock.setOffset(seconds: Double(offset))
        settings.books?.keepClock(offsetSeconds: offset)
        await service.clockMoved()
        return .json(["now": .string(settings.clock.now.rfc3339)])
    }
}

/// Hands requests to a host that is made after its server, without keeping it alive.
private final class Relay: Sendable {
    private struct Target: Sendable { weak var host: SimulatorHost? }
    private let target = Mutex(Target())

    func set(_ host: SimulatorHost) { target.withLock { $0.host = host } }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard let host = target.withLock({ $0.host }) else {
            return .text("not ready", status: 503)
        }
        return await host.answer(request)
    }
}

/// Where a simulator is reachable, known once its server is bound.
final class HostAddress: Sendable {
    private let stored = Mutex("")

    var url: String { stored.withLock { $0 } }

    func set(_ url: String) { stored.withLock { $0 = url } }
}
