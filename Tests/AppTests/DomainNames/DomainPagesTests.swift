import Testing

@testable import App

/// What pages say of names: what they cost later and when they move, and where they point.
@Suite struct DomainPagesTests {
    @Test func `a search shows what later years and a move cost`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let free = try await app.portal.get("/domains/search?q=free-as-air.com").text
            #expect(free.contains("$12.99") && free.contains(" a year, then $"), "\(free)")
            let taken = try await app.portal.get("/domains/search?q=taken-long-ago.com").text
            #expect(taken.contains(" to move it here, with a year"))
            #expect(taken.contains("Move it here"))
        }
    }

    @Test func `whoever has a name reads and copies the nameservers`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let browser = try await StaffBrowser(ann.email, app)
            #expect(try await !browser.get("/domains").text.contains("Nameservers"))
            _ = try await app.buy(by: ann, domain: "pointing.com")
            let page = try await browser.get("/domains").text
            for server in ["ns1.example.net", "ns2.example.net"] {
                #expect(page.contains("data-copy=\"\(server)\""), "\(server)")
            }
        }
    }
}
