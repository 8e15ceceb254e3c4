import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// Money goes back when staff say so, never more than came, and the processor's word decides.
@Suite struct RefundTests {
    /// The card whose refunds take their time, and the one whose refunds fail later.
    private static let slowCard = "4000000000007726"
    private static let failingCard = "4000000000005126"

    @Test func `a part goes back, then the rest, and then no more`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann)
            let part = try await app.askRefund(of: payment, amount: 1_000)
            #expect(part.status == 201, "\(part.text)")
            try await app.refund(try #require(part.json["id"]?.string), reaching: "succeeded")
            let tooMuch = try await app.askRefund(of: payment, amount: 1_901)
            #expect(tooMuch.status == 422)
            #expect(tooMuch.fieldCodes == ["amount": "out_of_range"])
            #expect(tooMuch.text.contains("At most $19.00"))
            let rest = try await app.askRefund(of: payment)
            #expect(rest.json["amount"]?["amount"] == 1_900, "\(rest.text)")
            try await app.refund(try #require(rest.json["id"]?.string), reaching: "succeeded")
            let again = try await app.askRefund(of: payment)
            #expect(again.status == 409 && again.code == "nothing_to_refund")
            #expect(app.stripeRefunds.count == 2)
            #expect(try await app.balance("refunds") == 2_900)
            try await app.requireCleanBooks()
            _ = try await eventually("the mails") {
                app.subjects(to: ann).filter { $0.hasPrefix("Your refund of") }.count == 2
                    ? true : nil
            }
            let shown = try await app.api.get(
                "/api/v1/payments/\(payment["id"]?.string ?? "")",
                token: ann.token
            )
            #expect(shown.json["amount_refunded"]?["amount"] == 2_900)
            #expect(shown.json["status"] == "succeeded")
        }
    }

    @Test func `what cannot be given back is refused and changes nothing`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann)
            for amount: Int64 in [0, -1, 2_901, .max] {
                let answer = try await app.askRefund(of: payment, amount: amount)
                #expect(answer.status == 422, "\(amount): \(answer.text)")
            }
            let euros = try await app.askRefund(of: payment, amount: 100, currency: "EUR")
            #expect(euros.fieldCodes == ["amount": "other_currency"])
            let unknown = try await app.askRefund(of: payment, amount: 100, currency: "XXX")
            #expect(unknown.fieldCodes == ["amount": "unknown_currency"])
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            _ = try await app.openCheckout(id, by: ann)
            let unpaid = try await app.askRefund(of: try await app.payment(of: id, by: ann))
            #expect(unpaid.code == "payment_not_refundable")
            #expect(try await app.count("SELECT 1 FROM refunds") == 0)
            let byCustomer = try await app.api.post(
                "/api/v1/payments/\(payment["id"]?.string ?? "")/refund",
                json: [:],
                token: ann.token
            )
            #expect(byCustomer.status == 403)
        }
    }

    @Test func `one key asks for one refund, however often it is sent`() async throws {
        try await TestApp.run { app in
            let payment = try await app.buyWithPayment(by: try await app.register())
            let first = try await app.askRefund(of: payment, amount: 100, key: "once")
            let second = try await app.askRefund(of: payment, amount: 100, key: "once")
            #expect(first.status == 201 && first.text == second.text)
            #expect(try await app.count("SELECT 1 FROM refunds") == 1)
        }
    }

    @Test func `a refund that is on its way holds its amount until it has ended`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann, card: Self.slowCard)
            let asked = try await app.askRefund(of: payment, amount: 2_000)
            let id = try #require(asked.json["id"]?.string)
            try await app.refund(id, reaching: "pending")
            #expect(try await app.balance("refunds") == 0)
            #expect(try await app.askRefund(of: payment, amount: 1_000).status == 422)
            let remote = try #require(app.stripeRefunds.first?["id"]?.string)
            try await app.controlStripe("refunds/\(remote)/settle")
            try await app.refund(id, reaching: "succeeded")
            #expect(try await app.balance("refunds") == 2_000)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a refund that fails after its success is taken back and shown to staff`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann, card: Self.failingCard)
            let asked = try await app.askRefund(of: payment, amount: 500)
            let id = try #require(asked.json["id"]?.string)
            try await app.refund(id, reaching: "succeeded")
            let remote = try #require(app.stripeRefunds.first?["id"]?.string)
            try await app.controlStripe(
                "refunds/\(remote)/fail",
                ["reason": "expired_or_canceled_card"]
            )
            let failed = try await app.refund(id, reaching: "failed")
            #expect(failed["failure"]?.string == "expired_or_canceled_card")
            #expect(try await app.balance("refunds") == 0)
            try await app.requireCleanBooks()
            _ = try await eventually("the mail") {
                app.subjects(to: ann).contains("Your refund of $5.00 did not arrive") ? true : nil
            }
            let staff = try await StaffBrowser("billing", app)
            #expect(try await staff.get("/console").text.contains("Refunds that failed"))
            let page = "/console/payments/\(payment["id"]?.string ?? "")"
            #expect(try await staff.get(page).text.contains("the bank sent it back to us"))
            _ = try await staff.submit("/console/refunds/\(id)/seen", from: page)
            #expect(try await !staff.get("/console").text.contains("Refunds that failed"))
            // What came back can go out again.
            let again = try await app.askRefund(of: payment)
            #expect(again.json["amount"]?["amount"] == 2_900)
        }
    }

    @Test func `a refund that the processor refuses is no refund`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann)
            app.simulators.stripe.host.faults.add(Fault("POST /v1/refunds", .reject))
            let asked = try await app.askRefund(of: payment, amount: 500)
            let id = try #require(asked.json["id"]?.string)
            let failed = try await app.refund(id, reaching: "failed")
            #expect(failed["failure"]?.string?.contains("told to refuse") == true)
            #expect(!app.subjects(to: ann).contains { $0.contains("refund") })
            let shown = try await app.api.get("/api/v1/refunds/\(id)", token: ann.token)
            #expect(shown.json["failure"] == .null && shown.json["reason"] == .null)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a refund that could not be sent for a day is shown to staff`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann)
            let faults = app.simulators.stripe.host.faults
            faults.add(Fault("POST /v1/refunds", .refuse, times: 10_000))
            let asked = try await app.askRefund(of: payment, amount: 500)
            let id = try #require(asked.json["id"]?.string)
            _ = try await eventually("a refund that does not arrive") {
                try await app.count(
                    "SELECT 1 FROM jobs WHERE kind = 'payment.refund' AND last_error IS NOT NULL"
                ) == 1 ? true : nil
            }
            try await app.pass(days: 1)
            let failed = try await app.refund(id, reaching: "failed")
            #expect(failed["failure"] == "The processor never heard of it.")
            let staff = try await StaffBrowser("billing", app)
            #expect(try await staff.get("/console").text.contains("Refunds that failed"))
            #expect(app.stripeRefunds.isEmpty)
            let invoice = try await app.invoices(of: ann, count: 1)[0]["id"]?.string ?? ""
            let customer = try await StaffBrowser(ann.email, app)
            let delayed = "Delayed: our staff see to it"
            #expect(try await customer.get("/invoices/\(invoice)").text.contains(delayed))
            let page = "/console/payments/\(payment["id"]?.string ?? "")"
            _ = try await staff.submit("/console/refunds/\(id)/seen", from: page)
            #expect(try await !customer.get("/invoices/\(invoice)").text.contains("Delayed"))
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [FaultMode.timeoutAfter, .timeoutBefore, .internalError])
    func `a refund whose answer is lost is made once`(mode: FaultMode) async throws {
        try await TestApp.run { app in
            let payment = try await app.buyWithPayment(by: try await app.register())
            app.simulators.stripe.setWebhooks(.drop)
            app.simulators.stripe.host.faults.add(Fault("POST /v1/refunds", mode))
            let asked = try await app.askRefund(of: payment, amount: 500)
            try await app.refund(try #require(asked.json["id"]?.string), reaching: "succeeded")
            #expect(app.stripeRefunds.count == 1)
            #expect(try await app.balance("refunds") == 500)
        }
    }

    @Test func `a refund that somebody made at the processor is taken on`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann)
            let charge = try #require(app.simulators.stripe.paidCharges.first)
            _ = try await app.callStripe(
                "/v1/refunds",
                [("payment_intent", charge.intent), ("amount", "700")]
            )
            try await app.webhooksAreDealtWith()
            #expect(try await app.count("SELECT 1 FROM refunds WHERE kind = 'outside'") == 1)
            #expect(try await app.balance("refunds") == 700)
            #expect(try await app.askRefund(of: payment, amount: 2_201).status == 422)
            try await app.requireCleanBooks()
        }
    }

    @Test func `messages about refunds in any order and number give the same books`()
        async throws
    {
        try await TestApp.run { app in
            app.simulators.stripe.setWebhooks(.drop)
            let payment = try await app.buyWithPayment(
                by: try await app.register(),
                card: Self.failingCard
            )
            let asked = try await app.askRefund(of: payment, amount: 500)
            let id = try #require(asked.json["id"]?.string)
            try await app.refund(id, reaching: "succeeded")
            let remote = try #require(app.stripeRefunds.first?["id"]?.string)
            try await app.controlStripe("refunds/\(remote)/fail", ["reason": "declined"])
            let kinds = ["refund.failed", "refund.created", "charge.refunded", "refund.updated"]
            for kind in kinds + kinds {
                for body in app.stripeEvents(kind) {
                    #expect(try await app.deliver(body).status == 200)
                    try await app.webhooksAreDealtWith()
                }
            }
            try await app.refund(id, reaching: "failed")
            let books = try await app.books().ledger
            #expect(books["refund"] == 1 && books["refund_failed"] == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `two hundred who ask at once get no more than was paid`() async throws {
        try await TestApp.run { app in
            let payment = try await app.buyWithPayment(by: try await app.register())
            let statuses = try await atOnce(200, width: 50) { _ in
                try await app.askRefund(of: payment, amount: 1_000).status
            }
            #expect(statuses.count { $0 == 201 } == 2, "\(statuses)")
            #expect(Set(statuses) == [201, 422])
            _ = try await eventually("both refunds") {
                try await app.count("SELECT 1 FROM refunds WHERE status = 'succeeded'") == 2
                    ? true : nil
            }
            #expect(app.stripeRefunds.count == 2)
            try await app.requireCleanBooks()
        }
    }

    @Test func `undoing an order gives back what was not given back before`() async throws {
        try await TestApp.run { app in
            for index in 0..<3 { try await app.changeServer(index, ["is_active": false]) }
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            _ = try await app.order(id, by: ann, reaching: "attention")
            let payment = try await app.payment(of: id, by: ann)
            let asked = try await app.askRefund(of: payment, amount: 900)
            try await app.refund(try #require(asked.json["id"]?.string), reaching: "succeeded")
            let undo = try await app.api.post(
                "/api/v1/admin/orders/\(id)/undo",
                token: try await app.token(of: "billing")
            )
            #expect(undo.status == 200, "\(undo.text)")
            _ = try await app.order(id, by: ann, reaching: "refunded")
            #expect(app.stripeRefunds.compactMap { $0["amount"]?.integer } == [900, 2_000])
            #expect(try await app.balance("refunds") == 2_900)
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [false, true])
    func `a name that stays is kept at what it cost, with its discount and tax`(taxed: Bool)
        async throws
    {
        try await TestApp.run { app in
            if taxed {
                try await app.setSeller("DE")
                _ = try await app.setTaxRule("DE", "20")
            } else {
                _ = try await app.makeCoupon("HALF", ["percent_basis_points": 5_000])
            }
            for index in 0..<3 { try await app.changeServer(index, ["is_active": false]) }
            let ann = try await app.register(in: "DE")
            let placed = try await app.placeOrder(
                by: ann,
                domain: "example.com",
                coupon: taxed ? nil : "HALF"
            )
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            let order = try await app.order(id, by: ann, reaching: "attention")
            let hosting = try #require(
                try await app.invoice(ofOrder: order, by: ann)["lines"]?[0]
            )
            let base = (hosting.amount("amount") ?? 0) - (hosting.amount("discount") ?? 0)
            let undo = try await app.api.post(
                "/api/v1/admin/orders/\(id)/undo",
                token: try await app.token(of: "billing")
            )
            #expect(undo.status == 200, "\(undo.text)")
            _ = try await app.order(id, by: ann, reaching: "refunded")
            #expect(
                app.stripeRefunds.compactMap { $0["amount"]?.integer }
                    == [base + (hosting.amount("tax") ?? 0)]
            )
            try await app.requireCleanBooks()
        }
    }

    /// Credit pays a part of the order, and a note gives 5.00 of its plan, or of its name, back.
    @Test(arguments: ["hosting", "domain"], [0, 1_000])
    func `a name that stays is paid once, whatever a note gave back before`(
        noted: String,
        credit: Int64
    ) async throws {
        try await TestApp.run { app in
            for index in 0..<3 { try await app.changeServer(index, ["is_active": false]) }
            let ann = try await app.register()
            if credit > 0 { try await app.grant(credit, to: ann) }
            let placed = try await app.placeOrder(by: ann, domain: "example.com")
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            let order = try await app.order(id, by: ann, reaching: "attention")
            let invoice = try await app.invoice(ofOrder: order, by: ann)
            let line = invoice["lines"]?[noted == "hosting" ? 0 : 1]?["id"] ?? .null
            let note = try await app.doTo(
                try #require(ID<Invoice>(invoice["id"]?.string ?? "")),
                "credit-notes",
                json: [
                    "reason": "An apology",
                    "lines": [["line_id": line, "amount": ["amount": 500, "currency": "USD"]]],
                ]
            )
            try #require(note.status == 201, "\(note.text)")
            let undo = try await app.api.post(
                "/api/v1/admin/orders/\(id)/undo",
                token: try await app.token(of: "billing")
            )
            try #require(undo.status == 200, "\(undo.text)")
            _ = try await app.order(id, by: ann, reaching: "refunded")
            let sent = app.stripeRefunds.compactMap { $0["amount"]?.integer }.reduce(0, +)
            let back = sent + (try await app.freeCredit(of: ann))
            #expect(back == 2_900 + (noted == "domain" ? 500 : 0))
            try await app.requireCleanBooks()
        }
    }

    @Test func `staff give money back on a page, and a form sent twice asks once`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let payment = try await app.buyWithPayment(by: ann)
            let staff = try await StaffBrowser("billing", app)
            let path = "/console/payments/\(payment["id"]?.string ?? "")"
            let form = try await staff.get("\(path)/refund")
            #expect(form.text.contains("Give money back to"))
            let key = try #require(
                form.text.firstMatch(of: #/name="refund" value="([^"]*)"/#).map { String($0.1) }
            )
            let wrong = try await staff.submit(
                "\(path)/refund",
                [("refund", key), ("amount", "29.01"), ("reason", "Too much")]
            )
            #expect(wrong.status == 422)
            for _ in 1...2 {
                let sent = try await staff.submit(
                    "\(path)/refund",
                    [("refund", key), ("amount", "4.50"), ("reason", "Was away")]
                )
                #expect(sent.status == 303, "\(sent.text)")
            }
            #expect(try await app.count("SELECT 1 FROM refunds") == 1)
            let refund = try await app.api.get(
                "/api/v1/refunds",
                token: try await app.token(of: "billing")
            ).json.list.first?["id"]?.string
            try await app.refund(try #require(refund), reaching: "succeeded")
            #expect(try await staff.get(path).text.contains("Was away"))
            let support = try await StaffBrowser("support", app)
            #expect(try await !support.get(path).text.contains("Refund…"))
            #expect(try await support.get("\(path)/refund").status == 403)
            let invoice = payment["invoice_id"]?.string ?? ""
            #expect(try await staff.get("/console/invoices/\(invoice)").text.contains("Was away"))
            let own = try await StaffBrowser(ann.email, app)
            let page = try await own.get("/invoices/\(invoice)")
            #expect(page.text.contains("Sent back") && !page.text.contains("Was away"))
        }
    }
}
