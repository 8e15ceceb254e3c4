import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Web
import Wire

@testable import App

/// Credit notes: what they give back, of what, and what becomes of it.
@Suite struct CreditNoteTests {
    private func credit(
        _ id: ID<Invoice>,
        _ app: TestApp,
        lines: [JSON]? = nil,
        reason: String = "Billed by mistake"
    ) async throws -> TestAnswer {
        var body: JSON = ["reason": .string(reason)]
        if let lines { body = body.setting("lines", .array(lines)) }
        return try await app.doTo(id, "credit-notes", json: body)
    }

    private func lines(of id: ID<Invoice>, _ app: TestApp) async throws -> [String] {
        let invoice = try await app.invoice(id)
        return invoice["lines"]?.array?.compactMap { $0["id"]?.string } ?? []
    }

    private static func part(_ line: String, _ amount: Int64, _ code: String = "USD") -> JSON {
        [
            "line_id": .string(line),
            "amount": ["amount": .integer(amount), "currency": .string(code)],
        ]
    }

    @Test func `an open invoice that is credited in parts owes less, and nothing in the end`()
        async throws
    {
        try await TestApp.run { app in
            let id = try await app.issueInvoice(
                lines: [TestApp.line("Work", 2, 4_000), TestApp.line("Travel", 1, 1_900)]
            )
            let ids = try await lines(of: id, app)
            let first = try await credit(id, app, lines: [Self.part(ids[0], 3_000)])
            #expect(first.status == 201, "\(first.text)")
            #expect(first.json["number"]?.string?.hasSuffix("-000001") == true)
            #expect(first.json["reduced_due"] == ["amount": 3000, "currency": "USD"])
            #expect(first.json["credited"] == ["amount": 0, "currency": "USD"])
            let open = try await app.invoice(id)
            #expect(open["amount_due"] == ["amount": 6900, "currency": "USD"])
            #expect(open["total"] == ["amount": 9900, "currency": "USD"])
            #expect(try await app.balance("receivable") == 6_900)
            #expect(try await app.doTo(id, "void").code == "invoice_is_credited")
            let tooMuch = try await credit(id, app, lines: [Self.part(ids[0], 5_001)])
            #expect(tooMuch.status == 422, "\(tooMuch.text)")
            let rest = try await credit(id, app)
            #expect(rest.json["total"] == ["amount": 6900, "currency": "USD"], "\(rest.text)")
            #expect(try await app.invoice(id)["status"] == "paid")
            #expect(try await app.balance("receivable") == 0)
            #expect(try await app.balance("revenue") == 0)
            let none = try await credit(id, app)
            #expect(none.status == 409 && none.code == "nothing_left_to_credit", "\(none.text)")
            let list = try await app.api.get(
                "\(TestApp.invoicesPath)\(id.text)/credit-notes",
                token: try await app.token(of: "customer")
            )
            #expect(list.json.list == [first.json, rest.json])
            try await app.requireCleanBooks()
        }
    }

    @Test func `what was paid already becomes credit, which pays the next invoice`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.buy(by: ann)
            let id = try #require(ID<Invoice>(order["invoice_id"]?.string ?? ""))
            let note = try await credit(id, app)
            #expect(note.status == 201, "\(note.text)")
            #expect(note.json["credited"] == ["amount": 2900, "currency": "USD"])
            #expect(try await app.invoice(id)["status"] == "paid")
            #expect(try await app.balance("customer_credit") == -2_900)
            let customer = try #require(ID<Customer>(note.json["customer_id"]?.string ?? ""))
            let next = try await app.issueInvoice(
                for: customer,
                lines: [TestApp.line("Work", 1, 4_000)]
            )
            let due = try await app.invoice(next)["amount_due"]
            #expect(due == ["amount": 1100, "currency": "USD"])
            try await app.requireCleanBooks()
        }
    }

    @Test func `what was paid already goes back to the payer when staff want it so`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.buy(by: ann)
            let id = try #require(ID<Invoice>(order["invoice_id"]?.string ?? ""))
            let body: JSON = ["reason": "Billed by mistake", "refund": true]
            let note = try await app.doTo(id, "credit-notes", json: body)
            #expect(note.status == 201, "\(note.text)")
            #expect(note.json["refunded"] == ["amount": 2900, "currency": "USD"])
            #expect(note.json["credited"] == ["amount": 0, "currency": "USD"])
            _ = try await eventually("the refund") {
                let done = "SELECT 1 FROM refunds WHERE status = 'succeeded'"
                return try await app.count("\(unsafeRaw: done)") == 1 ? true : nil
            }
            #expect(try await app.balance("customer_credit") == 0)
            #expect(try await app.balance("refunds") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a note that is asked for again with its key is the same note`() async throws {
        try await TestApp.run { app in
            let id = try await app.issueInvoice()
            let line = try #require(ID<InvoiceLine>(try await lines(of: id, app).first ?? ""))
            let part = (line: line, amount: Money?.some(Money(minorUnits: 100, .usd)))
            let wish = CreditNotes.Wish(lines: [part], reason: "Billed by mistake", key: "once")
            // The answer to the first was lost with the process that held it.
            let first = try await CreditNotes(app.services).issue(wish, for: id, actor: .system)
            let again = try await CreditNotes(app.services).issue(wish, for: id, actor: .system)
            #expect(first == again)
            #expect(try await app.count("SELECT 1 FROM credit_notes") == 1)
        }
    }

    @Test func `money does not go back twice, by a refund and by a note`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let refunded = try await app.buyWithPayment(by: ann)
            #expect(try await app.askRefund(of: refunded).status == 201)
            let sent = try #require(ID<Invoice>(refunded["invoice_id"]?.string ?? ""))
            let refused = try await credit(sent, app)
            #expect(refused.status == 409 && refused.code == "already_sent_back", "\(refused.text)")

            let credited = try await app.buyWithPayment(by: ann)
            let paid = try #require(ID<Invoice>(credited["invoice_id"]?.string ?? ""))
            let line = try #require(try await lines(of: paid, app).first)
            let note = try await credit(paid, app, lines: [Self.part(line, 1_000)])
            #expect(note.status == 201, "\(note.text)")
            let tooMuch = try await app.askRefund(of: credited, amount: 1_901)
            #expect(tooMuch.fieldCodes == ["amount": "out_of_range"], "\(tooMuch.text)")
            #expect(try await app.askRefund(of: credited, amount: 1_900).status == 201)
            #expect(try await credit(paid, app).code == "already_sent_back")
        }
    }

    @Test func `a note is a document of its own, mailed and kept as it is`() async throws {
        try await TestApp.run { app in
            let id = try await app.issueInvoice()
            let note = try await credit(id, app, reason: "Zu viel berechnet")
            let noteID = try #require(note.json["id"]?.string)
            let customer = try await app.token(of: "customer")
            let path = "/api/v1/credit-notes/\(noteID)"
            #expect(try await app.api.get(path, token: customer).json == note.json)
            let file = try await app.api.get("\(path)/pdf", token: customer)
            #expect(file.status == 200 && file.text.hasPrefix("%PDF-"))
            #expect(try await app.api.get("\(path)/pdf", token: customer).body == file.body)
            let stranger = try await app.register()
            #expect(try await app.api.get(path, token: stranger.token).status == 404)
            #expect(try await app.api.get("\(path)/pdf", token: stranger.token).status == 404)
            let mail = try await eventually("the mail") {
                app.simulators.mail.messages.first { $0.subject.hasPrefix("Credit note CN-") }
            }
            #expect(mail.header("Content-Type")?.hasPrefix("multipart/mixed") == true)
            let owner = try await StaffBrowser("customer", app)
            #expect(try await owner.get("/credit-notes/\(noteID)").text.contains("Zu viel"))
            #expect(try await owner.get("/credit-notes/\(noteID)/pdf").status == 200)
            #expect(try await owner.get("/invoices/\(id.text)").text.contains("Credit note CN-"))
            let staff = try await StaffBrowser("billing", app)
            let page = "/console/credit-notes/\(noteID)"
            #expect(try await staff.get(page).status == 200)
            let number = try #require(note.json["number"]?.string)
            for text in [noteID, number, number.lowercased()] {
                #expect(try await staff.get("/find?q=\(text)").location == page, "\(text)")
                let found = try await owner.get("/find?q=\(text)").location
                #expect(found == "/credit-notes/\(noteID)", "\(text)")
            }
        }
    }

    @Test func `staff credit on a page, a line at a time`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.issueInvoice()
            let path = "/console/invoices/\(id.text)/credit"
            let staff = try await StaffBrowser("billing", app)
            #expect(try await staff.get(path).text.contains("value=\"99.00\""))
            let wrong = try await staff.submit(path, from: path, [("amount_0", "99.01")])
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("Enter an amount up to 99.00."))
            let made = try await staff.submit(
                path,
                from: path,
                [("reason", "A discount"), ("amount_0", "10")]
            )
            #expect(made.location?.hasPrefix("/console/credit-notes/crn_") == true)
            #expect(try await app.balance("receivable") == 8_900)
            #expect(try await StaffBrowser("support", app).get(path).status == 403)
        }
    }

    @Test func `drafts, void invoices and others' lines are not credited`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let draft = try await app.writeInvoice()
            let draftID = try #require(ID<Invoice>(draft.json["id"]?.string ?? ""))
            #expect(try await credit(draftID, app).status == 409)
            let (id, other) = (try await app.issueInvoice(), try await app.issueInvoice())
            let foreign = try await lines(of: other, app)[0]
            let own = try await lines(of: id, app)[0]
            for (parts, status) in [
                ([Self.part(foreign, 1)], 422), ([Self.part(own, 0)], 422),
                ([Self.part(own, -1)], 422), ([Self.part(own, 1, "EUR")], 422),
                ([Self.part(own, 1), Self.part(own, 1)], 422),
                ([Self.part(own, .max)], 422),
            ] {
                let answer = try await credit(id, app, lines: parts)
                #expect(answer.status == status, "\(answer.text)")
            }
            _ = try await app.doTo(id, "void")
            #expect(try await credit(id, app).code == "invoice_is_void")
            #expect(try await app.count("SELECT 1 FROM credit_notes") == 0)
            #expect(
                try await app.count("SELECT 1 FROM invoice_series WHERE id LIKE 'CN%'") == 0
            )
        }
    }

    @Test
    func `many notes at once have numbers without a gap, and give back no more than was billed`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.issueInvoice()
            let notes = CreditNotes(app.services)
            let line = try #require(ID<InvoiceLine>(try await lines(of: id, app)[0]))
            let outcomes = try await atOnce(40) { _ in
                do {
                    _ = try await notes.issue(
                        CreditNotes.Wish(
                            lines: [(line, Money(minorUnits: 990, .usd))],
                            reason: "A tenth"
                        ),
                        for: id,
                        actor: .system
                    )
                    return true
                } catch let problem as Problem where [409, 422].contains(problem.status) {
                    return false
                }
            }
            #expect(outcomes.count { $0 } == 10)
            let numbers = try await app.services.database.transaction(for: .system) { session in
                try session.all("SELECT number FROM credit_notes ORDER BY number") {
                    try $0.get("number", as: Int64.self)
                }
            }
            #expect(numbers == Array(1...10))
            #expect(try await app.invoice(id)["status"] == "paid")
            try await app.requireCleanBooks()
        }
    }
}
