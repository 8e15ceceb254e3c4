import App
import Core
import Foundation
import Simulators
import Testing
import Wire

@testable import App

/// Taxes on what is sold: on the order, on its invoice and in the books.
@Suite struct TaxSaleTests {
    @Test func `a sale at home bears the seller's tax, on paper and in the books`() async throws {
        try await TestApp.run { app in
            try await app.setSeller("DE")
            _ = try await app.setTaxRule("DE", "19")
            let ann = try await app.register(in: "DE")
            let order = try await app.buy(by: ann, domain: "example.com")
            let subtotal = try #require(order.amount("subtotal"))
            let tax = try #require(order.amount("tax"))
            #expect(order.amount("total") == subtotal + tax)
            let invoice = try await app.invoice(ofOrder: order, by: ann)
            #expect(invoice.taxes == ["VAT 19 DE \(subtotal) \(tax)"])
            let lines = try #require(invoice["lines"]?.array)
            #expect(lines.map { $0.amount("tax") ?? 0 }.reduce(0, +) == tax)
            #expect(lines[0].taxes == ["VAT 19 DE 2900 551"])
            #expect(invoice["seller"]?["tax_id"] == "DE136695976")
            #expect(invoice["tax_reasons"]?[0] == "The tax of the seller's country applies.")
            #expect(try await app.balance("tax") == -tax)
            #expect(try await app.balance("receivable") == 0)
            let net = try await app.balance("deferred_revenue") + app.balance("revenue")
            #expect(net == -subtotal)
            try await app.requireCleanBooks()
        }
    }

    @Test func `without rules nothing is taxed`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let order = try await app.placeOrder(by: try await app.register(in: "DE"))
            #expect(order.amount("total") == 2_900)
            #expect(order.taxes == [])
        }
    }

    @Test func `consumers in the Union pay the seller's tax, or their own by the One Stop Shop`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            try await app.setSeller("DE")
            _ = try await app.setTaxRule("DE", "19")
            _ = try await app.setTaxRule("FR", "20")
            let ann = try await app.register(in: "FR")
            #expect(try await app.placeOrder(by: ann).taxes == ["VAT 19 DE 2900 551"])
            try await app.setSeller("DE", [("one_stop_shop", true)])
            #expect(try await app.placeOrder(by: ann).taxes == ["VAT 20 FR 2900 580"])
            let bob = try await app.register(in: "US")
            #expect(try await app.placeOrder(by: bob).taxes == [], "nothing is levied there")
            try await app.setSeller("DE", [("small_business_note", "No VAT (§ 19 UStG).")])
            let eve = try await app.register(in: "DE")
            let small = try await app.placeOrder(by: eve)
            #expect(small.taxes == [])
            let invoice = try await app.invoice(ofOrder: small, by: eve)
            #expect(invoice["notes"] == ["No VAT (§ 19 UStG)."])
        }
    }

    @Test func `a price that contains the tax is what is paid`() async throws {
        try await TestApp.run { app in
            try await app.setSeller("DE", [("prices_include_tax", true)])
            _ = try await app.setTaxRule("DE", "19")
            let ann = try await app.register(in: "DE")
            let order = try await app.buy(by: ann)
            #expect(order.amount("total") == 2_900)
            #expect(order.taxes == ["VAT 19 DE 2437 463"])
            #expect(order["tax_inclusive"] == true)
            let invoice = try await app.invoice(ofOrder: order, by: ann)
            #expect(invoice.amount("amount_due") == 0)
            #expect(try await app.balance("tax") == -463)
            #expect(try await app.balance("deferred_revenue") == -2_437)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a tax is rounded on each line, or once an invoice`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.setSeller("DE")
            _ = try await app.setTaxRule("DE", "7.77")
            let ann = try await app.register(in: "DE")
            let item: JSON = [
                "plan_id": .string(try await app.plan()), "billing_cycle": "monthly",
            ]
            func order() async throws -> JSON {
                let body: JSON = ["items": [item, item]]
                return try await app.api.post("/api/v1/orders/", json: body, token: ann.token).json
            }
            #expect(try await order().amount("tax") == 450)
            try await app.setSeller("DE", [("rounding_unit", "invoice")])
            let once = try await order()
            #expect(once.amount("tax") == 451)
            let lines = try await app.invoice(ofOrder: once, by: ann)["lines"]?.array
            #expect(lines?.map { $0.amount("tax") } == [226, 225])
            try await app.requireCleanBooks()
        }
    }

    @Test func `several taxes stand on one invoice, one of them on the other`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.setSeller("CA", [("region", "PE"), ("tax_id", .null)])
            _ = try await app.setTaxRule("CA", "5", component: "GST")
            let compound: [(String, JSON)] = [("region", "PE"), ("compound", true)]
            _ = try await app.setTaxRule("CA", "10", component: "PST", more: compound)
            let domains: [(String, JSON)] = [("product", "domain")]
            _ = try await app.setTaxRule("CA", "0", component: "GST", more: domains)
            let ann = try await app.register()
            let address: JSON = [
                "line1": "1 Queen Street", "city": "Charlottetown", "postal_code": "C1A 4A8",
                "state": "Prince Edward Island", "country": "CA",
            ]
            _ = try await app.api.put(
                "/api/v1/auth/me",
                json: ["address": address],
                token: ann.token
            )
            let order = try await app.placeOrder(by: ann)
            #expect(order.taxes == ["GST 5 CA 2900 145", "PST 10 CA-PE 3045 304"])
            try await app.requireCleanBooks()
        }
    }

    @Test func `an exemption frees from the tax it names, and says why`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.setSeller("DE")
            _ = try await app.setTaxRule("DE", "19")
            let ann = try await app.register(in: "DE")
            let customer = try await app.taxFile(of: ann).customer
            let token = try await app.token(of: "billing")
            let path = "/api/v1/admin/customers/\(customer)/tax-exemptions"
            let other = try await app.api.post(
                path,
                json: ["reason": "GST certificate 7", "components": ["GST"]],
                token: token
            )
            #expect(other.status == 201, "\(other.text)")
            #expect(try await app.placeOrder(by: ann).amount("tax") == 551)
            let granted = try await app.api.post(
                path,
                json: ["reason": "Embassy, note 12/2026"],
                token: token
            )
            let free = try await app.placeOrder(by: ann)
            #expect(free.amount("tax") == 0)
            let invoice = try await app.invoice(ofOrder: free, by: ann)
            #expect(invoice["notes"] == ["Exempt: Embassy, note 12/2026"])
            let id = granted.json["id"]?.string ?? ""
            let end = "/api/v1/admin/tax-exemptions/\(id)/end"
            #expect(try await app.api.post(end, json: [:], token: token).status == 200)
            #expect(try await app.api.post(end, json: [:], token: token).status == 409)
            #expect(try await app.placeOrder(by: ann).amount("tax") == 551)
            #expect(try await app.taxFile(of: ann).1["exemptions"]?.array?.count == 2)
        }
    }
}
