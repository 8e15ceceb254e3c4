import Simulators
import Support
import Testing
import Wire

@testable import App

@Suite struct PublicPagesTests {
    @Test func `a visitor looks around, finds a name and fills a cart`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let home = try await app.portal.get("/")
            #expect(home.status == 200)
            #expect(home.text.contains("Sandbox"))
            for plan in ["Starter", "Professional", "Enterprise"] {
                #expect(home.text.contains("Choose \(plan)"))
            }
            let policy = try #require(home.headers["Content-Security-Policy"])
            #expect(policy.contains("form-action 'self' \(app.simulators.stripe.host.baseURL)"))

            let name = "shop-\(Hex.encode(randomBytes(4))).com"
            let found = try await app.portal.get("/domains/search?q=https://www.\(name)/x")
            #expect(found.text.contains(name))
            #expect(found.text.contains("/cart/new?domain=\(name)"))
            try await fill(app, name)
            try await empty(app)
        }
    }

    private func fill(_ app: TestApp, _ name: String) async throws {
        let plan = try await app.plan("professional")
        let refused = try await app.portal.submit(
            "/cart/items",
            from: "/cart/new",
            [
                ("plan_id", plan), ("billing_cycle", "monthly"), ("domain_action", "register"),
                ("domain_name", "not a name"), ("domain_years", "11"),
            ]
        )
        #expect(refused.status == 422)
        #expect(refused.text.contains("value=\"not a name\""))
        #expect(refused.text.contains("Enter a name such as my-shop.com."))

        let unsold = try await app.portal.submit(
            "/cart/items",
            from: "/cart/new",
            [
                ("plan_id", plan), ("billing_cycle", "monthly"), ("domain_action", "register"),
                ("domain_name", "shop.example"), ("domain_years", "1"),
            ]
        )
        #expect(unsold.status == 422)
        #expect(unsold.text.contains("Names that end in .example are not sold here."))

        let added = try await app.portal.submit(
            "/cart/items",
            from: "/cart/new",
            [
                ("plan_id", plan), ("billing_cycle", "monthly"), ("domain_action", "register"),
                ("domain_name", name), ("domain_years", "2"),
            ]
        )
        #expect(added.status == 303)
        #expect(added.headers["Location"] == "/cart")
        let cart = try await app.portal.get("/cart")
        #expect(cart.text.contains("\(name), 2 years"))
        #expect(cart.text.contains("$99.00"))
        #expect(cart.text.contains("Cart, 1 item"))
    }

    private func empty(_ app: TestApp) async throws {
        let yearly = try await app.portal.submit(
            "/cart/items/0",
            from: "/cart",
            [("billing_cycle", "yearly")]
        )
        #expect(yearly.status == 303)
        #expect(try await app.portal.get("/cart").text.contains("$990.00"))
        let wrong = try await app.portal.submit(
            "/cart/items/0",
            from: "/cart",
            [("billing_cycle", "weekly")]
        )
        #expect(wrong.status == 422)
        let outside = try await app.portal.submit("/cart/items/7/removal", from: "/cart", [])
        #expect(outside.status == 303)
        let removed = try await app.portal.submit("/cart/items/0/removal", from: "/cart", [])
        #expect(removed.status == 303)
        #expect(try await app.portal.get("/cart").text.contains("Your cart is empty"))
    }

    @Test func `what is not there and what is not allowed are pages of their own`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let missing = try await app.portal.get("/nothing")
            #expect(missing.status == 404)
            #expect(missing.text.contains("There is no such page"))
            #expect(missing.text.contains(missing.headers["X-Request-Id"] ?? "no id"))

            let foreign = try await app.portal.send(
                "POST",
                "/cart/items",
                body: Array("csrf=x".utf8),
                headers: ["Content-Type": "application/x-www-form-urlencoded"]
            )
            #expect(foreign.status == 403)
            #expect(foreign.text.contains("This page has expired"))

            let closed = try await app.portal.get("/checkout")
            #expect(closed.status == 303)
            #expect(closed.headers["Location"] == "/login?next=%2Fcheckout")
        }
    }

    @Test func `files are kept for ever by their hash, and asked again by their name`() async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let assets = app.services.assets
            let styles = try await app.portal.get(assets.path("app.css"))
            #expect(styles.headers["Content-Type"] == "text/css; charset=utf-8")
            #expect(styles.headers["Cache-Control"]?.contains("immutable") == true)
            let plain = try await app.portal.get("/assets/app.css")
            #expect(plain.headers["Cache-Control"] == "public, max-age=3600")
            let tag = try #require(plain.headers["ETag"])
            let again = try await app.portal.get("/assets/app.css", headers: ["If-None-Match": tag])
            #expect(again.status == 304)
            for path in ["/assets/nothing.css", "/assets/..%2fPackage.swift", "/assets/x"] {
                #expect(try await app.portal.get(path).status == 404)
            }
        }
    }

    @Test func `a registrar that does not answer is told in plain words`() async throws {
        try await TestApp.run(
            environment: ["RESELLERCLUB_URL": "http://127.0.0.1:9/api"],
            runsWorker: false
        ) { app in
            let found = try await app.portal.get("/domains/search?q=example")
            #expect(found.status == 200)
            #expect(found.text.contains("We cannot tell right now which names are free"))
            #expect(found.text.contains("/cart/new?domain=example.com"))
            let nonsense = try await app.portal.get("/domains/search?q=%3Cb%3E!!")
            #expect(nonsense.status == 200)
            #expect(nonsense.text.contains("cannot be a domain name"))
            #expect(!nonsense.text.contains("<b>!!"))
        }
    }

    @Test func `the API reference comes with a policy of its own`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let document = try await app.api.get("/openapi.json")
            #expect(document.json["openapi"]?.string == "3.1.0")
            let swagger = try await app.api.get("/docs")
            #expect(swagger.text.contains("data-document=\"/openapi.json\""))
            #expect(
                swagger.headers["Content-Security-Policy"]?.contains("unsafe-inline") == false
            )
            let redoc = try await app.api.get("/redoc")
            #expect(redoc.headers["Content-Security-Policy"]?.contains("worker-src") == true)
            let script = try await app.api.get(app.services.assets.path("swagger.js"))
            #expect(script.status == 200)
        }
    }
}
