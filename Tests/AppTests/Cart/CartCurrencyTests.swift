import App
import Core
import Foundation
import Postgres
import Testing
import Wire

/// The currency that somebody chooses beside the prices is the one they pay in.
@Suite struct CartCurrencyTests {
    /// Runs with a plan that is sold in two currencies, and others that are not.
    private static func run(
        _ body: @escaping @concurrent @Sendable (TestApp) async throws -> Void
    ) async throws {
        try await TestApp.run(environment: ["CURRENCIES": "EUR"]) { app in
            try await app.setPrices(of: "starter", [("USD", 3_100), ("EUR", 2_700)])
            try await body(app)
        }
    }

    /// Adds a plan by the link that a page of prices has, with what the form says by itself.
    private static func choose(_ prices: String, _ app: TestApp) async throws {
        let page = try await app.portal.get(prices).text
        let plan = try await app.plan("starter")
        let link = try #require(
            page.matches(of: /href="(\/cart\/new\?[^"]*)"/).map { String($0.output.1) }
                .first { $0.contains(plan) }
        ).replacing("&amp;", with: "&")
        let form = try await app.portal.get(link).text
        let currency = try #require(form.hiddenCurrency)
        let added = try await app.add(plan, ("currency", currency), from: link)
        #expect(added.headers["Location"] == "/cart", "\(added.text)")
    }

    @Test func `a visitor pays in the currency that was chosen beside the prices`() async throws {
        try await Self.run { app in
            try await Self.choose("/pricing?currency=EUR", app)
            let cart = try await app.portal.get("/cart").text
            #expect(cart.contains("€27.00") && !cart.contains("$31"))
            // What was chosen is what is shown from now on.
            #expect(try await app.portal.get("/pricing").text.contains("€27<"))
            #expect(try await app.portal.get("/pricing?currency=USD").text.contains("$31<"))

            let ann = try await app.register()
            try await app.logIn(ann)
            let checkout = try await app.portal.get("/checkout").text
            #expect(checkout.hiddenCurrency == "EUR" && checkout.contains("Pay €27.00"))
            let answer = try await app.portal.submit(
                "/checkout",
                [("key", "cart-currency-0123456789"), ("currency", "EUR")]
            )
            #expect(answer.status == 303, "\(answer.text)")
            let orders = try await app.api.get("/api/v1/orders", token: ann.token).json
            #expect(orders["data"]?[0]?["total"]?["currency"] == "EUR", "\(orders.text)")
            #expect(orders["data"]?[0]?["total"]?["amount"] == 2_700)
        }
    }

    @Test func `nobody pays as much of another currency than the page has shown`() async throws {
        try await Self.run { app in
            try await Self.choose("/pricing?currency=EUR", app)
            try await app.logIn(try await app.register())
            _ = try await app.portal.get("/checkout")
            let answer = try await app.portal.submit(
                "/checkout",
                [("key", "cart-currency-0123456789"), ("currency", "EUR"), ("total", "27.00 USD")]
            )
            #expect(answer.headers["Location"]?.hasPrefix("/checkout") == true, "\(answer.text)")
            #expect(try await app.count("SELECT 1 FROM orders") == 0)
        }
    }

    @Test func `what is chosen at the checkout is kept with the cart`() async throws {
        try await Self.run { app in
            let ann = try await app.register()
            try await app.logIn(ann)
            try await Self.choose("/?currency=EUR", app)
            let changed = try await app.portal.get("/checkout?currency=USD").text
            #expect(changed.contains("Pay $31.00"))
            #expect(changed.contains("href=\"/checkout?currency=EUR\""))
            #expect(try await app.portal.get("/cart").text.contains("$31.00"))
            #expect(try await app.portal.get("/checkout").text.contains("Pay $31.00"))
            // Where nothing of the kind is sold, nothing changes.
            #expect(try await app.portal.get("/checkout?currency=JPY").text.contains("Pay $31.00"))
        }
    }

    @Test func `another plan in another currency takes all of the cart along, and says so`()
        async throws
    {
        try await Self.run { app in
            try await Self.choose("/pricing", app)
            #expect(try await app.portal.get("/cart").text.contains("$31.00"))
            try await Self.choose("/pricing?currency=EUR", app)
            let cart = try await app.portal.get("/cart").text
            #expect(cart.contains("All of your cart is in EUR now."))
            #expect(cart.contains("€54.00") && !cart.contains("$31"))
        }
    }

    @Test func `what is not sold in a currency says so`() async throws {
        try await Self.run { app in
            let form = try await app.portal.get("/cart/new?currency=EUR").text
            #expect(form.contains("€27 a month") && form.contains("Not sold in EUR"))
            #expect(form.contains("href=\"/pricing?currency=EUR\""))
            let plan = try await app.plan("professional")
            let refused = try await app.add(plan, ("currency", "EUR"), from: "/cart/new")
            #expect(refused.status == 422)
            #expect(refused.text.contains("This plan is not for sale in EUR."))
            #expect(refused.text.hiddenCurrency == "EUR")
            let names = try await app.portal.get("/domains/search?q=my-shop.com&currency=EUR").text
            #expect(names.contains("No names are sold in this currency"), "\(names)")
            #expect(names.hiddenCurrency == "EUR")
        }
    }

    @Test func `whoever has bought is told kindly why prices stay in their currency`() async throws
    {
        try await Self.run { app in
            try await Self.choose("/pricing?currency=EUR", app)
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.logIn(ann)
            for path in ["/cart", "/checkout", "/cart/new?currency=EUR"] {
                let page = try await app.portal.get(path).text
                #expect(page.contains("You pay in USD"), "\(path)")
                #expect(page.contains("prices are not in EUR here"), "\(path)")
                #expect(page.contains("$31") && !page.contains("€27"), "\(path)")
                #expect(!page.contains("On your first order"), "\(path)")
            }
            let pricing = try await app.portal.get("/pricing?currency=EUR").text
            #expect(pricing.contains("$31<") && !pricing.contains("€27<"))
            #expect(pricing.contains("Prices in USD, as in all that you have bought before."))
        }
    }
}

extension TestApp {
    fileprivate func logIn(_ person: Person) async throws {
        let login = [("email", person.email), ("password", "correct horse battery")]
        try #require(try await portal.submit("/login", login).status == 303)
    }

    fileprivate func add(
        _ plan: String,
        _ field: (String, String),
        from page: String
    ) async throws -> TestAnswer {
        try await portal.submit(
            "/cart/items",
            from: page,
            [
                ("plan_id", plan), ("billing_cycle", "monthly"), ("domain_action", "none"), field,
            ]
        )
    }
}

extension String {
    /// What a form on the page says that is paid in.
    fileprivate var hiddenCurrency: String? {
        firstMatch(of: /name="currency" value="([A-Z]{3})"/).map { String($0.output.1) }
    }
}
