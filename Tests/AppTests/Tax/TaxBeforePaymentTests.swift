import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Orders whose buyer's tax changes before they are paid.
@Suite struct TaxBeforePaymentTests {
    private func move(_ person: Person, to country: String, _ app: TestApp) async throws {
        let address: JSON = [
            "line1": "1 Main Street", "city": "Somewhere", "postal_code": "12345",
            "country": .string(country),
        ]
        let answer = try await app.api.put(
            "/api/v1/auth/me",
            json: ["address": address],
            token: person.token
        )
        try #require(answer.status == 200, "\(answer.text)")
    }

    private func home(_ app: TestApp) async throws -> Person {
        try await app.setSeller("DE", [("one_stop_shop", true)])
        _ = try await app.setTaxRule("DE", "19")
        _ = try await app.setTaxRule("FR", "20")
        return try await app.register(in: "DE")
    }

    private func order(_ id: String, _ person: Person, _ app: TestApp) async throws -> JSON {
        try await app.api.get("/api/v1/orders/\(id)", token: person.token).json
    }

    @Test func `a buyer who moves sees the new sum, and pays it`() async throws {
        try await TestApp.run { app in
            let ann = try await home(app)
            let id = try #require(try await app.placeOrder(by: ann)["id"]?.string)
            let old = try await app.openCheckout(id, by: ann)
            let file = try await StaffBrowser("support", app).get("/console/orders/\(id)")
            #expect(file.text.contains("Why this tax") && file.text.contains("VAT 19"))
            try await move(ann, to: "FR", app)
            let path = "/api/v1/orders/\(id)/checkout"
            let refused = try await app.api.post(path, json: [:], token: ann.token)
            #expect(refused.status == 409 && refused.code == "order_costs_otherwise")
            #expect(refused.text.contains("34.80"), "\(refused.text)")
            let shown = try await order(id, ann, app)
            #expect(shown.amount("total") == 3_480 && shown.taxes == ["VAT 20 FR 2900 580"])
            let draft = try await app.invoice(ofOrder: shown, by: ann)
            #expect(draft.amount("total") == 3_480 && draft.taxes == shown.taxes)
            let new = try await app.openCheckout(id, by: ann)
            #expect(new != old)
            #expect(app.simulators.stripe.completeCheckout(old)["gone"] != nil)
            app.pay(new)
            let paid = try await app.order(id, by: ann, reaching: "completed")
            let invoice = try await app.invoice(ofOrder: paid, by: ann)
            #expect(invoice["status"] == "paid" && invoice.taxes == ["VAT 20 FR 2900 580"])
            #expect(try await app.balance("tax") == -580)
            let rewritten = "SELECT 1 FROM audit_log WHERE action = 'order.bill_anew'"
            #expect(try await app.count("\(unsafeRaw: rewritten)") == 1, "what is right stays")
            try await app.requireCleanBooks()
        }
    }

    @Test func `a recorded transfer pays the new sum alone`() async throws {
        try await TestApp.run { app in
            let ann = try await home(app)
            let placed = try await app.placeOrder(by: ann, domain: "example.com")
            let invoice = try #require(placed["invoice_id"]?.string)
            let before = try #require(placed.amount("total"))
            try await move(ann, to: "US", app)
            let staff = try await app.token(of: "billing")
            let transfer: JSON = ["method": "bank_transfer", "reference": "A"]
            let path = "/api/v1/invoices/\(invoice)/pay"
            let refused = try await app.api.post(path, json: transfer, token: staff)
            #expect(refused.code == "order_costs_otherwise", "\(refused.text)")
            let paid = try await app.api.post(path, json: transfer, token: staff)
            #expect(paid.status == 201, "\(paid.text)")
            let subtotal = try #require(placed.amount("subtotal"))
            #expect(paid.json.amount("amount") == subtotal && subtotal < before)
            _ = try await app.order(placed["id"]?.string ?? "", by: ann, reaching: "completed")
            #expect(try await app.balance("tax") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `the order's page says that the sum is another one`() async throws {
        try await TestApp.run { app in
            _ = try await home(app)
            let token = try await app.token(of: "customer")
            let demo = Person(email: "", token: token, refreshToken: "")
            try await move(demo, to: "DE", app)
            let id = try #require(try await app.placeOrder(by: demo)["id"]?.string)
            try await move(demo, to: "FR", app)
            let browser = try await StaffBrowser("customer", app)
            let page = "/orders/\(id)"
            let answer = try await browser.submit("\(page)/payments", from: page, [])
            #expect(answer.location == page)
            #expect(try await browser.get(page).text.contains("34.80"))
        }
    }
}
