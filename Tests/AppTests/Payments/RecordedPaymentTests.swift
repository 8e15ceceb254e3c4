import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Bank transfers and cash, as staff record them.
@Suite struct RecordedPaymentTests {
    private func record(
        _ invoice: String,
        _ body: JSON,
        _ app: TestApp
    ) async throws -> TestAnswer {
        try await app.api.post(
            "/api/v1/invoices/\(invoice)/pay",
            json: body,
            token: try await app.token(of: "billing")
        )
    }

    private func transfer(_ reference: String, _ amount: Int64? = nil) -> JSON {
        let body: JSON = ["method": "bank_transfer", "reference": .string(reference)]
        guard let amount else { return body }
        return body.setting("amount", ["amount": .integer(amount), "currency": "USD"])
    }

    /// A customer whose renewal is open: 29.00, with no card to charge it to.
    private func openRenewal(_ app: TestApp) async throws -> (person: Person, invoice: String) {
        let ann = try await app.register()
        _ = try await app.buy(by: ann)
        try await app.run("DELETE FROM payment_methods")
        try await app.pass(days: 32)
        let person = try await app.logInAgain(ann)
        let invoice = try await app.invoices(of: person, count: 1, status: "open").first?["id"]?
            .string
        return (person, try #require(invoice))
    }

    @Test func `a transfer pays an order, which is delivered`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            let session = try await app.openCheckout(id, by: ann)
            let invoice = try #require(placed["invoice_id"]?.string)
            let part = try await record(invoice, transfer("TX-1", 1_000), app)
            #expect(part.status == 422 && part.text.contains("paid whole"), "\(part.text)")
            let paid = try await record(invoice, transfer("TX-1"), app)
            #expect(paid.status == 201, "\(paid.text)")
            #expect(paid.json["channel"] == "bank_transfer" && paid.json["reference"] == "TX-1")
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(app.simulators.stripe.completeCheckout(session)["gone"] != nil)
            #expect(try await app.books().charges == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is more than is due becomes credit, and pays the next invoice`() async throws {
        try await TestApp.run { app in
            let (ann, invoice) = try await openRenewal(app)
            let paid = try await record(invoice, transfer("A", 3_900), app)
            #expect(paid.status == 201, "\(paid.text)")
            #expect(try await app.balance("customer_credit") == -1_000)
            let shown = try await app.api.get("/api/v1/invoices/\(invoice)", token: ann.token)
            #expect(shown.json["status"] == "paid" && shown.json["amount_paid"]?["amount"] == 2_900)
            try await app.requireCleanBooks()
            let payment = paid.json["id"]?.string ?? ""
            let back = try await app.api.post(
                "/api/v1/payments/\(payment)/reversal",
                json: ["reason": "Mine"],
                token: try await app.token(of: "billing")
            )
            #expect(back.code == "payment_was_used")
        }
    }

    @Test func `money that could not be placed becomes credit by a decision of staff`()
        async throws
    {
        try await TestApp.run { app in
            let parked = try await app.parkMoney(by: try await app.register())
            let staff = try await StaffBrowser("billing", app)
            let page = "/console/payments/\(parked.payment)"
            #expect(try await staff.get(page).text.contains("Place as credit"))
            for _ in 1...2 { _ = try await staff.submit("\(page)/credit", from: page) }
            #expect(try await app.balance("customer_credit") == -2_900)
            #expect(try await app.balance("suspense") == 0)
            #expect(try await app.count("SELECT 1 FROM credits") == 1)
            let again = try await app.api.post(
                "/api/v1/payments/\(parked.payment)/credit",
                token: try await app.token(of: "billing")
            )
            #expect(again.code == "nothing_to_return")
            try await app.requireCleanBooks()
        }
    }

    @Test func `what was given back of parked money is not placed, and the rest is`() async throws {
        try await TestApp.run { app in
            let parked = try await app.parkMoney(by: try await app.register())
            let intent = try #require(app.simulators.stripe.paidCharges.first?.intent)
            _ = try await app.callStripe(
                "/v1/refunds",
                [("payment_intent", intent), ("amount", "900")]
            )
            _ = try await eventually("a refund from outside") {
                try await app.count("SELECT 1 FROM refunds WHERE status = 'succeeded'") == 1
                    ? true : nil
            }
            #expect(try await app.balance("suspense") == -2_000)
            try await app.requireCleanBooks()
            let placed = try await app.api.post(
                "/api/v1/payments/\(parked.payment)/credit",
                token: try await app.token(of: "billing")
            )
            #expect(placed.status == 200, "\(placed.text)")
            #expect(try await app.balance("customer_credit") == -2_000)
            #expect(try await app.balance("suspense") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `nobody is cut off for a rest that no card can be charged with`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let open = try await app.leaveUnpaid(by: ann, suspension: 2)
            try await app.pass(days: 2)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "suspended")
            let invoice = try #require(open["id"]?.string)
            #expect(try await record(invoice, transfer("SHORT", 2_870), app).status == 201)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'active'") == 1)
            try await app.pass(days: 3)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "active")
            try await app.requireCleanBooks()
        }
    }

    @Test func `a payment that another page began and never ended is closed in a day`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, invoice) = try await openRenewal(app)
            let begun = try await app.api.post(
                "/api/v1/payments/intent",
                json: ["invoice_id": .string(invoice)],
                token: ann.token
            )
            try #require(begun.status == 201, "\(begun.text)")
            try await app.pass(days: 1)
            _ = try await eventually("a payment that was closed") {
                try await app.count(
                    "SELECT 1 FROM payments WHERE kind = 'intent' AND status <> 'open'"
                ) == 1 ? true : nil
            }
            let state = app.simulators.stripe.host.state["payment_intents"]?.array ?? []
            #expect(state.contains { $0["status"] == "canceled" })
            try await app.requireCleanBooks()
        }
    }

    @Test func `an invoice is paid in parts, each reference once`() async throws {
        try await TestApp.run { app in
            let (ann, invoice) = try await openRenewal(app)
            let first = try await record(invoice, transfer("A", 1_000), app)
            #expect(first.status == 201, "\(first.text)")
            let open = try await app.api.get("/api/v1/invoices/\(invoice)", token: ann.token)
            #expect(open.json["status"] == "open")
            #expect(open.json["amount_due"]?["amount"] == 1_900)
            try await app.requireCleanBooks()
            let known = try await record(invoice, transfer("A", 100), app)
            #expect(known.status == 409 && known.code == "reference_known")
            let cash: JSON = ["method": "cash", "reference": "A"]
            #expect(try await record(invoice, cash, app).status == 201)
            let paid = try await app.api.get("/api/v1/invoices/\(invoice)", token: ann.token)
            #expect(paid.json["status"] == "paid")
            let subscription = try await app.subscription(of: ann)
            #expect(subscription["status"] == "active")
            let again = try await record(invoice, transfer("C"), app)
            #expect(again.code == "invoice_not_payable")
            try await app.requireCleanBooks()
        }
    }

    @Test func `what makes no sense is refused and changes nothing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let invoice = try #require(placed["invoice_id"]?.string)
            let wrong: [JSON] = [
                [:], ["method": "stripe", "reference": "A"], ["method": "cash"],
                ["method": "cash", "reference": ""], transfer("A", 0), transfer("A", -2_900),
                transfer("A", .max),
                transfer("A").setting("amount", ["amount": 2_900, "currency": "EUR"]),
                transfer("A").setting("received_at", "2999-01-01T00:00:00Z"),
            ]
            for body in wrong {
                #expect(try await record(invoice, body, app).status == 422, "\(body.text)")
            }
            #expect(try await app.count("SELECT 1 FROM payments") == 0)
            let order = placed["id"]?.string ?? ""
            _ = try await app.api.post("/api/v1/orders/\(order)/cancel", token: ann.token)
            #expect(try await record(invoice, transfer("A"), app).status == 409)
        }
    }

    @Test func `a payment recorded by mistake is taken back, and its invoice is owed again`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, invoice) = try await openRenewal(app)
            let paid = try await record(invoice, transfer("A"), app)
            let payment = try #require(paid.json["id"]?.string)
            let path = "/api/v1/payments/\(payment)/reversal"
            let token = try await app.token(of: "billing")
            let back = try await app.api.post(path, json: ["reason": "Mine"], token: token)
            #expect(back.status == 200 && back.json["status"] == "reversed", "\(back.text)")
            let open = try await app.api.get("/api/v1/invoices/\(invoice)", token: ann.token)
            #expect(open.json["status"] == "open" && open.json["amount_due"]?["amount"] == 2_900)
            #expect(try await app.subscription(of: ann)["status"] == "past_due")
            let twice = try await app.api.post(path, json: ["reason": "Mine"], token: token)
            #expect(twice.code == "payment_not_reversible")
            try await app.requireCleanBooks()
            #expect(try await record(invoice, transfer("A"), app).status == 201)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is owed again is dunned from the beginning, and the history says so`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, invoice) = try await openRenewal(app)
            let paid = try await record(invoice, transfer("A"), app)
            let payment = try #require(paid.json["id"]?.string)
            try await app.pass(days: 20)
            let back = try await app.api.post(
                "/api/v1/payments/\(payment)/reversal",
                json: ["reason": "Mine"],
                token: try await app.token(of: "billing")
            )
            #expect(back.status == 200, "\(back.text)")
            _ = try await Dunning(app.services).run()
            #expect(try await app.subscription(of: app.logInAgain(ann))["status"] == "past_due")
            let page = try await StaffBrowser("billing", app).get("/console/invoices/\(invoice)")
            #expect(page.text.contains("counted anew"))
            let suspended = "SELECT 1 FROM dunning_steps WHERE action = 'suspend'"
            let reminded = "SELECT 1 FROM dunning_steps WHERE action = 'remind' AND round = 2"
            #expect(try await app.count("\(unsafeRaw: suspended)") == 0)
            try await app.pass(days: 4)
            _ = try await Dunning(app.services).run()
            #expect(try await app.count("\(unsafeRaw: reminded)") == 1)
            #expect(try await app.count("\(unsafeRaw: suspended)") == 0)
            try await app.pass(days: 11)
            _ = try await app.subscription(of: ann, reaching: "suspended")
            try await app.requireCleanBooks()
        }
    }

    @Test func `staff record and give back on pages`() async throws {
        try await TestApp.run { app in
            let (_, invoice) = try await openRenewal(app)
            let staff = try await StaffBrowser("billing", app)
            let page = "/console/invoices/\(invoice)"
            #expect(try await staff.get(page).text.contains("Record a payment…"))
            let sent = try await staff.submit(
                "\(page)/payment",
                from: "\(page)/payment",
                [
                    ("method", "cash"), ("reference", "R-7"), ("amount", "9.00"),
                    ("received_at", "2026-11-20"),
                ]
            )
            #expect(sent.status == 303, "\(sent.text)")
            let shown = try await staff.get(page)
            #expect(shown.text.contains("R-7") && shown.text.contains("Cash"))
            let payment = try await app.api.get(
                "/api/v1/payments",
                token: try await app.token(of: "billing")
            ).json.list.first
            let id = try #require(payment?["id"]?.string)
            let asked = try await app.askRefund(of: payment ?? .null, amount: 400)
            #expect(asked.json["status"] == "succeeded", "\(asked.text)")
            try await app.requireCleanBooks()
            let reversal = "/console/payments/\(id)/reversal"
            let blank = try await staff.submit(reversal, from: reversal, [("reason", " ")])
            #expect(blank.status == 422 && blank.text.contains("Reason"))
            let refused = try await staff.submit(reversal, from: reversal, [("reason", "Mine")])
            #expect(refused.status == 409 && refused.text.contains("given back"))
        }
    }

    @Test func `a transfer recorded by many at once is recorded once`() async throws {
        try await TestApp.run { app in
            let (_, invoice) = try await openRenewal(app)
            let statuses = try await atOnce(60, width: 20) { turn in
                let reference = turn.isMultiple(of: 2) ? "same" : "other-\(turn)"
                return try await record(invoice, transfer(reference), app).status
            }
            #expect(statuses.count { $0 == 201 } == 1, "\(statuses)")
            #expect(Set(statuses) == [201, 409])
            try await app.requireCleanBooks()
        }
    }
}
