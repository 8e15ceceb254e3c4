import HTTPServer
import Support
import Synchronization
import Testing
import Web
import Wire

@testable import App

@Suite struct RequestLogTests {
    /// Lines that were written, as JSON.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var text: String { lines.withLock { $0.joined(separator: "\n") } }

        var requests: [JSON] {
            lines.withLock { $0 }.compactMap { try? JSON(reading: $0) }
                .filter { $0["message"] == "request" }
        }

        func log(_ least: Log.Level) -> Log {
            Log(least: least) { line in self.lines.withLock { $0.append(line) } }
        }
    }

    @Test func `each request leaves one line that tells what became of it`() async throws {
        let lines = Lines()
        try await TestApp.run(runsWorker: false, log: lines.log(.info)) { app in
            let answer = try await app.api.get("/api/v1/plans/?limit=3")
            _ = try await app.api.get("/api/v1/nowhere")
            for probe in ["/health", "/ready", "/metrics"] { _ = try await app.api.get(probe) }
            let requests = lines.requests
            #expect(requests.map { $0["status"]?.string } == ["200", "404"])
            let line = try #require(requests.first)
            #expect(line["method"] == "GET")
            #expect(line["route"] == "/api/v1/plans")
            #expect(line["request_id"]?.string == answer.headers["X-Request-Id"])
            #expect(Int(line["milliseconds"]?.string ?? "") != nil)
            #expect(line["level"] == "info")
            #expect(requests.last?["route"] == "none")
        }
    }

    @Test func `probes are lines for those who look closely`() async throws {
        let lines = Lines()
        try await TestApp.run(runsWorker: false, log: lines.log(.debug)) { app in
            _ = try await app.api.get("/health")
            #expect(lines.requests.map { $0["route"]?.string } == ["/health"])
            #expect(lines.requests.first?["level"] == "debug")
        }
    }

    @Test(arguments: ["reset", "verify", "setup", "reveal"])
    func `a link that lets its reader in is not written down`(page: String) async throws {
        let lines = Lines()
        let token = "token-\(Hex.encode(randomBytes(16)))"
        try await TestApp.run(runsWorker: false, log: lines.log(.debug)) { app in
            _ = try await app.portal.get("/\(page)/\(token)")
            _ = try await app.portal.get("/\(page)/\(token)/mistyped?again=\(token)")
            _ = try await app.portal.send("POST", "/\(page)/\(token)")
            let routes = lines.requests.map { $0["route"]?.string }
            #expect(routes == ["/\(page)/:token", "none", "/\(page)/:token"])
        }
        #expect(!lines.text.contains(token))
    }

    @Test func `a request that fails writes no path down`() throws {
        struct Broken: Error {}
        let lines = Lines()
        let request = Request(
            HTTPRequest(
                method: "GET",
                path: "/verify/a-token",
                query: "",
                headers: [:],
                body: [],
                remoteAddress: "127.0.0.1"
            ),
            id: "req_of_the_test"
        )
        _ = Problem(mapping: Broken(), request, log: lines.log(.debug))
        #expect(lines.text.contains("a request failed"))
        #expect(lines.text.contains("req_of_the_test"))
        #expect(!lines.text.contains("a-token"))
    }
}
