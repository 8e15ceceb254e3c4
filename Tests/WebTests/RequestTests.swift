import HTTPServer
import Support
import Testing
import Web
import Wire

private func request(
    _ headers: HTTPHeaders,
    body: String = "",
    from address: String = "203.0.113.9",
    proxies: TrustedProxies = .none
) -> Request {
    let http = HTTPRequest(
        method: "POST",
        path: "/a",
        query: "b=1&b=2",
        headers: headers,
        body: Array(body.utf8),
        remoteAddress: address
    )
    return Request(http, id: "req_test", proxies: proxies)
}

@Test func `cookies are read as they were set`() {
    let cookie = Cookie("session", "a b;=\"ü", maxAgeSeconds: 60, isSecure: true)
    #expect(
        cookie.headerValue
            == "__Host-session=a%20b%3B%3D%22%C3%BC; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; "
            + "Secure"
    )
    let sent = request(["Cookie": "x=1; __Host-session=a%20b%3B%3D%22%C3%BC ;y"])
    #expect(sent.cookies.value("session", isSecure: true) == "a b;=\"ü")
    #expect(sent.cookies.value("session", isSecure: false) == nil)
    #expect(sent.cookies["x"] == "1")
    #expect(sent.cookies["y"] == nil)
}

@Test func `no mark joins two cookies`() {
    let sent = request(["Cookie": "a=1;\u{301}b=2; c\u{301}=3;d=\u{301}4"]).cookies
    #expect(sent["a"] == "1")
    #expect(sent["\u{301}b"] == "2")
    #expect(sent["c\u{301}"] == "3")
    #expect(sent["d"] == "\u{301}4")
}

@Test func `over plain http a cookie has no prefix`() {
    #expect(
        Cookie("session", "t", isSecure: false).headerValue
            == "session=t; Path=/; HttpOnly; SameSite=Lax"
    )
    #expect(
        Cookie.removing("session", isSecure: false).headerValue
            == "session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    )
}

@Test func `the first of two cookies counts and a broken one does not`() {
    let sent = request(["Cookie": "a=1; a=2; b=%zz"])
    #expect(sent.cookies["a"] == "1")
    #expect(sent.cookies["b"] == nil)
}

@Test func `several cookies may be set at once`() {
    let response = Response.text("x").with(Cookie("a", "1", isSecure: false))
        .with(Cookie("b", "2", isSecure: false))
    #expect(response.headers.all("Set-Cookie").count == 2)
}

@Test func `nobody is believed about the client but a trusted proxy`() {
    let headers: HTTPHeaders = [
        "X-Forwarded-For": "1.1.1.1, 198.51.100.7, 10.1.2.3", "X-Forwarded-Proto": "https",
    ]
    #expect(request(headers).remoteAddress == "203.0.113.9")
    #expect(!request(headers).isHTTPS)
    let proxies = TrustedProxies(["127.0.0.1", "10.0.0.0/8"])
    let behind = request(headers, from: "127.0.0.1", proxies: proxies)
    #expect(behind.remoteAddress == "198.51.100.7")
    #expect(behind.isHTTPS)
    let outside = request(headers, from: "11.0.0.1", proxies: proxies)
    #expect(outside.remoteAddress == "11.0.0.1")
    let bare = request([:], from: "10.255.0.1", proxies: proxies)
    #expect(bare.remoteAddress == "10.255.0.1")
    let six = request(
        ["X-Forwarded-For": "2001:db8::1"],
        from: "::1",
        proxies: TrustedProxies(["::1"])
    )
    #expect(six.remoteAddress == "2001:db8::1")
    let junk = request(
        ["X-Forwarded-For": "<script>"],
        from: "::1",
        proxies: TrustedProxies(["::1"])
    )
    #expect(junk.remoteAddress == "::1")
}

@Test(arguments: [
    ("203.0.113.9:40001", "203.0.113.9"), ("198.51.100.7, [2001:db8::9]:1", "2001:db8::9"),
    ("127.0.0.1, [2001:db8::9]:1", "2001:db8::9"), ("198.51.100.7, 2001:db8::9", "2001:db8::9"),
    ("[2001:db8::9]", "2001:db8::9"), ("198.51.100.7, 10.1.2.3:9", "198.51.100.7"),
    ("198.51.100.7,[10.1.2.3]", "198.51.100.7"),
    // What our own proxy could not say is not asked of the client.
    ("198.51.100.7, unknown", "10.0.0.1"), ("unknown", "10.0.0.1"), ("", "10.0.0.1"),
    ("198.51.100.7,", "10.0.0.1"), ("198.51.100.7, 1.2.3.4.5", "10.0.0.1"),
    ("198.51.100.7, dead.beef", "10.0.0.1"), ("198.51.100.7, [2001:db8::9", "10.0.0.1"),
    ("198.51.100.7, 10.1.2.3", "198.51.100.7"), ("10.1.2.3", "10.0.0.1"),
])
func `the client is the last hop that no proxy of ours is`(hops: String, client: String) {
    let sent = request(
        ["X-Forwarded-For": hops],
        from: "10.0.0.1",
        proxies: TrustedProxies(["127.0.0.1", "10.0.0.0/8"])
    )
    #expect(sent.remoteAddress == client)
}

@Test func `a form needs its content type and must be readable`() throws {
    let type = "application/x-www-form-urlencoded"
    let form = try request(["Content-Type": "\(type); charset=UTF-8"], body: "a=1+2&b=%C3%BC")
        .form()
    #expect(form["a"] == "1 2")
    #expect(form["b"] == "ü")
    #expect(throws: Problem.self) { try request([:], body: "a=1").form() }
    #expect(throws: Problem.self) { try request(["Content-Type": "text/plain"]).form() }
    #expect(throws: Problem.self) { try request(["Content-Type": type], body: "a=%").form() }
}

@Test func `the rest of a request is at hand`() {
    let sent = request(["Authorization": "Bearer abc", "Accept": "*/*"])
    #expect(sent.bearerToken == "abc")
    #expect(sent.query.all("b") == ["1", "2"])
    #expect(sent.pathAndQuery == "/a?b=1&b=2")
    #expect(sent.method == .post)
    #expect(sent.header("accept") == "*/*")
    #expect(request(["Authorization": "Basic abc"]).bearerToken == nil)
    #expect(request(["Authorization": "Bearer "]).bearerToken == nil)
}

@Test(arguments: [
    "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "evil", "", "/a b",
    "/a\r\nSet-Cookie: x=1", "javascript:alert(1)", "/ü",
])
func `a redirect stays here`(target: String) {
    #expect(Response.redirect(to: target).headers["Location"] == "/")
}

@Test func `a redirect leads to a path of ours or to a named place outside`() async {
    #expect(Response.redirect(to: "/a?b=%2F/c").headers["Location"] == "/a?b=%2F/c")
    let outside = Response.redirect(external: "https://pay.example/s?x=1")
    #expect(outside.status == 303)
    #expect(outside.headers["Location"] == "https://pay.example/s?x=1")
    await #expect(processExitsWith: .failure) { _ = Response.redirect(external: "/a") }
}

@Test func `a file keeps its true name`() {
    let answer = Response.file([1], contentType: "application/pdf", name: "Rechnung \"ü\".pdf")
    #expect(
        answer.headers["Content-Disposition"]
            == "attachment; filename=\"Rechnung ___.pdf\"; "
            + "filename*=UTF-8''Rechnung%20%22%C3%BC%22.pdf"
    )
}

@Test func `security headers do not replace what the handler said`() {
    var page = Response.text("x").with("Cache-Control", "public, max-age=60")
    SecurityHeaders.addForPages(to: &page, isHTTPS: true, formTargets: ["https://pay.example"])
    #expect(page.headers["Cache-Control"] == "public, max-age=60")
    let policy = page.headers["Content-Security-Policy"] ?? ""
    #expect(policy.contains("form-action 'self' https://pay.example;"))
    #expect(!policy.contains("unsafe"))
    #expect(page.headers["Strict-Transport-Security"] != nil)
    #expect(page.headers.all("Content-Security-Policy").count == 1)
    var data = Response.json([:])
    SecurityHeaders.addForData(to: &data, isHTTPS: false)
    #expect(data.headers["Cache-Control"] == "no-store")
    #expect(data.headers["X-Content-Type-Options"] == "nosniff")
    #expect(data.headers["Strict-Transport-Security"] == nil)
}

@Test func `a message is carried to the next page`() {
    let flash = Flash(.success, "Saved: 100 % done; next?")
    let cookie = flash.cookie(isSecure: true).headerValue
    let sent = request(["Cookie": String(cookie.prefix { $0 != ";" })])
    #expect(Flash(sent, isSecure: true) == flash)
    #expect(Flash(sent, isSecure: false) == nil)
    #expect(Flash(request(["Cookie": "flash=unknown:x"]), isSecure: false) == nil)
    #expect(Flash.removal(isSecure: true).headerValue.contains("Max-Age=0"))
}
