import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// Invoices that staff write, issue, cancel, give up and send.
@Suite struct StaffInvoiceTests {
    @Test func `a draft is written, changed, issued and paid`() async throws {
        try await TestApp.run { app in
            let written = try await app.writeInvoice(more: ["memo": "Thank you."])
            #expect(written.status == 201, "\(written.text)")
            #expect(written.json["status"] == "draft")
            #expect(written.json["number"] == .null)
            #expect(written.json["total"] == ["amount": 9900, "currency": "USD"])
            let id = try #require(ID<Invoice>(written.json["id"]?.string ?? ""))
            let token = try await app.token(of: "billing")
            let changed = try await app.api.put(
                TestApp.invoicesPath + id.text,
                json: [
                    "lines": [TestApp.line("Work", 3, 1_000), TestApp.line("Travel", 1, 250)],
                    "due_at": "2030-01-31T12:00:00Z",
                ],
                token: token
            )
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed.json["total"] == ["amount": 3250, "currency": "USD"])
            #expect(changed.json["memo"] == "Thank you.")
            #expect(changed.json["due_at"] == "2030-01-31T12:00:00Z")
            let issued = try await app.doTo(id, "issue")
            #expect(issued.status == 200, "\(issued.text)")
            #expect(issued.json["status"] == "open")
            #expect(issued.json["number"]?.string?.hasPrefix("INV-") == true)
            #expect(try await app.balance("receivable") == 3_250)
            #expect(try await app.balance("revenue") == -3_250)
            let late = try await app.api.put(
                TestApp.invoicesPath + id.text,
                json: ["memo": "Too late"],
                token: token
            )
            #expect(late.status == 409 && late.code == "invoice_is_issued")
            #expect(try await app.doTo(id, "issue").status == 409)
            let gone = try await app.api.delete(TestApp.invoicesPath + id.text, token: token)
            #expect(gone.status == 409)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what cannot be written is refused, and nothing is stored`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let refusals: [(lines: [JSON], currency: String, field: String)] = [
                ([TestApp.line("A", 0, 100)], "USD", "lines.0.quantity"),
                ([TestApp.line("A", 1_000_001, 1)], "USD", "lines.0.quantity"),
                ([TestApp.line("A", 1, -1)], "USD", "lines.0.unit_price"),
                ([TestApp.line("", 1, 1)], "USD", "lines.0.description"),
                ([TestApp.line("A", 1, 1, "EUR")], "USD", "lines.0.unit_price"),
                ([TestApp.line("A", 1, 1, "XXX")], "USD", "lines.0.unit_price.currency"),
                ([TestApp.line("A", 1, .max)], "USD", "lines.0.unit_price"),
                ([TestApp.line("A", 1_000_000, .max)], "USD", "lines.0.unit_price"),
                (
                    [TestApp.line("A", 1, 999_999_999_999), TestApp.line("B", 1, 1)], "USD",
                    "lines.1.unit_price"
                ),
                ([TestApp.line("A", 1, 1, "KWD")], "KWD", "lines.0.unit_price"),
                ([TestApp.line("A", 1, 1)], "ZZZ", "currency"),
            ]
            for refusal in refusals {
                let answer = try await app.writeInvoice(
                    lines: refusal.lines,
                    currency: refusal.currency
                )
                #expect(answer.status == 422, "\(answer.text)")
                #expect(answer.fieldCodes[refusal.field] != nil, "\(answer.text)")
            }
            let stranger = try await app.writeInvoice(for: ID(app.services.ids.next()))
            #expect(stranger.status == 422 && stranger.fieldCodes["customer_id"] != nil)
            let empty = try await app.writeInvoice(lines: [], more: ["issue": true])
            #expect(empty.status == 409 && empty.code == "invoice_is_empty")
            #expect(try await app.count("SELECT 1 FROM invoices") == 0)
        }
    }

    @Test func `a draft can be removed, and that of an order belongs to its order`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "billing")
            let draft = try await app.writeInvoice()
            let path = TestApp.invoicesPath + (try #require(draft.json["id"]?.string))
            #expect(try await app.api.delete(path, token: token).status == 204)
            #expect(try await app.api.get(path, token: token).status == 404)
            _ = try await app.placeDemoOrder()
            let of = try await app.api.get("/api/v1/invoices?status=draft", token: token)
            let id = try #require(ID<Invoice>(of.json.list.first?["id"]?.string ?? ""))
            for verb in ["issue", "void", "uncollectible", "send", "links"] {
                #expect(try await app.doTo(id, verb).status == 409, "\(verb)")
            }
            let removed = try await app.api.delete(
                TestApp.invoicesPath + id.text,
                token: token
            )
            #expect(removed.code == "invoice_of_order")
        }
    }

    @Test func `an invoice that costs nothing is paid when it is issued`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.issueInvoice(lines: [TestApp.line("A gift", 1, 0)])
            #expect(try await app.invoice(id)["status"] == "paid")
            try await app.requireCleanBooks()
        }
    }

    @Test func `a cancelled invoice owes nothing, here and in the books`() async throws {
        try await TestApp.run { app in
            let id = try await app.issueInvoice()
            #expect(try await app.balance("receivable") == 9_900)
            let void = try await app.doTo(id, "void", json: ["reason": "Written twice"])
            #expect(void.status == 200, "\(void.text)")
            #expect(void.json["status"] == "void")
            #expect(void.json["amount_due"] == ["amount": 0, "currency": "USD"])
            #expect(try await app.balance("receivable") == 0)
            #expect(try await app.balance("revenue") == 0)
            #expect(try await app.doTo(id, "void").code == "invoice_is_void")
            #expect(try await app.doTo(id, "uncollectible").code == "invoice_is_void")
            _ = try await eventually("a mail that tells so") {
                app.simulators.mail.messages.first { $0.subject.hasSuffix("is cancelled") }
            }
            try await app.requireCleanBooks()
        }
    }

    @Test func `an invoice that is given up is a loss, and may still be cancelled`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.issueInvoice()
            let lost = try await app.doTo(id, "uncollectible")
            #expect(lost.json["status"] == "uncollectible", "\(lost.text)")
            #expect(try await app.balance("receivable") == 0)
            #expect(try await app.balance("bad_debt") == 9_900)
            try await app.requireCleanBooks()
            #expect(try await app.doTo(id, "void").json["status"] == "void")
            #expect(try await app.balance("bad_debt") == 0)
            #expect(try await app.balance("revenue") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a new invoice is mailed with its PDF, and again when staff ask for it`()
        async throws
    {
        try await TestApp.run { app in
            let id = try await app.issueInvoice()
            #expect(try await app.doTo(id, "send").status == 202)
            #expect(try await app.doTo(id, "send").status == 202)
            let mails = try await eventually("three mails") {
                let mails = app.simulators.mail.messages.filter {
                    $0.subject.hasPrefix("Invoice INV-")
                }
                return mails.count == 3 ? mails : nil
            }
            for mail in mails {
                #expect(mail.header("Content-Type")?.hasPrefix("multipart/mixed") == true)
                #expect(mail.text?.contains("/pay/") == true)
            }
            let kept = try await app.count("SELECT 1 FROM invoice_pdfs")
            #expect(kept == 1)
        }
    }

    @Test func `figures count each invoice once, by currency and state`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            _ = try await app.writeInvoice()
            _ = try await app.issueInvoice()
            let lost = try await app.issueInvoice()
            _ = try await app.doTo(lost, "uncollectible")
            let yen = TestApp.line("日本", 1, 5_000, "JPY")
            _ = try await app.writeInvoice(lines: [yen], currency: "JPY", more: ["issue": true])
            app.clock.advance(seconds: 20 * 86_400)
            let sums = try await StaffInvoiceTests.sums(app)
            #expect(sums.count == 2)
            let dollars = sums[1]
            #expect(dollars["currency"] == "USD")
            #expect(dollars["draft"]?["count"] == 1)
            #expect(dollars["open"] == dollars["overdue"])
            let expected: JSON = ["amount": 9900, "currency": "USD"]
            #expect(dollars["open"]?["total"] == expected)
            #expect(dollars["uncollectible"]?["count"] == 1)
            #expect(dollars["outstanding"] == expected)
        }
    }

    private static func sums(_ app: TestApp) async throws -> [JSON] {
        let path = "\(TestApp.invoicesPath)stats/summary"
        return try await app.api.get(path, token: try await app.token(of: "support")).json.list
    }

    @Test func `what is overdue is found, what is due first first`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            _ = try await app.writeInvoice()
            let id = try await app.issueInvoice()
            let path = "/api/v1/invoices?overdue=true&sort=due&q=customer@example"
            let before = try await app.api.get(path, token: try await app.token(of: "support"))
            #expect(before.json.list.isEmpty)
            app.clock.advance(seconds: 20 * 86_400)
            let after = try await app.api.get(path, token: try await app.token(of: "support"))
            #expect(after.json.list.count == 1)
            #expect(after.json.list.first?["id"]?.string == id.text)
        }
    }

    @Test func `lists find by number, day and text, and every page goes on from the one before`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            var ids: [String] = []
            for price in [300, 100, 200] {
                ids.append(
                    try await app.issueInvoice(lines: [TestApp.line("A", 1, Int64(price))]).text
                )
            }
            let support = try await app.token(of: "support")
            func found(_ query: String) async throws -> [String] {
                var found: [String] = []
                var cursor = ""
                repeat {
                    let path = "/api/v1/invoices?limit=1&\(query)\(cursor)"
                    let page = try await app.api.get(path, token: support)
                    try #require(page.status == 200, "\(page.text)")
                    found += page.json.list.compactMap { $0["id"]?.string }
                    cursor = page.json["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
                } while !cursor.isEmpty
                return found
            }
            #expect(try await found("sort=total") == [ids[1], ids[2], ids[0]])
            #expect(try await found("sort=-total") == [ids[0], ids[2], ids[1]])
            #expect(try await found("sort=date") == ids)
            #expect(try await found("") == ids.reversed())
            let number = try #require(try await app.invoice(ID(ids[1])!)["number"]?.string)
            #expect(try await found("number=\(number)") == [ids[1]])
            #expect(try await found("q=\(number.lowercased())") == [ids[1]])
            #expect(try await found("q=\(ids[2])") == [ids[2]])
            #expect(try await found("q=inv-").count == 3)
            #expect(try await found("q=nobody-has-this").isEmpty)
            #expect(try await found("issued_from=2099-01-01T00:00:00Z").isEmpty)
            #expect(try await found("issued_before=2099-01-01T00:00:00Z").count == 3)
        }
    }
}
