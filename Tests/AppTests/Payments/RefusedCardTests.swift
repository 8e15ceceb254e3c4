import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// A card that its bank has refused for good is charged once, and again only when its owner has
/// shown that it works.
@Suite struct RefusedCardTests {
    /// It can be saved, and the bank takes every charge of it for fraud.
    private static let blocked = "4100000000000019"

    @Test func `a card that was refused for good is not charged for the next bill either`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            try await app.saveOnly(Self.blocked, of: ann)
            try await app.pass(days: 31.1)
            let june = try await app.invoices(of: ann, count: 1, status: "open")[0]
            _ = try await app.subscription(of: ann, reaching: "past_due")
            for _ in 1...7 {
                try await app.pass(days: 1)
                try await app.settleDunning()
            }
            #expect(try await app.count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 1)
            _ = try await eventually("a mail that asks for another card") {
                app.subjects(to: ann).contains("Your card can no longer be charged") ? true : nil
            }
            try await app.payByHand(june)
            _ = try await app.subscription(of: ann, reaching: "active")
            try await app.requireCleanBooks()

            try await app.pass(days: 24)
            _ = try await app.invoices(of: ann, count: 1, status: "open")
            _ = try await app.subscription(of: ann, reaching: "past_due")
            try await app.settleDunning()
            #expect(try await app.count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 1)
            _ = try await eventually("a mail that asks for the next bill") {
                let texts = app.simulators.mail.messages.compactMap(\.text)
                return texts.contains { $0.contains("Please pay it by then") } ? true : nil
            }
            let declined = app.subjects(to: ann).count { $0.hasSuffix("did not go through") }
            #expect(declined == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `it is shown so to its owner and to staff, and cannot be chosen`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let good = try #require(try await app.savedCard(of: ann)["id"]?.string)
            try await app.saveCard(Self.blocked, of: ann)
            try await app.pass(days: 31.1)
            _ = try await app.subscription(of: ann, reaching: "past_due")
            let fresh = try await app.logInAgain(ann)
            let list = try await app.api.get("/api/v1/payment-methods", token: fresh.token)
            let cards = try #require(list.json["data"]?.array)
            // The other card that is saved takes its place.
            #expect(cards.map { $0["is_default"] } == [true, false])
            #expect(cards[0]["id"]?.string == good && cards[0]["unusable_since"] == JSON.null)
            #expect(cards[1]["unusable_since"]?.string != nil)
            let id = try #require(cards[1]["id"]?.string)
            let path = "/api/v1/payment-methods/\(id)/default"
            let chosen = try await app.api.post(path, json: [:], token: fresh.token)
            #expect(chosen.status == 409 && chosen.json["code"] == "card_is_refused")

            let words = "Not charged any more"
            let own = try await StaffBrowser(ann.email, app).get("/cards").text
            #expect(own.contains(words) && own.contains("does not let us charge it any more"))
            // Whoever has found the card need not learn why it is refused.
            #expect(!own.contains("fraudulent") && !list.text.contains("fraudulent"))
            let customer = try #require(
                try await app.subscription(of: fresh)["customer_id"]?.string
            )
            let file = try await StaffBrowser("support", app).get("/console/customers/\(customer)")
            #expect(file.text.contains(words))
            #expect(file.text.contains("Refused for good: fraudulent"))

            try await app.pass(days: 1.1)
            try await app.settleDunning()
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(app.simulators.stripe.paidCharges.count == 2)
            try await app.requireCleanBooks()
        }
    }

    @Test func `whoever pays with it has it charged again`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let card = try await app.savedCard(of: ann)
            try await app.refuseCards()
            try await app.pass(days: 31.1)
            let open = try await app.invoices(of: ann, count: 1, status: "open")[0]
            _ = try await app.subscription(of: ann, reaching: "past_due")
            #expect(try await app.count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 0)
            // Another card says nothing about this one.
            let customer = try await app.subscription(of: app.logInAgain(ann))["customer_id"]
            let payer = try #require(ID<Customer>(customer?.string ?? ""))
            let other = try await app.invoice(app.issueInvoice(for: payer))
            app.pay(try await app.openPage(of: other), card: "5555555555554444")
            try await app.cardsAreLearnt()
            #expect(try await app.savedCard(of: app.logInAgain(ann))["unusable_since"] != .null)

            try await app.payByHand(open)
            _ = try await app.subscription(of: ann, reaching: "active")
            try await app.cardsAreLearnt()
            let again = try await app.savedCard(of: app.logInAgain(ann))
            #expect(again["id"] == card["id"] && again["is_default"] == true)
            #expect(again["unusable_since"] == JSON.null)
            try await app.pass(days: 31)
            _ = try await app.invoices(of: ann, count: 4)
            #expect(try await app.count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `saved anew, or with new dates, it is charged again, but not when it is only read`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let usable = "SELECT 1 FROM payment_methods WHERE unusable_since IS NULL"
            let refuse = {
                try await app.refuseCards()
                try await app.learnCards()
                #expect(try await app.count("\(unsafeRaw: usable)") == 0)
            }
            try await refuse()
            try await app.run("UPDATE payment_methods SET expires_year = 2027")
            try await app.learnCards()
            #expect(try await app.count("\(unsafeRaw: usable) AND is_default") == 1)

            try await refuse()
            app.clock.advance(seconds: 1)
            try await app.saveCard("4242424242424242", of: ann)
            #expect(try await app.count("\(unsafeRaw: usable)") == 2)
            // Both are the same card.
            try await refuse()
        }
    }
}

extension TestApp {
    /// Has somebody keep one card and no other.
    func saveOnly(_ number: String, of person: Person) async throws {
        let old = try #require(try await savedCard(of: person)["id"]?.string)
        try await saveCard(number, of: person)
        let path = "/api/v1/payment-methods/\(old)"
        let removed = try await api.delete(path, token: person.token)
        try #require(removed.status == 204, "\(removed.text)")
    }

    /// Notes of every card that its bank has refused it for good.
    fileprivate func refuseCards() async throws {
        let now = clock.now
        try await services.database.transaction(for: .system) { session in
            let cards = try session.all(
                "SELECT customer_id, gateway_method_id FROM payment_methods"
            ) { row in
                (
                    ID<Customer>(try row.get("customer_id")),
                    try row.get("gateway_method_id", as: String.self)
                )
            }
            for (customer, card) in cards {
                try session.markUnusable(card, of: customer, because: "stolen_card", now: now)
            }
        }
    }

    /// Waits until the cards of every payment so far are known.
    fileprivate func cardsAreLearnt() async throws {
        try await webhooksAreDealtWith()
        _ = try await eventually("cards that are known") {
            try await count(
                """
                SELECT 1 FROM jobs WHERE kind = 'payment.learn_cards'
                    AND status IN ('queued', 'running')
                """
            ) == 0 ? true : nil
        }
    }
}
