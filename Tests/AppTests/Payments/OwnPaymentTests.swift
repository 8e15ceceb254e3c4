import App
import Core
import Foundation
import Postgres
import Testing
import Wire

/// Customers see how each of their payments was made and what became of it.
@Suite struct OwnPaymentTests {
    /// What a file says of a payment, newest first: by what, its state, its amounts.
    private static func file(_ query: String, _ browser: StaffBrowser) async throws -> [[String]] {
        let lines = try await browser.get("/payments.csv?\(query)").text.split(separator: "\r\n")
        let names = try #require(lines.first).split(separator: ",").map { String($0) }
        let wanted = try ["Paid by", "Status", "Amount", "Refunded"].map { name in
            try #require(names.firstIndex(of: name))
        }
        return lines.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            return wanted.map { String(cells[$0]) }
        }
    }

    @Test func `a customer sees every payment, by what it was made and what went back`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register(email: "ann@example.org")
            let bob = try await app.register(email: "bob@example.org")
            try await app.payInManyWays(as: ann)
            _ = try await app.buyWithPayment(by: bob)
            try await app.pass(days: 31)
            let paid = try await app.invoices(of: ann, count: 4)

            let browser = try await StaffBrowser("ann@example.org", app)
            let expected = [
                ["Visa •••• 4242", "paid", "87.00", "0.00"],
                ["Credit", "paid", "29.00", "0.00"],
                ["Bank transfer", "paid", "29.00", "0.00"],
                ["Card", "not_paid", "29.00", "0.00"],
                ["Card", "paid", "29.00", "5.00"],
            ]
            #expect(try await Self.file("", browser) == expected)
            #expect(try await Self.file("status=not_paid", browser) == [expected[3]])
            let cheapest = try await Self.file("status=paid&sort=amount", browser)
            #expect(cheapest.count == 4 && cheapest.last == expected[0])

            let page = try await browser.get("/payments").text
            for text in ["Visa •••• 4242", "Bank transfer", "TX-1", "$5.00", "Nothing was taken."] {
                #expect(page.contains(text), "\(text)")
            }
            for invoice in paid {
                let number = try #require(invoice["number"]?.string)
                #expect(page.contains("Invoice \(number)"))
            }
            let unpaid = try await browser.get("/payments?status=not_paid").text
            #expect(!unpaid.contains("TX-1") && unpaid.contains("/payments.csv?status=not_paid"))
            #expect(try await browser.get("/dashboard").text.contains("href=\"/payments\""))
            let none = try await browser.get("/payments?status=returned").text
            #expect(none.contains("No payment fits"))

            let other = try await StaffBrowser("bob@example.org", app)
            let his = try await other.get("/payments?customer_id=\(app.customer(of: ann).text)")
                .text
            #expect(!his.contains("TX-1"))
            for invoice in paid { #expect(!his.contains(invoice["id"]?.string ?? "inv")) }
            #expect(try await Self.file("", other).map { $0[0] } == ["Visa •••• 4242", "Card"])
            #expect(try await StaffBrowser("billing", app).get("/payments").status == 403)
        }
    }

    @Test func `many payments are on pages that follow each other, and none at all says why`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register(email: "ann@example.org")
            let browser = try await StaffBrowser("ann@example.org", app)
            let empty = try await browser.get("/payments").text
            #expect(empty.contains("No payments yet") && empty.contains("href=\"/pricing\""))

            _ = try await app.placeOrder(by: ann)
            try await app.run(
                """
                INSERT INTO payments (id, customer_id, order_id, invoice_id, gateway, kind, status,
                    amount_minor, currency, idempotency_key, parameters, created_at)
                SELECT gen_random_uuid(), customer_id, order_id, id, 'stripe', 'checkout', 'failed',
                    2900, 'USD', 'many-' || n, '{}', now()
                FROM invoices, generate_series(1, 120) n
                WHERE customer_id = \(app.customer(of: ann).uuid)
                """
            )
            for sort in ["date", "-amount"] {
                var (found, path) = (0, Optional("/payments?status=not_paid&sort=\(sort)"))
                while let next = path {
                    let page = try await browser.get(next).text
                    found += page.matches(of: /Nothing was taken/).count
                    #expect(page.contains("Order #"))
                    path = page.firstMatch(of: /href="([^"]+)"[^>]*>Next page/).map {
                        String($0.output.1).replacing("&amp;", with: "&")
                    }
                }
                #expect(found == 120, "\(sort)")
            }
        }
    }
}

extension TestApp {
    /// Pays by a card, of which a part goes back, by a transfer instead of a card, and by credit.
    fileprivate func payInManyWays(as ann: Person) async throws {
        let paid = try await buyWithPayment(by: ann)
        let asked = try await askRefund(of: paid, amount: 500)
        try #require(asked.status == 201 || asked.status == 202, "\(asked.text)")
        let path = "/api/v1/payments/\(paid["id"]?.string ?? "")"
        _ = try await eventually("a refund") {
            let seen = try await api.get(path, token: ann.token).json
            return seen["amount_refunded"]?["amount"] == 500 ? true : nil
        }
        let placed = try await placeOrder(by: ann)
        let id = try #require(placed["id"]?.string)
        _ = try await openCheckout(id, by: ann)
        let transfer = try await api.post(
            "/api/v1/invoices/\(placed["invoice_id"]?.string ?? "")/pay",
            json: ["method": "bank_transfer", "reference": "TX-1"],
            token: try await token(of: "billing")
        )
        try #require(transfer.status == 201, "\(transfer.text)")
        _ = try await order(id, by: ann, reaching: "completed")
        try await grant(2_900, to: ann)
        let last = try #require(try await placeOrder(by: ann)["id"]?.string)
        _ = try await openCheckout(last, by: ann)
        _ = try await order(last, by: ann, reaching: "completed")
    }
}
