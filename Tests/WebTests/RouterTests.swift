import Foundation
import HTTPServer
import Support
import Synchronization
import Testing
import Web
import Wire

@Test func `a route answers with its parameters`() async throws {
    let router = try sampleRouter()
    #expect(await router.answer("GET", "/").text == "home")
    #expect(await router.answer("GET", "/notes/new").text == "new")
    let note = await router.answer("GET", "/notes/note_a%20b")
    #expect(note.text == "<p><a href=\"/notes/note_a%20b\">note_a b</a></p>")
    #expect(note.headers["Content-Type"] == "text/html; charset=utf-8")
    #expect(await router.answer("GET", "/notes/note_1/lines/7").text == "note_1 7")
    #expect(await router.answer("GET", "/health").text == "{\"ok\":true}")
}

@Test(arguments: [
    "/nothing", "/notes//new", "//notes/new", "/notes/./new", "/notes/../notes/new",
    "/notes/%2e%2e",
    "/notes/note_%2f", "/notes/note_%2F1", "/notes/note_%5c", "/notes/note_\\", "/notes/note_%00",
    "/notes/note_%", "/notes/note_%g0", "/notes/note_%ff", "/notes/note_%0a", "/notes/note_1/more",
    "/notes/note_1//", "/notes/wrong", "/notes/note_1/lines/+7", "/notes/note_1/lines/07",
    "/notes/note_1/lines/7.0", "/notes/note_1/lines/", "/%6eotes/new", "/Notes/new", "notes/new",
    "/notes/new/x", "/%2e/notes/new",
])
func `a path that no route has is not found`(path: String) async throws {
    let answer = await (try sampleRouter()).answer("GET", path)
    #expect(answer.status == 404)
    #expect(answer.headers["Content-Type"] == "application/problem+json")
    #expect(try answer.json["code"] == "not_found")
}

@Test(arguments: ["/api/v1/orders", "/api/v1/orders/"])
func `one slash at the end makes no difference`(path: String) async throws {
    let answer = await (try sampleRouter()).answer("GET", path, ["Authorization": "Bearer a"])
    #expect(answer.status == 200)
}

@Test(arguments: [
    ("DELETE", "/notes/new", "GET, HEAD"), ("POST", "/notes/new", "GET, HEAD"),
    ("PUT", "/api/v1/orders", "GET, HEAD, POST"), ("GET", "/notes", "POST"),
    ("HEAD", "/notes", "POST"), ("BREW", "/", "GET, HEAD"), ("get", "/", "GET, HEAD"),
    ("OPTIONS", "/notes", "POST"),
])
func `another method is told which ones there are`(
    method: String,
    path: String,
    allowed: String
) async throws {
    let answer = await (try sampleRouter()).answer(method, path)
    #expect(answer.status == 405)
    #expect(answer.headers["Allow"] == allowed)
    #expect(answer.headers["X-Request-Id"] != nil)
}

@Test func `a method that only a less particular route has is found there`() async throws {
    let router = try Router(
        services: SampleServices(),
        hooks: RouterHooks(recover: RouterHooks.problems(log: .silent))
    ) { router in
        router.on(Route(.get, "/a/new"), as: VisitorContext.self) { _, _ in .text("new") }
        router.on(Route(.post, "/a/:id", String.self), as: VisitorContext.self) { _, _, id in
            .text("post \(id)")
        }
        router.on(
            Route(.get, "/a/:id/x", String.self),
            as: VisitorContext.self
        ) { _, _, id in .text("x \(id)") }
    }
    #expect(await router.answer("POST", "/a/new").text == "post new")
    #expect(await router.answer("GET", "/a/new/x").text == "x new")
    #expect(await router.answer("GET", "/a/b").headers["Allow"] == "POST")
}

@Test func `HEAD is answered as GET without the body`() async throws {
    let router = try sampleRouter()
    for path in ["/", "/health", "/export.csv"] {
        let get = await router.answer("GET", path)
        let head = await router.answer("HEAD", path)
        #expect(head.status == get.status)
        #expect(head.headers["Content-Type"] == get.headers["Content-Type"])
        guard case .bytes(let bytes) = head.body else {
            Issue.record("\(path) answers HEAD with a stream")
            continue
        }
        #expect(bytes.isEmpty)
    }
}

@Test(arguments: ["abcdefgh", "A-b_9-cd", String(repeating: "x", count: 64)])
func `a well-formed request id is kept`(id: String) async throws {
    let router = try sampleRouter()
    for path in ["/", "/nothing", "/health", "/broken"] {
        let answer = await router.answer("GET", path, ["X-Request-Id": id])
        #expect(answer.headers.all("X-Request-Id") == [id])
    }
}

@Test(arguments: [
    "short", String(repeating: "x", count: 65), "with space", "line\nbreak", "<script>", "",
    "ünïcödë-id",
])
func `a malformed request id is replaced`(id: String) async throws {
    let answer = await (try sampleRouter()).answer("GET", "/", ["X-Request-Id": id])
    let own = answer.headers["X-Request-Id"] ?? ""
    #expect(own != id)
    #expect(own.hasPrefix("req_") && (8...64).contains(own.count))
}

@Test func `request ids differ`() async throws {
    let router = try sampleRouter()
    let one = await router.answer("GET", "/").headers["X-Request-Id"]
    let two = await router.answer("GET", "/").headers["X-Request-Id"]
    #expect(one != two)
}

@Test func `an unknown error is a 500 that tells nothing and is logged`() async throws {
    let lines = Notes()
    let services = SampleServices(log: Log(write: { lines.add($0) }))
    let answer = await (try sampleRouter(services)).answer("GET", "/broken")
    #expect(answer.status == 500)
    #expect(!answer.text.contains("hunter2"))
    #expect(try answer.json["code"] == "internal_error")
    let id = try #require(answer.headers["X-Request-Id"])
    #expect(try answer.json["request_id"]?.string == id)
    #expect(lines.all.count == 1)
    #expect(lines.all.first?.contains("hunter2") == true)
    #expect(lines.all.first?.contains(id) == true)
}

@Test func `a caller without a context does not reach the handler`() async throws {
    let services = SampleServices()
    let router = try sampleRouter(services)
    let answer = await router.answer("GET", "/member")
    #expect(answer.status == 401)
    #expect(answer.headers["WWW-Authenticate"] == "Bearer")
    #expect(await router.answer("GET", "/member", ["Authorization": "bearer ada"]).text == "ada")
}

@Test func `a context may send its caller elsewhere`() async throws {
    let router = try sampleRouter { hooks in
        hooks.admit = { _, _ in throw Response.redirect(to: "/sign-in") }
    }
    let answer = await router.answer("GET", "/")
    #expect(answer.status == 303)
    #expect(answer.headers["Location"] == "/sign-in")
    #expect(answer.headers["X-Request-Id"] != nil)
}

@Test func `the hooks run in their order`() async throws {
    let services = SampleServices()
    let notes = services.notes
    let router = try sampleRouter(services) { hooks in
        hooks.admit = { _, route in
            notes.add("admit \(route.pattern) \(route.limit.name)")
            return route.limit.headers(remaining: 4, resetSeconds: 9)
        }
        hooks.idempotency = { request, actor, perform in
            notes.add("idempotency \(actor) \(try request.idempotencyKey ?? "none")")
            let response = try await perform()
            notes.add("performed")
            return response.with("Idempotent-Replayed", "false")
        }
        hooks.finish = { response, _ in
            notes.add("finish")
            response.headers["X-Frame-Options"] = "DENY"
        }
    }
    let answer = await router.answer(
        "POST",
        "/api/v1/orders/",
        ["Authorization": "Bearer ada", "Idempotency-Key": "k-1"],
        body: smallOrder
    )
    #expect(answer.status == 201)
    #expect(
        notes.all == [
            "admit /api/v1/orders/ standard", "context", "idempotency member:ada k-1", "handler",
            "performed", "finish",
        ]
    )
    #expect(answer.headers["RateLimit-Limit"] == "300")
    #expect(answer.headers["RateLimit-Remaining"] == "4")
    #expect(answer.headers["RateLimit-Policy"] == "300;w=60")
    #expect(answer.headers["X-Frame-Options"] == "DENY")
    #expect(answer.headers["Idempotent-Replayed"] == "false")
}

private let smallOrder = """
    {"colour":"red","items":[{"price":{"amount":1,"currency":"USD"}}],"express":false}
    """

@Test func `a body that is wrong is refused before the idempotency key is used`() async throws {
    let services = SampleServices()
    let router = try sampleRouter(services) { hooks in
        hooks.idempotency = { _, _, perform in
            services.notes.add("idempotency")
            return try await perform()
        }
    }
    let answer = await router.answer(
        "POST",
        "/api/v1/orders/",
        ["Authorization": "Bearer ada"],
        body: "{}"
    )
    #expect(answer.status == 422)
    #expect(services.notes.all == ["context"])
}

@Test func `an endpoint that is not idempotent does not ask for the key`() async throws {
    let services = SampleServices()
    let router = try sampleRouter(services) { hooks in
        hooks.idempotency = { _, _, _ in throw Problem.internal }
    }
    let answer = await router.answer(
        "POST",
        "/api/v1/orders/note_1/cancel",
        ["Authorization": "Bearer ada"]
    )
    #expect(answer.status == 204)
    #expect(answer.bytes.isEmpty)
    #expect(services.notes.all == ["context", "cancelled note_1"])
}

@Test func `a request that comes too early is refused before anything is done`() async throws {
    let services = SampleServices()
    let router = try sampleRouter(services) { hooks in
        hooks.admit = { _, route in throw route.limit.refusal(retryAfterSeconds: 1.2) }
    }
    let answer = await router.answer("GET", "/member", ["Authorization": "Bearer ada"])
    #expect(answer.status == 429)
    #expect(answer.headers["Retry-After"] == "2")
    #expect(answer.headers["RateLimit-Remaining"] == "0")
    #expect(answer.headers["RateLimit-Reset"] == "2")
    #expect(services.notes.all.isEmpty)
}

@Test func `a query that cannot be read is refused`() async throws {
    let answer = await (try sampleRouter()).answer("GET", "/", query: "a=%zz")
    #expect(answer.status == 400)
    #expect(try answer.json["code"] == "malformed_query")
}

@Test(arguments: ["", String(repeating: "k", count: 256), "with space"])
func `a malformed idempotency key is refused`(key: String) throws {
    let request = Request(
        HTTPRequest(method: "POST", path: "/", headers: ["Idempotency-Key": key]),
        id: "req_1"
    )
    #expect(throws: Problem.self) { try request.idempotencyKey }
}

@Test func `a stream is written piece by piece`() async throws {
    let answer = await (try sampleRouter()).answer("GET", "/export.csv")
    #expect(
        answer.headers["Content-Disposition"]
            == "attachment; filename=\"export.csv\"; filename*=UTF-8''export.csv"
    )
    guard case .stream(let write) = answer.body else {
        Issue.record("no stream")
        return
    }
    let notes = Notes()
    try await write(ResponseStream { notes.add(String(decoding: $0, as: UTF8.self)) })
    #expect(notes.all == ["a,b\n"])
}

@Test func `a raw answer is the handler's own`() async throws {
    let answer = await (try sampleRouter()).answer(
        "GET",
        "/api/v1/orders/note_1/pdf",
        ["Authorization": "Bearer ada"]
    )
    #expect(answer.headers["Content-Type"] == "application/pdf")
    #expect(answer.bytes == [37])
}

@Test func `the list of routes says who may call what`() throws {
    let routes = try sampleRouter().routes
    let line = routes.first { $0.pattern == "/api/v1/orders/:id/cancel" }
    #expect(line?.access.name == "member")
    #expect(line?.method == .post)
    #expect(line?.template == "/api/v1/orders/{id}/cancel")
    #expect(routes.first { $0.pattern == "/" }?.access == .public)
}

@Test func `every answer of a route is observed`() async throws {
    let notes = Notes()
    let router = try sampleRouter { hooks in
        hooks.observe = { _, route, status, duration in
            notes.add("\(route?.pattern ?? "none") \(status) \(duration >= .zero)")
        }
    }
    _ = await router.answer("GET", "/")
    _ = await router.answer("GET", "/broken")
    _ = await router.answer("GET", SampleRoutes.health.path())
    _ = await router.answer("GET", "/nowhere")
    #expect(
        notes.all == ["/ 200 true", "/broken 500 true", "/health 200 true", "none 404 true"]
    )
}

@Test func `a router is a server's handler`() async throws {
    let server = try Server(
        address: "127.0.0.1",
        port: 0,
        log: .silent,
        handler: try sampleRouter().handler
    )
    server.start()
    #expect(server.port > 0)
    await server.stop(deadlineSeconds: 1)
}
