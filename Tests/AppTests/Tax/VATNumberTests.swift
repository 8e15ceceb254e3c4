import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Web
import Wire

@testable import App

/// VAT numbers: told, asked after, and what the answer does to the tax.
@Suite struct VATNumberCheckTests {
    private static let french = "FR40303265045"
    private static let question = "POST /taxation_customs"

    private func prepare(_ app: TestApp) async throws {
        try await app.setSeller("DE", [("one_stop_shop", true)])
        _ = try await app.setTaxRule("DE", "19")
        _ = try await app.setTaxRule("FR", "20")
    }

    @Test func `a business that the register knows owes the tax itself`() async throws {
        try await TestApp.run { app in
            try await prepare(app)
            let ann = try await app.register(in: "FR", vatNumber: "fr 40 303.265.045")
            let check = try await app.vatNumber(of: ann, reaching: "valid")
            #expect(check["number"] == .string(Self.french))
            #expect(check["consultation"]?.string?.isEmpty == false, "the seller said who asks")
            let order = try await app.buy(by: ann)
            #expect(order.amount("total") == 2_900)
            let invoice = try await app.invoice(ofOrder: order, by: ann)
            #expect(invoice["notes"]?[0]?.string?.hasPrefix("Reverse charge") == true)
            #expect(invoice["buyer"]?["tax_id"] == .string(Self.french))
            let page = try await StaffBrowser(ann.email, app)
                .get("/invoices/\(order["invoice_id"]?.string ?? "")")
            #expect(page.text.contains("Reverse charge"))
            #expect(page.text.contains("Why this tax"))
            #expect(page.text.contains("Tax ID \(Self.french)"))
            try await app.requireCleanBooks()
        }
    }

    @Test func `while the register is closed the tax is charged, and it is asked again`()
        async throws
    {
        try await TestApp.run { app in
            try await prepare(app)
            app.simulators.vies.host.faults.add(Fault(Self.question, .internalError, times: 2))
            let ann = try await app.register(in: "FR", vatNumber: Self.french)
            #expect(try await app.taxFile(of: ann).1["vat_number"]?["status"] == "pending")
            let order = try await app.placeOrder(by: ann)
            #expect(order.taxes == ["VAT 20 FR 2900 580"])
            let invoice = try await app.invoice(ofOrder: order, by: ann)
            let reasons = invoice["tax_reasons"]?.array ?? []
            #expect(reasons.contains("The buyer's VAT number has not been confirmed yet."))
            _ = try await app.vatNumber(of: ann, reaching: "valid")
            #expect(try await app.placeOrder(by: ann).amount("tax") == 0)
        }
    }

    @Test func `a number that the register does not know makes nobody a business`() async throws {
        try await TestApp.run { app in
            try await prepare(app)
            try await app.strikeOff(Self.french)
            let ann = try await app.register(in: "FR", vatNumber: Self.french)
            _ = try await app.vatNumber(of: ann, reaching: "invalid")
            #expect(try await app.placeOrder(by: ann).taxes == ["VAT 20 FR 2900 580"])
        }
    }

    @Test func `an old answer is asked for again before the next bill`() async throws {
        try await TestApp.run { app in
            try await prepare(app)
            let ann = try await app.register(in: "FR", vatNumber: Self.french)
            _ = try await app.vatNumber(of: ann, reaching: "valid")
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await app.pass(days: 20)
            #expect(try await VATNumbers(app.services).recheck() == .done)
            #expect(try await app.count("SELECT 1 FROM vat_checks") == 1, "it is good for a month")
            try await app.strikeOff(Self.french)
            try await app.pass(days: 10.5)
            #expect(try await VATNumbers(app.services).recheck() == .done)
            _ = try await app.vatNumber(of: ann, reaching: "invalid")
            try await app.pass(days: 2)
            let renewed = try await app.invoices(of: ann, count: 2)[0]
            #expect(renewed.taxes == ["VAT 20 FR 2900 580"])
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [
        ("DE123456789", "check digits"), ("DE12", "length"), ("US123456789", "two letters"),
    ])
    func `what cannot be a number is refused`(number: String, words: String) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let answer = try await app.api.put(
                "/api/v1/auth/me",
                json: ["vat_number": .string(number)],
                token: ann.token
            )
            #expect(answer.status == 422)
            #expect(answer.fieldCodes == ["vat_number": "bad_format"])
            #expect(answer.text.contains(words), "\(answer.text)")
        }
    }

    @Test func `the checkout asks for the country before it shows the tax`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await prepare(app)
            let ann = try await app.register()
            let plan = try #require(ID<Plan>(try await app.plan()))
            let cart = Cart(lines: [Cart.Line(plan: plan, cycle: .monthly, domain: nil)])
            let cookie = try #require(try cart.cookie(app.services)).headerValue
            let browser = try await StaffBrowser(ann.email, app)
                .with(cookie: String(cookie.prefix { $0 != ";" }))
            let asked = try await browser.get("/checkout")
            #expect(asked.text.contains("Where you are"))
            #expect(asked.text.contains("Before tax"))
            #expect(!asked.text.contains("VAT 20 %"))
            let refused = try await browser.submit(
                "/checkout/place-of-supply",
                from: "/checkout",
                [("place", "yes"), ("tax_country", "FR"), ("vat_number", "FR1")]
            )
            #expect(refused.status == 422)
            #expect(refused.text.contains("check its length"))
            let told = try await browser.submit(
                "/checkout/place-of-supply",
                from: "/checkout",
                [("place", "yes"), ("tax_country", "FR")]
            )
            #expect(told.location == "/checkout")
            let shown = try await browser.get("/checkout")
            #expect(shown.text.contains("VAT 20 % of $29.00"), "\(shown.text)")
            #expect(shown.text.contains("$34.80"))
            let changed = try await browser.submit(
                "/checkout",
                from: "/checkout",
                [("total", "2900")]
            )
            #expect(changed.location == "/checkout", "nobody pays what was not shown")
        }
    }
}

extension TestApp {
    /// Has the register forget a number.
    fileprivate func strikeOff(_ number: String) async throws {
        let answer = try await TestClient(baseURL: simulators.vies.host.baseURL).post(
            "/_sandbox/numbers",
            json: ["number": .string(number), "valid": false]
        )
        try #require(answer.status == 201, "\(answer.text)")
    }
}
