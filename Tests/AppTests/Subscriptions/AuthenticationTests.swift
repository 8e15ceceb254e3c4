import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// Renewals by cards whose banks want their owners to be there.
@Suite struct AuthenticationTests {
    /// Its bank asks for its owner at every payment.
    private static let asking = "4000002760003184"

    @Test func `a bank that asks for the owner is answered by the mail's link, and paid once`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let session = try await app.askToConfirm(ann, card: Self.asking)
            let stripe = app.simulators.stripe
            let asked = stripe.completeCheckout(session, card: Self.asking, authenticates: nil)
            #expect(asked["authenticate"] != nil)
            try await app.webhooksAreDealtWith()
            #expect(try await app.subscription(of: app.logInAgain(ann))["status"] == "past_due")
            _ = stripe.completeCheckout(session, card: Self.asking, authenticates: true)
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(try await app.invoices(of: ann, count: 2).count == 2)
            #expect(stripe.paidCharges.count == 2)
            #expect(try await app.balance("receivable") == 0)
            // It is asked for, not refused: the next bill is tried again.
            let card = try await app.savedCard(of: app.logInAgain(ann))
            #expect(card["is_default"] == true && card["unusable_since"] == JSON.null)
            try await app.requireCleanBooks()
        }
    }

    @Test func `an owner who does not confirm has not paid, and may do so later`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let session = try await app.askToConfirm(ann, card: Self.asking)
            let stripe = app.simulators.stripe
            let refused = stripe.completeCheckout(
                session,
                card: Self.asking,
                authenticates: false
            )
            #expect(refused["declined"] != nil)
            try await app.webhooksAreDealtWith()
            try await app.settleDunning()
            _ = try await app.invoices(of: ann, count: 1, status: "open")
            #expect(try await app.subscription(of: app.logInAgain(ann))["status"] == "past_due")
            #expect(stripe.paidCharges.count == 1)
            #expect(try await app.balance("receivable") == 2_900)
            try await app.requireCleanBooks()

            _ = stripe.completeCheckout(session, card: Self.asking, authenticates: true)
            _ = try await app.subscription(of: ann, reaching: "active")
            #expect(stripe.paidCharges.count == 2)
            try await app.requireCleanBooks()
        }
    }
}

extension TestApp {
    /// Lets a month pass of somebody whose bank wants a confirmation, and a week without one; then
    /// opens the payment page that the mail's link leads to.
    fileprivate func askToConfirm(_ person: Person, card: String) async throws -> String {
        _ = try await buy(by: person)
        try await saveCard(card, of: person)
        try await pass(days: 31.1)
        _ = try await subscription(of: person, reaching: "past_due")
        let subject = "Please confirm your payment"
        try await settleDunning()
        let mail = try await eventually("a mail that asks to confirm") {
            simulators.mail.messages.first { $0.subject == subject }
        }
        for _ in 1...7 {
            try await pass(days: 1)
            try await settleDunning()
        }
        // Nothing is gained by asking the bank again without its customer.
        #expect(try await count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 1)
        #expect(subjects(to: person).count { $0 == subject } == 1)
        let link = try #require(mail.text?.firstMatch(of: /\/pay\/[A-Za-z0-9_-]+/)).output
        let paying = try await portal.submit(String(link), from: String(link), [])
        let address = try #require(paying.headers["Location"], "\(paying.text)")
        return String(try #require(address.split(separator: "/").last))
    }
}
