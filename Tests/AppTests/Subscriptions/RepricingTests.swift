import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@Suite struct RepricingTests {
    @Test func `the page of sold prices announces each currency that a plan is sold in`()
        async throws
    {
        try await TestApp.run(environment: ["CURRENCIES": "EUR"], runsWorker: false) { app in
            try await app.setPrices(of: "starter", [("USD", 3_100), ("EUR", 2_700)])
            let page = "/console/plans/\(try await app.plan())/prices"
            let admin = try await StaffBrowser("admin", app)
            let shown = try await admin.get(page).text
            #expect(shown.contains("31.00 USD a month") && shown.contains("27.00 EUR a month"))
            let wish = [("cycle", "monthly"), ("currency", "EUR"), ("notice_days", "30")]
            #expect(try await admin.submit(page, from: page, wish).status == 303)
            #expect(try await app.count("SELECT 1 FROM repricings") == 1)
        }
    }

    @Test func `what is sold keeps its price until a new one is announced with notice`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let plan = try await app.plan()
            try await app.setPrice(of: plan, to: 3_500)
            try await app.pass(days: 31)
            let kept = try await app.invoices(of: ann, count: 2)
            #expect(kept[0]["total"]?["amount"] == 2_900)

            let announced = try await app.announce(plan, days: 40)
            #expect(announced.status == 201, "\(announced.text)")
            #expect(try await app.announce(plan, days: 40).json["code"] == "price_announced")
            let mail = try await eventually("a mail") {
                app.simulators.mail.messages.first { $0.subject.contains("changes on") }
            }
            #expect(mail.text?.contains("$35.00 a month") == true)
            #expect(mail.text?.contains("$29.00 a month") == true)
            // The next period begins before the notice is over.
            try await app.pass(days: 31)
            let before = try await app.invoices(of: ann, count: 3)
            #expect(before[0]["total"]?["amount"] == 2_900)
            try await app.pass(days: 31)
            let after = try await app.invoices(of: ann, count: 4)
            #expect(after[0]["total"]?["amount"] == 3_500)
            let refused = try await app.withdraw(announced)
            #expect(refused.json["code"] == "price_holds", "\(refused.text)")
            try await app.requireCleanBooks()
        }
    }

    @Test func `an announced price that is withdrawn in time never holds`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let plan = try await app.plan()
            try await app.setPrice(of: plan, to: 3_500)
            let announced = try await app.announce(plan, days: 10)
            _ = try await eventually("a mail") {
                app.simulators.mail.messages.first { $0.subject.contains("changes on") }
            }
            #expect(try await app.withdraw(announced).status == 204)
            _ = try await eventually("a mail") {
                app.simulators.mail.messages.first { $0.subject.contains("stays as it is") }
            }
            for month in 1...2 {
                try await app.pass(days: 31)
                let paid = try await app.invoices(of: ann, count: month + 1)
                #expect(paid[0]["total"]?["amount"] == 2_900)
            }
            // Another announcement of the same price is possible.
            #expect(try await app.announce(plan, days: 10).status == 201)
            try await app.requireCleanBooks()
        }
    }
}

extension TestApp {
    func setPrice(of plan: String, to amount: Int64) async throws {
        let price: JSON = ["amount": .integer(amount), "currency": "USD"]
        let answer = try await api.put(
            "/api/v1/admin/plans/\(plan)",
            json: ["prices": [["billing_cycle": "monthly", "price": price]]],
            token: try await token(of: "admin")
        )
        try #require(answer.status == 200, "\(answer.text)")
    }

    func announce(_ plan: String, days: Int64) async throws -> TestAnswer {
        try await api.post(
            "/api/v1/admin/plans/\(plan)/repricings",
            json: ["billing_cycle": "monthly", "notice_days": .integer(days)],
            token: try await token(of: "admin")
        )
    }

    fileprivate func withdraw(_ announced: TestAnswer) async throws -> TestAnswer {
        let id = try #require(announced.json["id"]?.string)
        return try await api.delete(
            "/api/v1/admin/repricings/\(id)",
            token: try await token(of: "admin")
        )
    }
}
