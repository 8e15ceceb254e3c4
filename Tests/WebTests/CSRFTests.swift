import HTTPServer
import Support
import Testing
import Web
import Wire

private let secret = [UInt8](repeating: 7, count: 32)
private let formType = "application/x-www-form-urlencoded"

private func protectedRouter(
    _ services: SampleServices = SampleServices()
) throws -> Router<SampleServices> {
    try sampleRouter(services) { hooks in
        hooks.csrf = CSRFProtection(secret: secret) { $0.cookies["session"] }
    }
}

private func post(
    token: String,
    headers: HTTPHeaders = [:],
    cookie: String? = "session=s1"
) async throws -> Response {
    var all = headers
    all.append("Content-Type", formType)
    all.append("Host", "billing.example")
    if let cookie { all.append("Cookie", cookie) }
    let fields = FormFields([.init("csrf", token), .init("title", "x"), .init("colour", "red")])
    return await (try protectedRouter()).answer("POST", "/notes", all, body: fields.encoded)
}

@Test func `a form of our own page is accepted`() async throws {
    let token = CSRF.token(secret: secret, session: "s1")
    #expect(try await post(token: token).status == 303)
    #expect(
        try await post(token: token, headers: ["Origin": "https://billing.example"]).status == 303
    )
    #expect(
        try await post(
            token: token,
            headers: ["Origin": "http://billing.example", "Sec-Fetch-Site": "same-origin"]
        ).status == 303
    )
    #expect(try await post(token: "", headers: ["X-CSRF-Token": token]).status == 303)
}

@Test(
    arguments: [
        ["Origin": "https://evil.example"], ["Origin": "null"], ["Origin": ""],
        ["Origin": "https://billing.example.evil.example"],
        ["Origin": "https://billing.example:444"],
        ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
        ["Origin": "https://billing.example", "Sec-Fetch-Site": "cross-site"],
    ] as [[String: String]]
)
func `a page of another site cannot post, even with a token`(headers: [String: String]) async throws
{
    var all: HTTPHeaders = [:]
    for (name, value) in headers { all.append(name, value) }
    let answer = try await post(token: CSRF.token(secret: secret, session: "s1"), headers: all)
    #expect(answer.status == 403)
    #expect(try answer.json["code"] == "csrf")
}

@Test func `a form without its session's token is refused`() async throws {
    let other = CSRF.token(secret: secret, session: "s2")
    let foreign = CSRF.token(secret: [UInt8](repeating: 8, count: 32), session: "s1")
    let own = CSRF.token(secret: secret, session: "s1")
    for token in ["", "x", other, foreign, own + "A", String(own.dropLast(2))] {
        #expect(try await post(token: token).status == 403)
    }
    #expect(try await post(token: own, cookie: nil).status == 403)
    // A wrong header is not made good by a right field.
    #expect(try await post(token: own, headers: ["X-CSRF-Token": "x"]).status == 403)
}

@Test func `a refused post has done nothing`() async throws {
    let services = SampleServices()
    let router = try protectedRouter(services)
    let answer = await router.answer(
        "POST",
        "/notes",
        ["Content-Type": formType],
        body: "title=x&colour=red"
    )
    #expect(answer.status == 403)
    #expect(services.notes.all.isEmpty)
}

@Test func `reading needs no token, and some posts come from elsewhere`() async throws {
    let router = try protectedRouter()
    #expect(await router.answer("GET", "/").status == 200)
    #expect(await router.answer("HEAD", "/").status == 200)
    #expect(
        await router.answer("POST", "/unsubscribe", ["Sec-Fetch-Site": "cross-site"]).status == 200
    )
}

@Test func `tokens of one session differ and all verify`() {
    let one = CSRF.token(secret: secret, session: "s1")
    let two = CSRF.token(secret: secret, session: "s1")
    #expect(one != two)
    #expect(CSRF.verify(one, secret: secret, session: "s1"))
    #expect(CSRF.verify(two, secret: secret, session: "s1"))
}
