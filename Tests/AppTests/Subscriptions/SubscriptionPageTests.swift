import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// A customer's pages of subscriptions and cards, as a browser uses them.
@Suite struct SubscriptionPageTests {
    /// Somebody with a plan and a saved card, a browser, and the page of the subscription.
    private struct Visit {
        let person: Person
        let browser: StaffBrowser
        let page: String

        init(_ app: TestApp, plan: String = "starter") async throws {
            person = try await app.register()
            _ = try await app.buy(by: person, plan: plan)
            _ = try await app.savedCard(of: person)
            let id = try #require(try await app.subscription(of: person)["id"]?.string)
            browser = try await StaffBrowser(person.email, app)
            page = "/subscriptions/\(id)"
        }

        var text: String {
            get async throws { try await browser.get(page).text }
        }

        /// Sends a form of the page, and returns what the next page says.
        func submit(_ action: String, _ fields: [(String, String)] = []) async throws -> String? {
            let answer = try await browser.submit("\(page)/\(action)", from: page, fields)
            #expect(answer.status == 303 && answer.location == page, "\(answer.text)")
            return answer.flash
        }
    }

    @Test func `an upgrade is shown with its arithmetic, and then made`() async throws {
        try await TestApp.run { app in
            let visit = try await Visit(app)
            #expect(try await visit.browser.get("/subscriptions").text.contains(visit.page))
            #expect(try await visit.text.contains("See what it costs"))
            let offer = "\(try await app.plan("professional")):monthly"
            let ask = "\(visit.page)/change?offer=\(offer)&quantity=1&when="
            let shown = try await visit.browser.get(ask).text
            #expect(shown.contains("Unused: ") && shown.contains("at 29.00 USD = -"))
            #expect(shown.contains("at 99.00 USD = ") && shown.contains("To pay now"))
            #expect(shown.contains("The next bill"))
            #expect(shown.contains("1 month at 99.00 USD = 99.00 USD"))
            let said = try await visit.submit("change", [("offer", offer), ("quantity", "1")])
            #expect(said?.contains("The change is made.") == true)
            #expect(try await visit.text.contains("Professional hosting"))
            _ = try await app.invoices(of: visit.person, count: 2)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a downgrade tells the next bill, and can be taken back`() async throws {
        try await TestApp.run { app in
            let visit = try await Visit(app, plan: "professional")
            let offer = "\(try await app.plan("starter")):monthly"
            let ask = "\(visit.page)/change?offer=\(offer)&quantity=1&when="
            let shown = try await visit.browser.get(ask).text
            #expect(shown.contains("Nothing to pay now") && shown.contains("The next bill"))
            #expect(shown.contains("1 month at 29.00 USD = 29.00 USD"))
            #expect(shown.contains("To pay then"))
            _ = try await visit.submit("change", [("offer", offer), ("quantity", "1")])
            #expect(try await visit.text.contains("Keep it as it is"))
            #expect(
                try await visit.submit("withdraw-change")?.contains("It stays as it is.") == true
            )
            #expect(try await !visit.text.contains("From the next period on"))
            let refused = try await visit.submit("withdraw-change")
            #expect(refused?.contains("There is nothing to be withdrawn.") == true)
        }
    }

    @Test func `a cancellation is withdrawn, and an end is followed by another beginning`()
        async throws
    {
        try await TestApp.run { app in
            let visit = try await Visit(app)
            #expect(try await visit.submit("cancel")?.contains("It ends with the period") == true)
            #expect(try await visit.text.contains("Do not cancel"))
            #expect(try await visit.submit("reactivate")?.contains("It goes on.") == true)
            #expect(try await app.subscription(of: visit.person)["ends_at"] == .null)

            let question = try await visit.browser.get("\(visit.page)/cancel").text
            #expect(question.contains("Nothing is given back for the time that is left"))
            let said = try await visit.submit("cancel", [("when", "now")])
            #expect(said?.contains("It has ended.") == true)
            #expect(try await app.subscription(of: visit.person)["status"] == "cancelled")
            #expect(try await app.count("SELECT 1 FROM credits") == 0)
            #expect(try await visit.text.contains("Subscribe again"))
            let again = try await visit.browser.get("\(visit.page)/cancel")
            #expect(again.status == 303 && again.location == visit.page)
            let terms = try #require(try await visit.browser.get(visit.page).hidden("terms"))
            let back = try await visit.submit("reactivate", [("terms", terms)])
            #expect(back?.contains("Welcome back.") == true, "\(back ?? "nothing")")
            _ = try await app.invoices(of: visit.person, count: 2)
            #expect(try await app.subscription(of: visit.person)["status"] == "active")
            try await app.requireCleanBooks()
        }
    }

    @Test func `the question before an end says how much credit it gives`() async throws {
        try await TestApp.run { app in
            let set = try await app.api.put(
                "/api/v1/admin/settings",
                json: ["credits_unused_time": true],
                token: try await app.token(of: "admin")
            )
            #expect(set.status == 200, "\(set.text)")
            let visit = try await Visit(app)
            let question = try await visit.browser.get("\(visit.page)/cancel").text
            let told = try #require(question.firstMatch(of: /you get (\d\d\.\d\d) USD of credit/))
            _ = try await visit.submit("cancel", [("when", "now")])
            let free = try await app.freeCredit(of: visit.person)
            let amount = try #require(Double(told.output.1))
            // A second or two lie between the question and the answer.
            #expect(abs(Double(free) - amount * 100) < 3)
            try await app.requireCleanBooks()
        }
    }

    @Test func `cards are made the default and removed by forms`() async throws {
        try await TestApp.run { app in
            let visit = try await Visit(app)
            let first = try #require(try await app.savedCard(of: visit.person)["id"]?.string)
            try await app.saveCard("5555555555554444", of: visit.person)
            let browser = visit.browser
            let shown = try await browser.get("/cards").text
            #expect(shown.contains("Make it the default"))
            let chosen = try await browser.submit("/cards/\(first)/default", from: "/cards")
            #expect(chosen.flash?.contains("Invoices are charged to") == true)
            let cards = try await app.api.get("/api/v1/payment-methods", token: visit.person.token)
            let other = try #require(
                cards.json.list.first { $0["is_default"] == false }?["id"]?.string
            )
            #expect(other != first)
            let removed = try await browser.submit("/cards/\(other)/remove", from: "/cards")
            #expect(removed.status == 303)
            let left = try await app.api.get("/api/v1/payment-methods", token: visit.person.token)
            #expect(left.json.list.map { $0["id"]?.string } == [first])
        }
    }
}
