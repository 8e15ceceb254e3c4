import HTTPClient
import HTTPServer
import Support
import Synchronization
import Wire

/// A server that notes what it is asked, byte for byte, and behaves as it is told.
final class StubServer: Sendable {
    /// What is done about a request.
    enum Behaviour: Sendable {
        case answer(Int, String = "", headers: HTTPHeaders = ["Content-Type": "application/json"])
        /// No answer comes.
        case silence
        /// The connection ends in the middle of the answer.
        case cut
    }

    private final class Notes: Sendable {
        let requests = Mutex<[HTTPRequest]>([])
    }

    private let notes: Notes
    private let server: Server
    let url: String

    init(_ behave: @escaping @Sendable (HTTPRequest) -> Behaviour) throws {
        let notes = Notes()
        self.notes = notes
        server = try Server(address: "127.0.0.1", port: 0, log: .silent) { request in
            notes.requests.withLock { $0.append(request) }
            return StubServer.handling(behave(request))
        }
        url = "http://127.0.0.1:\(server.port)"
        server.start()
    }

    /// What was asked so far.
    var requests: [HTTPRequest] { notes.requests.withLock { $0 } }

    func stop() async { await server.stop(deadlineSeconds: 0) }

    private static func handling(_ behaviour: Behaviour) -> Handling {
        switch behaviour {
        case .answer(let status, let body, let headers):
            return .now(
                HTTPResponse(status: status, headers: headers, body: .bytes(Array(body.utf8)))
            )
        case .silence:
            return .later {
                try? await Task.sleep(for: .seconds(60))
                return HTTPResponse(status: 500)
            }
        case .cut:
            return .now(
                HTTPResponse(
                    status: 200,
                    body: .stream { stream in
                        try await stream.write(Array("{\"id\": \"".utf8))
                        throw CancellationError()
                    }
                )
            )
        }
    }
}

extension HTTPRequest {
    var text: String { String(decoding: body, as: UTF8.self) }

    var form: FormFields { FormFields(parsing: text) ?? FormFields() }

    var queryFields: FormFields { FormFields(parsing: query) ?? FormFields() }
}

/// Everything that was logged, to see that no secret is in it.
final class LogNotes: Sendable {
    private let lines = Mutex<[String]>([])

    var log: Log {
        Log(least: .debug) { [self] line in lines.withLock { $0.append(line) } }
    }

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
}

/// Runs a test against a stub server with a client, and ends both.
func withStub(
    _ behave: @escaping @Sendable (HTTPRequest) -> StubServer.Behaviour,
    _ test: (StubServer, HTTPClient, LogNotes) async throws -> Void
) async throws {
    let stub = try StubServer(behave)
    let notes = LogNotes()
    let http = HTTPClient(log: notes.log, userAgent: "GatewayTests")
    let result: Result<Void, any Error>
    do {
        result = .success(try await test(stub, http, notes))
    } catch {
        result = .failure(error)
    }
    http.close()
    await stub.stop()
    try result.get()
}

/// An address where nobody listens.
func deadAddress() async throws -> String {
    let stub = try StubServer { _ in .silence }
    await stub.stop()
    return stub.url
}
