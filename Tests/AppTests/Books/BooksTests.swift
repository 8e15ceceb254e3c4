import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

/// The books as staff read them: accounts, entries, trial balance, files.
@Suite struct BooksTests {
    private static let api = "/api/v1/admin/ledger"

    @Test func `a sale stands on the accounts, and each entry leads to its cause`() async throws {
        try await TestApp.run { app in
            try await app.controlStripe("fees", ["mode": "hold"])
            let ann = try await app.register()
            let order = try #require(
                try await app.buy(by: ann, domain: "example.com")["id"]?.string
            )
            let staff = try await StaffBrowser("support", app)
            let accounts = try await staff.get("/console/books")
            #expect(accounts.text.contains("Clearing"))
            #expect(accounts.text.contains("$41.99") && accounts.text.contains("−$29.00"))
            let file = try await staff.get("/console/orders/\(order)")
            #expect(file.text.contains("/console/books/entries?object=\(order)"))
            let entries = try await staff.get("/console/books/entries?object=\(order)")
            #expect(entries.text.contains("Invoice issued"))
            #expect(entries.text.contains("Payment captured"))
            #expect(entries.text.contains("href=\"/console/orders/\(order)\""))
            let invoice = try #require(
                entries.text.firstMatch(of: #/href="(/console/invoices/inv_\w+)"/#)
            )
            let paper = try await staff.get(String(invoice.output.1))
            #expect(paper.text.contains("/console/books/entries?object=inv_"))
            let none = try await staff.get("/console/books/entries?object=nonsense")
            #expect(none.status == 200 && none.text.contains("No entry fits"))
        }
    }

    @Test func `an entry of credit says why it was given, and leads to its customer`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            try await app.grant(500, to: ann)
            let customer = try await app.customer(of: ann).text
            let staff = try await StaffBrowser("support", app)
            let page = try await staff.get("/console/books/entries?object=\(customer)")
            #expect(page.text.contains("href=\"/console/customers/\(customer)\""), "\(page.text)")
            #expect(page.text.contains("We are sorry.") && !page.text.contains("crd_"))
        }
    }

    @Test func `entries of anything are those of what belongs to it`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "support")
            try await app.makeHistory()
            func count(_ id: String) async throws -> Int {
                let path = "\(Self.api)/entries?limit=100&object_id=\(id)"
                return try await app.api.get(path, token: token).json.list.count
            }
            let all = try await app.api.get("\(Self.api)/entries?limit=100", token: token).json.list
            let postings = Set(all.compactMap { $0["posting"]?.string })
            #expect(
                postings == [
                    "invoice_issued", "payment_captured", "refund", "payment_unplaced",
                    "unplaced_returned", "credit_granted", "credit_spent", "credit_note",
                    "domain_cost",
                ]
            )
            for posting in ["refund", "unplaced_returned", "credit_note", "domain_cost"] {
                let entry = try #require(all.first { $0["posting"]?.string == posting })
                // What is done at a registrar is found by its name or order.
                if posting != "domain_cost" {
                    #expect(try await count(try #require(entry["cause_id"]?.string)) == 2)
                }
                #expect(try await count(try #require(entry["transaction_id"]?.string)) == 2)
            }
            let undone = try #require(all.first { $0["posting"]?.string == "refund" })
            #expect(try await count(try #require(undone["order_id"]?.string)) == 6)
            let arrived = try #require(all.last { $0["posting"]?.string == "payment_captured" })
            #expect(try await count(try #require(arrived["cause_id"]?.string)) == 2)
            let accounts = try await app.api.get("\(Self.api)/accounts", token: token).json.list
            let owners = accounts.compactMap { $0["customer_id"]?.string }
            let customer = try #require(owners.first)
            #expect(try await count(customer) == all.count)
            let bad = try await app.api.get("\(Self.api)/entries?object_id=x", token: token)
            #expect(bad.status == 422 && bad.fieldCodes == ["object_id": "bad_format"])
        }
    }

    @Test func `an account's balance runs through its entries, whichever part is shown`()
        async throws
    {
        try await TestApp.run { app in
            let token = try await app.token(of: "support")
            try await app.makeHistory()
            let accounts = try await app.api.get(
                "\(Self.api)/accounts?kind=clearing",
                token: token
            ).json.list
            let account = try #require(accounts.first)
            let path = "\(Self.api)/accounts/\(try #require(account["id"]?.string))/entries"
            var entries: [JSON] = []
            var cursor = ""
            repeat {
                let page = try await app.api.get("\(path)?limit=2\(cursor)", token: token).json
                entries += page.list
                cursor = page["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(entries.count == 7)
            #expect(entries.first?["balance"] == account["balance"])
            var balance: Int64 = 0
            for entry in entries.reversed() {
                balance += entry["amount"]?["amount"]?.integer ?? 0
                #expect(entry["balance"]?["amount"]?.integer == balance)
            }
            let none = try await app.api.get("\(path)?before=2020-01-01T00:00:00Z", token: token)
            #expect(none.json.list.isEmpty)
            let staff = try await StaffBrowser("billing", app)
            let page = "/console/books/accounts/\(try #require(account["id"]?.string))"
            let file = try await staff.get("\(page)/entries.csv")
            #expect(file.text.split(separator: "\r\n").count == 8)
            #expect(try await staff.get(page).text.contains("Balance"))
            let past = try await staff.get("\(page)?from=2020-01-01&until=2020-01-31")
            #expect(past.text.contains("Nothing was booked in these days."))
            #expect(past.text.contains("value=\"2020-01-31\""))
        }
    }

    @Test func `debits are credits at any moment`() async throws {
        try await TestApp.run { app in
            let token = try await app.token(of: "support")
            let start = app.services.clock.now
            try await app.makeHistory()
            let now = try await app.api.get("\(Self.api)/trial-balance", token: token).json
            let lines = now["lines"]?.array ?? []
            func sum(_ side: String) -> Int64 {
                lines.reduce(0) { $0 + ($1[side]?["amount"]?.integer ?? 0) }
            }
            #expect(sum("debit") == sum("credit") && sum("debit") > 0)
            let kinds = lines.compactMap { $0["kind"]?.string }
            #expect(kinds.contains("suspense"))
            let before = try await app.api.get(
                "\(Self.api)/trial-balance?at=\(start.rfc3339)",
                token: token
            ).json
            #expect(before["lines"] == [])
            let staff = try await StaffBrowser("support", app)
            let page = try await staff.get("/console/books/trial-balance")
            #expect(page.text.contains("Trial balance in USD") && page.text.contains("Total"))
            let past = try await staff.get("/console/books/trial-balance?at=2020-02-29")
            #expect(past.text.contains("29 Feb 2020") && past.text.contains("Choose a later day."))
            let file = try await staff.get("/console/books/trial-balance.csv")
            #expect(file.text.split(separator: "\r\n").count == lines.count + 1)
            let accounts = try await staff.get("/console/books.csv?kind=receivable")
            #expect(accounts.text.split(separator: "\r\n").count == 2)
            let entries = try await staff.get("/console/books/entries.csv")
            let rows = try await app.count("SELECT 1 FROM ledger_entries")
            #expect(Int64(entries.text.split(separator: "\r\n").count) == rows + 1)
        }
    }

    @Test func `the books are staff's alone`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            for part in ["accounts", "entries", "trial-balance"] {
                let statuses = try await app.statuses("GET", "\(Self.api)/\(part)")
                #expect(statuses == [401, 403, 200, 200, 200])
            }
            let staff = try await StaffBrowser("support", app)
            #expect(try await staff.get("/console/books").text.contains("Nothing has been booked"))
            let page = try await staff.submit("/console/books/checks")
            #expect(page.status == 403)
        }
    }
}
