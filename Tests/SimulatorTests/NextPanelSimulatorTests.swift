import HTTPClient
import HTTPServer
import Simulators
import Support
import Synchronization
import Testing
import Wire

/// Billing as a panel sees it: it allows so many things, and notes what is reported.
private final class Billing: Sendable {
    private final class Notes: Sendable {
        let allowed: Mutex<Int>
        let reports = Mutex<[JSON]>([])
        let keys = Mutex<[String]>([])
        init(_ allowed: Int) { self.allowed = Mutex(allowed) }
    }

    private let notes: Notes
    private let server: Server

    var url: String { "http://127.0.0.1:\(server.port)" }
    var reports: [JSON] { notes.reports.withLock { $0 } }
    var keys: [String] { notes.keys.withLock { $0 } }

    init(allowing count: Int) throws {
        let notes = Notes(count)
        self.notes = notes
        server = try Server(address: "127.0.0.1", port: 0, log: .silent) { request in
            notes.keys.withLock { $0.append(request.headers["X-API-Key"] ?? "") }
            let body = (try? JSON(reading: request.body)) ?? .null
            let answer: JSON
            if request.path == "/api/v1/usage/update" {
                notes.reports.withLock { $0.append(body) }
                answer = [:]
            } else {
                let left = notes.allowed.withLock { left in
                    left -= 1
                    return left
                }
                answer =
                    left >= 0
                    ? ["valid": true, "error": nil]
                    : ["valid": false, "error": "The quota of the plan is used up."]
            }
            return .now(HTTPResponse(status: 200, body: .bytes(answer.bytes)))
        }
        server.start()
    }

    func stop() async { await server.stop(deadlineSeconds: 0) }
}

/// A simulated panel with billing beside it.
private struct Desk: Sendable {
    let panel: NextPanelSimulator
    let billing: Billing
    let caller = Caller()

    static func open(
        number: Int = 1,
        allowing count: Int = 1,
        _ body: (Desk) async throws -> Void
    ) async throws {
        let billing = try Billing(allowing: count)
        let panel = try NextPanelSimulator(
            number: number,
            billing: .init(url: billing.url),
            settings: quickSettings()
        ).start()
        let result: Result<Void, any Error>
        do {
            try await body(Desk(panel: panel, billing: billing))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await panel.stop()
        await billing.stop()
        try result.get()
    }

    func call(
        _ method: String,
        _ path: String,
        _ json: JSON? = nil
    ) async throws -> IncomingAnswer {
        try await caller.send(
            method,
            panel.host.baseURL + path,
            json: json,
            headers: ["X-API-Key": panel.apiKey, "X-API-Secret": panel.apiSecret]
        )
    }

    func create(
        _ username: String = "ada",
        email: String = "ada@example.com"
    ) async throws -> IncomingAnswer {
        try await call(
            "POST",
            "/api/v1/billing/accounts",
            [
                "username": .string(username), "email": .string(email),
                "password": "correct horse", "full_name": "Ada Example", "phone": nil,
                "company": nil, "package_id": nil, "is_admin": false, "billing_id": "srv_1",
                "metadata": ["created_from": "billing_system"],
            ]
        )
    }

    func provision(email: String = "ada@example.com") async throws -> IncomingAnswer {
        try await call(
            "POST",
            "/api/v1/licenses/provision",
            [
                "license_key": "NP-AAAA-BBBB-CCCC-DDDD", "email": .string(email),
                "plan": "professional", "features": ["max_databases": 25],
            ]
        )
    }

    /// Logs in and returns the cookie.
    func logIn(_ password: String = "correct horse") async throws -> String? {
        let answer = try await caller.post(
            panel.host.baseURL + "/login",
            [("username", "ada"), ("password", password)]
        )
        return answer.headers["Set-Cookie"]?.split(separator: ";").first.map(String.init)
    }

    func page(_ path: String, cookie: String) async throws -> IncomingAnswer {
        try await caller.get(panel.host.baseURL + path, headers: ["Cookie": cookie])
    }

    func submit(_ path: String, _ name: String, cookie: String) async throws -> IncomingAnswer {
        try await caller.post(
            panel.host.baseURL + path,
            [("name", name)],
            headers: ["Cookie": cookie]
        )
    }
}

@Suite struct NextPanelSimulatorTests {
    @Test func `an account is made, read, listed and removed`() async throws {
        try await Desk.open { desk in
            let made = try await desk.create()
            #expect(made.status == 201)
            let id = try #require(made.json["id"]?.integer)
            let path = "/api/v1/billing/accounts"
            #expect(try await desk.call("GET", "\(path)/\(id)").json["username"] == "ada")
            #expect(try await desk.call("GET", path).json.array?.count == 1)
            let statistics = try await desk.call("GET", "\(path)/\(id)/stats")
            #expect(statistics.json["total_databases"] == 0)
            #expect(try await desk.call("DELETE", "\(path)/\(id)").status == 200)
            #expect(try await desk.call("GET", "\(path)/\(id)").status == 404)
        }
    }

    @Test func `a name or an address is taken once`() async throws {
        try await Desk.open { desk in
            _ = try await desk.create()
            let name = try await desk.create("ada", email: "other@example.com")
            let address = try await desk.create("other")
            #expect([name.status, address.status] == [409, 409])
            #expect(name.json["detail"] == "Username already registered")
        }
    }

    @Test func `what is missing is named`() async throws {
        try await Desk.open { desk in
            let answer = try await desk.call(
                "POST",
                "/api/v1/billing/accounts",
                ["username": "ada"]
            )
            #expect(answer.status == 422)
            #expect(answer.json["detail"]?[0]?["loc"] == ["body", "email"])
        }
    }

    @Test func `every call needs the key and the secret, health too`() async throws {
        try await Desk.open { desk in
            let url = desk.panel.host.baseURL + "/api/health"
            let none = try await desk.caller.get(url)
            let wrong = try await desk.caller.get(
                url,
                headers: ["X-API-Key": desk.panel.apiKey, "X-API-Secret": "no"]
            )
            #expect([none.status, wrong.status] == [401, 401])
            #expect(try await desk.call("GET", "/api/health").status == 200)
        }
    }

    @Test func `a key that may only read makes nothing`() async throws {
        try await Desk.open { desk in
            let url = desk.panel.host.baseURL + "/api/v1/billing/accounts"
            let headers: HTTPHeaders = [
                "X-API-Key": desk.panel.apiKey + "_readonly", "X-API-Secret": desk.panel.apiSecret,
            ]
            let read = try await desk.caller.get(url, headers: headers)
            let made = try await desk.caller.send("POST", url, json: [:], headers: headers)
            #expect([read.status, made.status] == [200, 403])
        }
    }

    @Test func `only the older panel knows no licences`() async throws {
        try await Desk.open(number: 1) { desk in
            let answer = try await desk.provision()
            #expect(answer.status == 201)
        }
        try await Desk.open(number: 3) { desk in
            let answer = try await desk.provision()
            #expect(answer.status == 404)
            #expect(answer.json["detail"] == "Not Found")
        }
    }

    @Test func `the delivered password logs in, another does not`() async throws {
        try await Desk.open { desk in
            _ = try await desk.create()
            #expect(try await desk.logIn("wrong") == nil)
            let cookie = try #require(try await desk.logIn())
            let page = try await desk.page("/account", cookie: cookie)
            #expect(page.text.contains("ada@example.com"))
            #expect(try await desk.page("/account", cookie: "panel_session=no").status == 303)
        }
    }

    @Test func `a suspended account is shut out until it is restored`() async throws {
        try await Desk.open { desk in
            let id = try #require(try await desk.create().json["id"]?.integer)
            let cookie = try #require(try await desk.logIn())
            let path = "/api/v1/billing/accounts/\(id)"
            _ = try await desk.call("POST", path + "/suspend", ["reason": "unpaid"])
            #expect(try await desk.logIn() == nil)
            #expect(try await desk.page("/account", cookie: cookie).status == 303)
            _ = try await desk.call("POST", path + "/unsuspend")
            #expect(try await desk.logIn() != nil)
        }
    }

    @Test func `billing is asked before, and told after`() async throws {
        try await Desk.open(allowing: 1) { desk in
            _ = try await desk.create()
            _ = try await desk.provision()
            let cookie = try #require(try await desk.logIn())
            let made = try await desk.submit("/databases", "shop", cookie: cookie)
            #expect(made.text.contains("shop was created."))
            #expect(desk.billing.reports.count == 1)
            #expect(desk.billing.reports[0]["resource_type"] == "databases")
            #expect(desk.billing.reports[0]["delta"] == 1)
            #expect(Set(desk.billing.keys) == ["npk_billing_sandbox"])
            let refused = try await desk.submit("/databases", "other", cookie: cookie)
            #expect(refused.status == 409)
            #expect(refused.text.contains("The quota of the plan is used up."))
            #expect(desk.billing.reports.count == 1)
        }
    }

    @Test func `what a customer types is shown as text`() async throws {
        try await Desk.open { desk in
            _ = try await desk.create()
            _ = try await desk.provision()
            let cookie = try #require(try await desk.logIn())
            let page = try await desk.submit("/domains", "<script>x</script>", cookie: cookie)
            #expect(page.text.contains("&lt;script&gt;"))
            #expect(!page.text.contains("<script>"))
        }
    }
}
