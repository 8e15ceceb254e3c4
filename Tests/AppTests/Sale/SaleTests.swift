import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@Suite struct SaleTests {
    private static let steps = [
        "payment", "license", "domain", "hosting_account", "panel_license", "welcome_email",
    ]

    @Test func `a plan that is paid is delivered once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.buy(by: ann)
            #expect(order["steps"]?.array?.compactMap { $0["name"]?.string } == SaleTests.steps)
            #expect(try await app.books() == .ofOneSale())
            #expect(try await app.brokenCounters() == [])
            #expect(app.simulators.stripe.paidCharges.map(\.amount) == [2_900])
        }
    }

    @Test(arguments: [("com", 1_299), ("io", 3_499)] as [(String, Int64)])
    func `a name that is bought along is registered once`(
        ending: String,
        price: Int64
    ) async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.buy(by: ann, domain: "example.\(ending)")
            #expect(order["total"]?["amount"]?.integer == 2_900 + price)
            #expect(try await app.books() == .ofOneSale(withDomain: true))
            #expect(app.step("domain", of: order)?["status"] == "succeeded")
        }
    }

    @Test func `a name that the registrar works on for a while is waited for`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, domain: "pending-example.com")
            #expect(try await app.books() == .ofOneSale(withDomain: true))
        }
    }

    @Test func `a name that the customer has is not registered`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann, domain: "mine.museum", action: "own")
            let order = try await app.finish(placed, by: ann)
            #expect(order["total"]?["amount"] == 2_900)
            #expect(try await app.books() == .ofOneSale())
        }
    }

    @Test func `a name is transferred with its code, which is sealed meanwhile`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let answer = try await app.api.post(
                "/api/v1/orders",
                json: [
                    "items": [
                        [
                            "plan_id": .string(try await app.plan()), "billing_cycle": "monthly",
                            "domain": [
                                "name": "taken-example.com", "action": "transfer",
                                "auth_code": "Secret-Code-1",
                            ],
                        ]
                    ]
                ],
                token: ann.token
            )
            #expect(answer.status == 201, "\(answer.text)")
            let shown = "SELECT 1 FROM order_items WHERE domain_auth_code_sealed LIKE '%Secret%'"
            #expect(try await app.count("\(unsafeRaw: shown)") == 0)
            _ = try await app.finish(answer.json, by: ann)
            #expect(try await app.books() == .ofOneSale(withDomain: true))
        }
    }

    @Test(arguments: [
        "4000000000000002", "4000000000009995", "4000000000009987", "4000000000000069",
        "4000000000000127", "4000000000000119",
    ])
    func `a declined card buys nothing, and another card on the same page buys once`(
        card: String
    ) async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let session = try await app.openCheckout(id, by: ann)
            let declined = app.simulators.stripe.completeCheckout(session, card: card)
            #expect(declined["declined"] != nil)
            let payment = try await app.payment(of: id, by: ann)
            try await app.confirm(payment, by: ann)
            let waiting = try await app.api.get("/api/v1/orders/\(id)", token: ann.token)
            #expect(waiting.json["status"] == "pending")
            #expect(try await app.books().succeededPayments == 0)
            #expect(try await app.openCheckout(id, by: ann) == session)
            app.pay(session)
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.books() == .ofOneSale())
        }
    }

    @Test func `a card that its bank asks about is paid after the answer`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let session = try await app.openCheckout(id, by: ann)
            let stripe = app.simulators.stripe
            let asked = stripe.completeCheckout(
                session,
                card: "4000002760003184",
                authenticates: nil
            )
            #expect(asked["authenticate"] != nil)
            try await app.confirm(try await app.payment(of: id, by: ann), by: ann)
            #expect(try await app.books().succeededPayments == 0)
            _ = stripe.completeCheckout(session, card: "4000002760003184", authenticates: true)
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.books() == .ofOneSale())
        }
    }

    @Test func `a bank that says no leaves the order waiting`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let session = try await app.openCheckout(id, by: ann)
            _ = app.simulators.stripe.completeCheckout(
                session,
                card: "4000002760003184",
                authenticates: false
            )
            try await app.confirm(try await app.payment(of: id, by: ann), by: ann)
            let order = try await app.api.get("/api/v1/orders/\(id)", token: ann.token)
            #expect(order.json["status"] == "pending")
            #expect(try await app.books().charges == 0)
        }
    }

    @Test func `two names of a new customer are registered at the same time`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let plan = JSON.string(try await app.plan())
            let items = ["one.com", "two.co", "three.net"].map { name -> JSON in
                [
                    "plan_id": plan, "billing_cycle": "monthly",
                    "domain": ["name": .string(name), "action": "register", "years": 1],
                ]
            }
            let answer = try await app.api.post(
                "/api/v1/orders",
                json: ["items": .array(items)],
                token: ann.token
            )
            #expect(answer.status == 201, "\(answer.text)")
            _ = try await app.finish(answer.json, by: ann)
            let books = try await app.books()
            #expect(books.registrations == 3)
            let state = app.simulators.resellerClub.host.state
            #expect(state["customers"]?.array?.count == 1)
            // .co asks for a registrant of its own kind.
            #expect(
                try await app.count("SELECT 1 FROM registrar_contacts WHERE kind = 'CoContact'")
                    == 1
            )
        }
    }

    @Test func `a name that is bought later is registered for who the customer is now`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, domain: "before.com")
            let moved = try await app.api.put(
                "/api/v1/auth/me",
                json: [
                    "phone": ["country_code": "44", "number": "2071234567"],
                    "address": [
                        "line1": "1 New Street", "city": "London", "postal_code": "N1 1AA",
                        "country": "GB",
                    ],
                ],
                token: ann.token
            )
            #expect(moved.status == 200, "\(moved.text)")
            _ = try await app.buy(by: ann, domain: "after.com")
            _ = try await app.buy(by: ann, domain: "later.net")
            let contacts = app.simulators.resellerClub.host.state["contacts"]?.array ?? []
            #expect(contacts.count == 2)
            #expect(contacts.last?["city"] == "London")
        }
    }

    @Test func `an order that costs nothing is delivered without any payment`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            try await app.run("UPDATE prices SET amount_minor = 0")
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let invoice = try #require(placed["invoice_id"]?.string)
            let intent = try await app.api.post(
                "/api/v1/payments/intent",
                json: ["invoice_id": .string(invoice)],
                token: ann.token
            )
            #expect(intent.status == 409 && intent.code == "order_not_payable", "\(intent.text)")
            #expect(try await app.openCheckout(id, by: ann) == "free")
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.books().charges == 0)
        }
    }

    @Test func `two things in one order are each delivered once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let plan = JSON.string(try await app.plan())
            let answer = try await app.api.post(
                "/api/v1/orders",
                json: [
                    "items": [
                        ["plan_id": plan, "billing_cycle": "monthly"],
                        ["plan_id": plan, "billing_cycle": "yearly"],
                    ]
                ],
                token: ann.token
            )
            #expect(answer.status == 201, "\(answer.text)")
            let order = try await app.finish(answer.json, by: ann)
            #expect(order["total"]?["amount"] == 31_900)
            var expected = Books.ofOneSale()
            (expected.licenses, expected.subscriptions) = (2, 2)
            (expected.panelAccounts, expected.welcomes) = (2, 2)
            #expect(try await app.books() == expected)
        }
    }
}

extension TestApp {
    /// Pays an order that was placed, and waits until it is delivered.
    func finish(_ placed: JSON, by person: Person) async throws -> JSON {
        let id = try #require(placed["id"]?.string)
        pay(try await openCheckout(id, by: person))
        return try await order(id, by: person, reaching: "completed")
    }

    /// Asks us to ask the processor, as the page that the payer returns to does.
    @discardableResult
    func confirm(_ payment: JSON, by person: Person) async throws -> TestAnswer {
        let id = try #require(payment["id"]?.string)
        return try await api.post("/api/v1/payments/\(id)/confirm", token: person.token)
    }

    func step(_ name: String, of order: JSON) -> JSON? {
        order["steps"]?.array?.first { $0["name"]?.string == name }
    }
}
