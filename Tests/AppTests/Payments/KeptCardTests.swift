import Core
import Foundation
import Postgres
import Simulators
import Testing
import Web
import Wire

@testable import App

/// A card is kept, and charged for later bills, only where its owner has agreed.
@Suite struct KeptCardTests {
    /// What the payments so far asked the processor to keep cards for.
    private func usages(_ app: TestApp) -> [String?] {
        let intents = app.simulators.stripe.host.state["payment_intents"]?.array ?? []
        return intents.map { $0["setup_future_usage"]?.string }
    }

    private func keptCards(_ app: TestApp) async throws -> Int64 {
        try await app.learnCards()
        return try await app.count("SELECT 1 FROM payment_methods WHERE removed_at IS NULL")
    }

    @Test func `whoever pays by a link keeps their card to themselves`() async throws {
        try await TestApp.run { app in
            let id = try await app.issueInvoice()
            // The customer had a page open on which the card would have been kept, hours ago.
            let own = try await app.openPage(of: try await app.invoice(id), keepingCard: true)
            try await app.pass(days: 0.1)
            let path = try await app.link(to: id)
            let paying = try await app.portal.submit(path, from: path, [])
            let address = try #require(paying.headers["Location"])
            let session = try #require(address.split(separator: "/").last.map(String.init))
            #expect(session != own)
            #expect(app.simulators.stripe.completeCheckout(own)["gone"] != nil)
            app.pay(session)
            _ = try await eventually("a paid invoice") {
                try await app.invoice(id)["status"] == "paid" ? true : nil
            }
            #expect(usages(app) == [nil])
            #expect(try await keptCards(app) == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `an intent keeps no card of a payer who has said no since`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let invoice = try #require(try await app.placeOrder(by: ann)["invoice_id"]?.string)
            for wish in [true, false] {
                let answer = try await app.api.post(
                    "/api/v1/payments/intent",
                    json: ["invoice_id": .string(invoice), "save_payment_method": .bool(wish)],
                    token: ann.token
                )
                #expect(answer.status < 300, "\(answer.text)")
            }
            let intents = app.simulators.stripe.host.state["payment_intents"]?.array ?? []
            #expect(intents.map { $0["status"] == "canceled" } == [true, false])
            #expect(usages(app) == ["off_session", nil])
        }
    }

    @Test func `a program says whether the card is kept, and it is not unless it does`()
        async throws
    {
        try await TestApp.run { app in
            for (wish, kept) in [(nil, 0), (false, 0), (true, 1)] as [(Bool?, Int64)] {
                let ann = try await app.register()
                let placed = try await app.placeOrder(by: ann)
                let id = try #require(placed["id"]?.string)
                app.pay(try await app.openCheckout(id, by: ann, keepingCard: wish))
                _ = try await app.order(id, by: ann, reaching: "completed")
                #expect(try await keptCards(app) == kept)
            }
            #expect(usages(app) == [nil, nil, "off_session"])
        }
    }

    @Test(arguments: [true, false])
    func `a customer is told before paying what becomes of the card, and decides`(keeps: Bool)
        async throws
    {
        try await TestApp.run { app in
            try await app.logInToPortal()
            let choice = keeps ? [("keep_card", "yes")] : []
            try await app.fillCart()
            let page = try await app.portal.get("/checkout")
            #expect(page.text.contains("Keep my card for later bills"))
            #expect(page.text.contains("we charge it for renewals"))
            // A page that is shown again has not forgotten what was chosen.
            let again = try await app.portal.submit(
                "/checkout",
                from: "/checkout",
                [("coupon_code", "NONE"), ("keep_card_asked", "yes")] + choice
            )
            let box = try #require(again.text.firstMatch(of: /<input[^>]*name="keep_card"[^>]*>/))
            #expect(box.output.contains("checked") == keeps)

            let placed = try await app.portal.submit(
                "/checkout",
                from: "/checkout",
                [("keep_card_asked", "yes")] + choice
            )
            let order = try #require(placed.headers["Location"]?.split(separator: "/").last)
            #expect(app.simulators.stripe.completeCheckout(String(order))["declined"] == nil)
            _ = try await eventually("a paid order") {
                try await app.count("SELECT 1 FROM orders WHERE paid_at IS NOT NULL") == 1
                    ? true : nil
            }
            #expect(try await keptCards(app) == (keeps ? 1 : 0))
        }
    }

    @Test func `the pages of orders and invoices ask as well`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.logInToPortal()
            let order = try await app.orderOnPages()
            let invoice = try await app.issueInvoice()
            let pages = [
                (OrderRoutes.show.path(try #require(ID<Order>(order.id))), "payments"),
                (InvoiceRoutes.show.path(invoice), "pay"),
            ]
            for (path, verb) in pages {
                let page = try await app.portal.get(path)
                #expect(page.text.contains("Keep my card for later bills"), "\(path)")
                for (choice, keeps) in [([("keep_card", "yes")], true), ([], false)] {
                    _ = try await app.portal.submit("\(path)/\(verb)", from: path, choice)
                    let open = try await app.count(
                        """
                        SELECT 1 FROM payments WHERE status = 'open'
                            AND (parameters ->> 'savePaymentMethod')::boolean = \(keeps)
                        """
                    )
                    #expect(open >= 1, "\(path)")
                }
            }
        }
    }

    @Test func `a card that was removed is not charged, and the processor forgets it in the end`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, _) = try await ChargeTests().storedCharge(app, isSent: true)
            let faults = app.simulators.stripe.host.faults
            faults.add(Fault("POST /v1/payment_methods/*/detach", .refuse))
            let fresh = try await app.logInAgain(ann)
            let card = try #require(try await app.savedCard(of: fresh)["id"]?.string)
            let removed = try await app.api.delete(
                "/api/v1/payment-methods/\(card)",
                token: fresh.token
            )
            #expect(removed.status == 204, "\(removed.text)")
            let forgetting = "SELECT 1 FROM jobs WHERE kind = 'payment.forget_card'"
            _ = try await eventually("a processor that is not reached") {
                try await app.count("\(unsafeRaw: forgetting) AND last_error IS NOT NULL") == 1
                    ? true : nil
            }
            faults.clear()
            try await app.pass(days: 0.01)
            _ = try await eventually("a card that is forgotten") {
                try await app.count("\(unsafeRaw: forgetting) AND status = 'done'") == 1
                    ? true : nil
            }
            _ = try await eventually("a charge that is given up") {
                try await app.count("SELECT 1 FROM payments WHERE status = 'cancelled'") == 1
                    ? true : nil
            }
            #expect(app.simulators.stripe.paidCharges.count == 1)
            try await app.requireCleanBooks()
        }
    }
}
