import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

/// Staff's pages of invoices, without scripts.
@Suite struct ConsoleInvoiceTests {
    @Test func `staff write an invoice on pages, with more rows, and issue it`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let staff = try await StaffBrowser("billing", app)
            let new = "/console/invoices/new"
            let head = [("customer", "customer@example.com"), ("currency", "EUR")]
            let more = try await staff.submit(
                "/console/invoices",
                from: new,
                head + [("rows", "4"), ("more", "yes"), ("lines.3.description", "Kept")]
            )
            #expect(more.status == 200)
            #expect(more.text.contains("lines.8.unit_price"))
            #expect(more.text.contains("Kept"))
            let wrong = try await staff.submit(
                "/console/invoices",
                from: new,
                head + [("rows", "9"), ("lines.8.description", "Work"), ("lines.8.quantity", "0")]
            )
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("field-lines-8-quantity-error"))
            let saved = try await staff.submit(
                "/console/invoices",
                from: new,
                head + [
                    ("rows", "9"), ("lines.8.description", "Work"), ("lines.8.quantity", "3"),
                    ("lines.8.unit_price", "12.50"), ("due_at", "2030-12-31"),
                    ("memo", "Thanks"),
                ]
            )
            #expect(saved.status == 303, "\(saved.text)")
            let path = try #require(saved.location)
            #expect(try await staff.get(path).text.contains("€37.50"))
            #expect(try await staff.get("\(path)/edit").text.contains("2030-12-31"))
            let edited = try await staff.submit(
                "\(path)/edit",
                from: "\(path)/edit",
                [
                    ("rows", "1"), ("lines.0.description", "Work"), ("lines.0.quantity", "1"),
                    ("lines.0.unit_price", "20"),
                ]
            )
            #expect(edited.location == path)
            #expect(try await staff.get("\(path)/issue").text.contains("€20.00"))
            #expect(try await staff.submit("\(path)/issue").location == path)
            let page = try await staff.get(path).text
            #expect(page.contains("Invoice INV-"))
            #expect(page.contains("\(path)/void"))
            let unsaid = try await staff.submit("\(path)/void", [("reason", "")])
            #expect(unsaid.flash?.contains("Say why") == true)
            _ = try await staff.submit("\(path)/void", [("reason", "A mistake")])
            #expect(try await staff.get(path).text.contains("Void"))
            try await app.requireCleanBooks()
        }
    }

    @Test func `the list of all invoices is searched, kept and exported as it is filtered`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register(email: "ann@example.org")
            let customer = try await app.services.database.transaction(for: .system) {
                try #require(try $0.customer(named: ann.email)).id
            }
            let hers = try await app.issueInvoice(for: customer)
            let his = try await app.issueInvoice()
            let staff = try await StaffBrowser("support", app)
            let all = try await staff.get("/console/invoices").text
            #expect(all.contains(hers.text) && all.contains(his.text))
            #expect(!all.contains("/console/invoices/new"))
            let some = try await staff.get("/console/invoices?q=ann@example.org").text
            #expect(some.contains(hers.text) && !some.contains(his.text))
            let file = try await staff.get("/console/invoices.csv?q=ann@example.org&sort=-total")
            #expect(file.text.split(separator: "\r\n").count == 2)
            #expect(file.text.contains(hers.text))
            app.clock.advance(seconds: 30 * 86_400)
            let late = try await StaffBrowser("support", app)
                .get("/console/invoices?status=overdue").text
            #expect(late.contains("Overdue") && late.contains(hers.text))
        }
    }
}
