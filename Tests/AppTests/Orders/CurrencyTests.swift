import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@Suite struct CurrencyTests {
    /// Two, three and no decimals; and two that are always 0 at the processor.
    private static let prices: [(code: String, price: Int64, shown: String)] = [
        ("EUR", 2_700, "€27.00"), ("GBP", 2_300, "£23.00"), ("JPY", 4_000, "¥4,000"),
        ("ISK", 300_000, "3,000.00 ISK"), ("UGX", 10_000_000, "100,000.00 UGX"),
        ("KWD", 9_120, "9.120 KWD"), ("HUF", 1_049_000, "10,490.00 HUF"),
    ]

    @Test(arguments: prices)
    func `whoever first orders in a currency pays in it for ever`(
        code: String,
        price: Int64,
        shown: String
    ) async throws {
        let offered = Self.prices.map(\.code).joined(separator: ",")
        try await TestApp.run(environment: ["CURRENCIES": offered]) { app in
            try await app.setPrices(of: "starter", [("USD", 2_900), (code, price)])
            let ann = try await app.register()
            let placed = try await app.order(in: code, by: ann)
            try #require(placed.status == 201, "\(placed.text)")
            #expect(placed.json["total"]?["amount"] == .integer(price))
            #expect(placed.json["total"]?["currency"] == .string(code))
            let id = try #require(placed.json["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            _ = try await app.order(id, by: ann, reaching: "completed")
            _ = try await app.savedCard(of: ann)
            try await app.requireCharges(1, of: price, code)
            try await app.requireDocuments(of: placed.json, showing: shown, by: ann)
            #expect(try await app.currencyOfCardPage(for: ann) == code.lowercased())

            let other = try await app.order(in: "USD", by: ann)
            #expect(other.json["errors"]?[0]?["code"] == "currency_fixed", "\(other.text)")
            let again = try await app.order(in: nil, by: ann)
            #expect(again.json["total"]?["currency"] == .string(code))

            try await app.pass(days: 31)
            let paid = try await app.invoices(of: ann, count: 2)
            #expect(paid[0]["total"]?["amount"] == .integer(price))
            #expect(paid[0]["total"]?["currency"] == .string(code))
            try await app.requireCharges(2, of: price, code)
            // What is not sold in it cannot be changed to.
            let fresh = try await app.logInAgain(ann)
            let subscription = try #require(try await app.subscription(of: fresh)["id"]?.string)
            let change = try await app.api.put(
                "/api/v1/subscriptions/\(subscription)",
                json: ["plan_id": .string(try await app.plan("professional"))],
                token: fresh.token
            )
            #expect(change.status == 422, "\(change.text)")
            try await app.requireCleanBooks()
        }
    }

    @Test func `the first of several orders in several currencies decides for the others`()
        async throws
    {
        try await TestApp.run(environment: ["CURRENCIES": "EUR"]) { app in
            try await app.setPrices(of: "starter", [("USD", 2_900), ("EUR", 2_700)])
            let ann = try await app.register()
            let orders = [
                try await app.order(in: "EUR", by: ann), try await app.order(in: "USD", by: ann),
            ].compactMap { $0.json["id"]?.string }
            try #require(orders.count == 2)
            app.pay(try await app.openCheckout(orders[0], by: ann))
            _ = try await app.order(orders[0], by: ann, reaching: "completed")
            let other = try await app.api.post(
                "/api/v1/orders/\(orders[1])/checkout",
                json: [:],
                token: ann.token
            )
            #expect(other.status == 409 && other.code == "currency_fixed", "\(other.text)")
            #expect(other.json["detail"]?.string?.contains("EUR") == true)
            let next = try await app.order(in: nil, by: ann)
            #expect(next.json["total"]?["currency"] == "EUR", "\(next.text)")
        }
    }

    @Test func `of two pages in two currencies, what is paid second waits for staff`()
        async throws
    {
        try await TestApp.run(environment: ["CURRENCIES": "EUR"]) { app in
            try await app.setPrices(of: "starter", [("USD", 2_900), ("EUR", 2_700)])
            let ann = try await app.register()
            var orders: [String] = []
            for code in ["EUR", "USD", "USD", "USD"] {
                let placed = try await app.order(in: code, by: ann)
                orders.append(try #require(placed.json["id"]?.string, "\(placed.text)"))
            }
            let pages = [
                try await app.openCheckout(orders[0], by: ann),
                try await app.openCheckout(orders[1], by: ann),
            ]
            app.pay(pages[0])
            _ = try await app.order(orders[0], by: ann, reaching: "completed")
            app.pay(pages[1])
            let parked = try await eventually("money that waits for staff") {
                let payment = try await app.payment(of: orders[1], by: ann)
                return payment["status"] == "attention" ? payment : JSON?.none
            }
            #expect(try await app.suspense()["USD"] == -2_900)
            let id = try #require(ID<Payment>(parked["id"]?.string ?? ""))
            let page = try await StaffBrowser("support", app).get("/console/payments/\(id.text)")
            #expect(page.text.contains("The customer has bought in EUR before it arrived."))
            // Neither credit nor what staff record buys in another currency.
            try await app.grant(9_900, to: ann)
            let covered = try await app.api.post(
                "/api/v1/orders/\(orders[2])/checkout",
                json: [:],
                token: ann.token
            )
            #expect(covered.status == 409 && covered.code == "currency_fixed", "\(covered.text)")
            for order in orders[1...] {
                let shown = try await app.api.get("/api/v1/orders/\(order)", token: ann.token)
                #expect(shown.json["status"] == "pending")
            }
            try await app.requireCleanBooks()
        }
    }

    @Test func `visitors see the prices of the currency that they choose`() async throws {
        try await TestApp.run(environment: ["CURRENCIES": "EUR"], runsWorker: false) { app in
            let prices = [("USD", Int64(3_100)), ("EUR", 2_700)]
            try await app.setPrices(of: "starter", prices)
            for path in ["/", "/pricing"] {
                let usual = try await app.portal.get(path).text
                #expect(usual.contains("$31<") && !usual.contains("€27<"))
                let link = "\(path)?cycle=monthly&amp;currency=EUR"
                #expect(usual.contains("href=\"\(link)\""))
                let chosen = try await app.portal.get(link.replacing("&amp;", with: "&")).text
                #expect(chosen.contains("€27<") && !chosen.contains("$31<"))
                #expect(chosen.contains("Not sold by the month in this currency."))
                #expect(chosen.contains("href=\"\(path)?cycle=monthly\">USD"))
                #expect(chosen.contains("\(path)?cycle=yearly&amp;currency=EUR"))
                let unknown = try await app.portal.get("\(path)?currency=GBP").text
                #expect(unknown.contains("$31<"))
            }
        }
        try await TestApp.run(runsWorker: false) { app in
            let only = try await app.portal.get("/pricing").text
            #expect(!only.contains("currency="))
        }
    }

    @Test func `prices are in currencies that are offered, one a cycle`() async throws {
        try await TestApp.run(environment: ["CURRENCIES": "EUR"]) { app in
            let refused = try await app.setPrices(
                of: "starter",
                [("USD", 1), ("GBP", 1)],
                wants: 422
            )
            #expect(refused["errors"]?[0]?["field"] == "prices.1.price.currency")
            let twice = [("USD", Int64(1)), ("EUR", 1), ("EUR", 2)]
            let again = try await app.setPrices(of: "starter", twice, wants: 422)
            #expect(again["errors"]?[0]?["code"] == "duplicate")
            let foreign = try await app.setPrices(of: "starter", [("EUR", 1)], wants: 422)
            #expect(foreign["errors"]?[0]?["field"] == "prices")
            let ann = try await app.register()
            let unknown = try await app.order(in: "JPY", by: ann)
            #expect(unknown.json["errors"]?[0]?["code"] == "not_offered", "\(unknown.text)")
        }
    }
}

extension TestApp {
    /// The processor took an amount so many times, and nothing else.
    fileprivate func requireCharges(_ count: Int, of amount: Int64, _ code: String) async throws {
        let charges = simulators.stripe.paidCharges
        #expect(charges.map(\.amount) == Array(repeating: amount, count: count))
        #expect(charges.allSatisfy { $0.currency == code.lowercased() })
    }

    /// The page of an order's invoice and its file show an amount as their total.
    fileprivate func requireDocuments(
        of order: JSON,
        showing shown: String,
        by person: Person
    ) async throws {
        let login = [("email", person.email), ("password", "correct horse battery")]
        try #require(try await portal.submit("/login", login).status == 303)
        let id = try #require(order["invoice_id"]?.string)
        let page = try await portal.get("/invoices/\(id)")
        let read = page.text.replacing(#/<[^>]*>/#, with: " ").split(whereSeparator: \.isWhitespace)
        #expect(read.joined(separator: " ").contains("Total \(shown)"))
        let file = try PDFFile(try await portal.get("/invoices/\(id)/pdf").body)
        #expect(try file.words().contains("Total \(shown)"))
    }

    /// What the page asks for on which somebody would save another card.
    fileprivate func currencyOfCardPage(for person: Person) async throws -> String? {
        let answer = try await api.post("/api/v1/payment-methods", json: [:], token: person.token)
        try #require(answer.json["url"]?.string != nil, "\(answer.text)")
        let pages = simulators.stripe.host.state["checkout_sessions"]?.array ?? []
        return pages.first { $0["mode"] == "setup" }?["currency"]?.string
    }

    @discardableResult
    func setPrices(
        of slug: String,
        _ prices: [(String, Int64)],
        wants status: Int = 200
    ) async throws -> JSON {
        let body = prices.map { code, amount -> JSON in
            let price: JSON = ["amount": .integer(amount), "currency": .string(code)]
            return ["billing_cycle": "monthly", "price": price]
        }
        let answer = try await api.put(
            "/api/v1/admin/plans/\(try await plan(slug))",
            json: ["prices": .array(body)],
            token: try await token(of: "admin")
        )
        try #require(answer.status == status, "\(answer.text)")
        return answer.json
    }

    fileprivate func order(in code: String?, by person: Person) async throws -> TestAnswer {
        let item: JSON = ["plan_id": .string(try await plan()), "billing_cycle": "monthly"]
        var members: [JSON.Member] = [.init("items", .array([item]))]
        if let code { members.append(.init("currency", .string(code))) }
        return try await api.post("/api/v1/orders/", json: .object(members), token: person.token)
    }
}
