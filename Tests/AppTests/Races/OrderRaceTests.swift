import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@Suite struct OrderRaceTests {
    @Test func `fifty orders placed at once have fifty numbers`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let numbers = try await atOnce(50) { _ in
                try await app.placeOrder(by: ann)["number"]?.integer
            }
            #expect(Set(numbers.compactMap { $0 }).count == 50)
        }
    }

    @Test func `a new customer's first orders, paid at once, are one customer of Stripe's`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            var invoices: [String] = []
            for _ in 0..<10 {
                let placed = try await app.placeOrder(by: ann)
                invoices.append(try #require(placed["invoice_id"]?.string))
            }
            app.simulators.stripe.host.faults.add(Fault("POST /v1/customers", .slow))
            let answers = try await atOnce(10) { [invoices] turn in
                try await app.api.post(
                    "/api/v1/payments/intent",
                    json: ["invoice_id": .string(invoices[turn])],
                    token: ann.token
                )
            }
            #expect(Set(answers.map(\.status)) == [201], "\(answers.map(\.text))")
            #expect(app.simulators.stripe.host.state["customers"]?.array?.count == 1)
        }
    }

    @Test func `one key used fifty times at once places one order and gives one answer`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let item: JSON = [
                "plan_id": .string(try await app.plan()), "billing_cycle": "monthly",
            ]
            let answers = try await atOnce(50) { _ in
                try await eventually("an answer that is not in flight") {
                    let answer = try await app.api.post(
                        "/api/v1/orders",
                        json: ["items": [item]],
                        token: ann.token,
                        headers: ["Idempotency-Key": "the-same-key"]
                    )
                    return answer.status == 409 ? nil : answer
                }
            }
            #expect(Set(answers.map(\.status)) == [201])
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(try await app.count("SELECT 1 FROM orders") == 1)
            #expect(answers.count { $0.headers["Idempotent-Replayed"] == "true" } == 49)
        }
    }

    @Test func `one key with another body is refused`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let plan = JSON.string(try await app.plan())
            for (cycle, status) in [("monthly", 201), ("yearly", 422), ("monthly", 201)] {
                let answer = try await app.api.post(
                    "/api/v1/orders",
                    json: ["items": [["plan_id": plan, "billing_cycle": .string(cycle)]]],
                    token: ann.token,
                    headers: ["Idempotency-Key": "the-same-key"]
                )
                #expect(answer.status == status, "\(answer.text)")
                if status == 422 { #expect(answer.code == "idempotency_key_reused") }
            }
            #expect(try await app.count("SELECT 1 FROM orders") == 1)
        }
    }

    @Test func `one key of two customers is two keys`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let people = try await inTurn(2) { _ in try await app.register() }
            let item: JSON = [
                "plan_id": .string(try await app.plan()), "billing_cycle": "monthly",
            ]
            let ids = try await inTurn(2) { turn in
                try await app.api.post(
                    "/api/v1/orders",
                    json: ["items": [item]],
                    token: people[turn].token,
                    headers: ["Idempotency-Key": "the-same-key"]
                ).json["id"]?.string
            }
            #expect(Set(ids.compactMap { $0 }).count == 2)
        }
    }

    @Test func `a page opened twenty times at once is one page`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            let sessions = try await atOnce(20) { _ in try await app.openCheckout(id, by: ann) }
            #expect(Set(sessions).count == 1)
            #expect(try await app.books().gatewayCustomers == 1)
            let pages = app.simulators.stripe.host.state["checkout_sessions"]?.array ?? []
            #expect(pages.count == 1)
        }
    }

    @Test func `an order that is paid and given up at once ends as one of both`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            for _ in 0..<3 {
                let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
                let session = try await app.openCheckout(id, by: ann)
                try await atOnce(2) { turn in
                    if turn == 0 {
                        app.pay(session)
                    } else {
                        _ = try await app.api.post("/api/v1/orders/\(id)/cancel", token: ann.token)
                    }
                }
                let end = try await eventually("an end") {
                    let order = try await app.api.get("/api/v1/orders/\(id)", token: ann.token)
                    let status = order.json["status"]?.string
                    return ["completed", "cancelled"].contains(status) ? status : nil
                }
                let charged = app.simulators.stripe.host.state["checkout_sessions"]?.array?
                    .first { $0["id"]?.string == session }?["payment_status"]
                #expect((charged == "paid") == (end == "completed"))
            }
        }
    }
}
