import HTTPServer
import Wire

/// What one simulator answers; the host adds the journal, the faults and the shared controls.
protocol SimulatedService: Sendable {
    /// Answers a call as the real service would, after a pause in the middle of its work.
    func answer(_ request: HTTPRequest, pausingSeconds: Double) async -> HTTPResponse

    /// Answers a control of this simulator's own, its path without `/_sandbox`; nil if it has none.
    func control(_ request: HTTPRequest, _ path: String) async -> HTTPResponse?

    /// Everything it holds.
    var state: JSON { get }

    /// Forgets everything.
    func reset() async

    /// Writes what the books still wait to be written.
    func flush()

    /// The clock of the simulators was moved.
    func clockMoved() async

    /// The service's own words for a no (400), too many requests (429) or an internal error (500).
    func failure(status: Int) -> HTTPResponse

    /// The service's own words for an object that another call holds.
    var lockTimeout: HTTPResponse { get }
}

extension SimulatedService {
    func control(_ request: HTTPRequest, _ path: String) async -> HTTPResponse? { nil }

    func clockMoved() async {}

    func flush() {}

    var lockTimeout: HTTPResponse { failure(status: 429) }
}
