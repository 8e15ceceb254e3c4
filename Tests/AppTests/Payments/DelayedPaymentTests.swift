import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// Bank debits, whose payer has done all there is to do while the money is days away.
@Suite struct DelayedPaymentTests {
    @Test func `a debit that fails leaves the order to be paid again`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            try await app.payByDebit(try await app.openCheckout(id, by: ann))
            let refused = try await app.api.post("/api/v1/orders/\(id)/cancel", token: ann.token)
            #expect(refused.code == "order_is_paid")

            try await app.endDebit(succeeds: false)
            _ = try await eventually("a payment that failed") {
                let payment = try await app.payment(of: id, by: ann)
                return payment["status"] == "failed" ? true : nil
            }
            app.pay(try await app.openCheckout(id, by: ann))
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.books() == .ofOneSale())
            try await app.requireCleanBooks()
        }
    }

    @Test func `a debit that succeeds settles the order, whatever message is lost`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            try await app.payByDebit(try await app.openCheckout(id, by: ann))
            let early = try await app.api.get("/api/v1/orders/\(id)", token: ann.token)
            #expect(early.json["status"] == "pending")
            app.simulators.stripe.setWebhooks(.drop)
            try await app.endDebit(succeeds: true)
            let kinds = ["checkout.session.async_payment_succeeded", "checkout.session.completed"]
            for kind in kinds {
                for body in app.stripeEvents(kind) { _ = try await app.deliver(body) }
            }
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.books() == .ofOneSale())
        }
    }

    @Test func `success that is told after a failure is taken all the same`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            try await app.payByDebit(try await app.openCheckout(id, by: ann))
            app.simulators.stripe.setWebhooks(.drop)
            try await app.endDebit(succeeds: true)
            // As if an older answer had been stored.
            try await app.run("UPDATE payments SET status = 'failed', failure = 'A debit failed.'")
            let told = try #require(
                app.stripeEvents("checkout.session.async_payment_succeeded").first
            )
            #expect(try await app.deliver(told).status == 200)
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.books() == .ofOneSale())
        }
    }
}

extension TestApp {
    private static let account = "DE89 3704 0044 0532 0130 00"

    /// Pays a page by a debit, and waits until the money is known to be on its way.
    func payByDebit(_ session: String) async throws {
        let paid = simulators.stripe.completeCheckout(session, card: TestApp.account)
        #expect(paid["status"] == "complete" && paid["payment_status"] == "unpaid")
        _ = try await eventually("a payment on its way") {
            try await count("SELECT 1 FROM payments WHERE status = 'processing'") == 1 ? true : nil
        }
    }

    /// The bank of the only debit on its way answers.
    func endDebit(succeeds: Bool) async throws {
        let intents = simulators.stripe.host.state["payment_intents"]?.array ?? []
        let intent = try #require(intents.first { $0["status"] == "processing" }?["id"]?.string)
        try await controlStripe("payment_intents/\(intent)/\(succeeds ? "settle" : "fail")")
    }
}
