import Core
import Foundation
import Postgres
import Simulators
import Testing
import Web
import Wire

@testable import App

/// A link shows and pays its invoice, and opens nothing else.
@Suite struct InvoiceLinkTests {
    @Test func `whoever has a link sees and pays the invoice without logging in`() async throws {
        try await TestApp.run { app in
            let id = try await app.issueInvoice()
            let path = try await app.link(to: id)
            let page = try await app.portal.get(path)
            #expect(page.status == 200, "\(page.text)")
            #expect(page.headers["X-Robots-Tag"]?.contains("noindex") == true)
            #expect(page.headers["Referrer-Policy"] == "same-origin")
            #expect(page.headers["Cache-Control"] == "no-store")
            #expect(page.text.contains("$99.00"))
            let number = try #require(try await app.invoice(id)["number"]?.string)
            #expect(page.text.contains(number))
            let file = try await app.portal.get("\(path)/pdf")
            #expect(file.status == 200 && file.text.hasPrefix("%PDF-"))
            let paying = try await app.portal.submit(path, from: path, [])
            let address = try #require(paying.headers["Location"])
            let session = try #require(address.split(separator: "/").last.map(String.init))
            let token = try #require(path.split(separator: "/").last.map(String.init))
            #expect(
                try await app.count(
                    "SELECT 1 FROM payments WHERE position(\(token) IN parameters::text) > 0"
                ) == 0
            )
            app.pay(session)
            let back = try await app.portal.get("/paid/\(id.text)")
            #expect(back.status == 303)
            #expect(back.headers["Location"] == path)
            _ = try await eventually("a paid invoice") {
                let page = try await app.portal.get(path)
                return page.text.contains("Paid in full on") ? page : nil
            }
            // The card is none of the customer's, who sees nothing of it; staff see who paid how.
            let customer = try await StaffBrowser("customer", app)
            for page in ["/payments", "/cards"] {
                let shown = try await customer.get(page).text
                #expect(!shown.contains("4242") && !shown.contains("Visa"), "\(page)")
            }
            #expect(try await app.count("SELECT 1 FROM payment_methods") == 0)
            let paid = try await app.api.get(
                "/api/v1/payments",
                token: try await app.token(of: "customer")
            ).json.list[0]
            #expect(paid["by_link"] == true)
            let shown = try await StaffBrowser("support", app)
                .get("/console/payments/\(paid["id"]?.string ?? "")")
            #expect(shown.text.contains("by whoever has a link"), "\(shown.text)")
            try await app.requireCleanBooks()
        }
    }

    @Test func `whoever has a link takes no page away from the customer, and holds nothing up`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let bill = try await app.leaveUnpaid(by: ann, suspension: 9)
            let id = try #require(ID<Invoice>(bill["id"]?.string ?? ""))
            let path = try await app.link(to: id)
            func awaited() async throws -> DunningCase.Awaited {
                try await app.services.database.transaction(for: .system) {
                    try $0.dunningCase(of: try $0.invoice(id).orThrow(Problem.notFound)).awaited
                }
            }
            #expect(try await app.portal.submit(path, from: path, []).status == 303)
            #expect(try await app.count("\(unsafeRaw: Self.openPages) AND by_link") == 1)
            #expect(try await awaited() == .nothing)
            _ = try await app.openPage(of: bill)
            #expect(try await app.count("\(unsafeRaw: Self.openPages) AND NOT by_link") == 1)
            #expect(try await awaited() == .page)
            let refused = try await app.portal.submit(path, from: path, [])
            #expect(refused.flash?.contains("The customer is paying") == true, "\(refused.text)")
            #expect(try await app.count("\(unsafeRaw: Self.openPages) AND NOT by_link") == 1)
            // Whoever began hours ago is not at it any more.
            try await app.pass(days: 0.1)
            #expect(try await app.portal.submit(path, from: path, []).status == 303)
            #expect(try await app.count("\(unsafeRaw: Self.openPages) AND by_link") == 1)
            app.pay(try await app.openPage(of: bill))
            _ = try await app.invoices(of: ann, count: 2)
            try await app.requireCleanBooks()
        }
    }

    /// A page behind a link is one of `by_link`.
    private static let openPages = """
        SELECT 1 FROM (
            SELECT *, coalesce((parameters ->> 'byLink')::boolean, false) AS by_link FROM payments
        ) p WHERE kind = 'checkout' AND status = 'open'
        """

    @Test func `a page behind a link makes way for the customer's card`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let charges = "POST /v1/payment_intents$"
            app.simulators.stripe.host.faults.add(Fault(charges, .reject, times: 10_000))
            try await app.pass(days: 31)
            let bill = try await app.invoices(of: ann, count: 1, status: "open")[0]
            let id = try #require(ID<Invoice>(bill["id"]?.string ?? ""))
            _ = try await eventually("a charge that is refused") {
                try await app.count(
                    "SELECT 1 FROM jobs WHERE kind = 'payment.collect' AND last_error IS NOT NULL"
                ) == 1 ? true : nil
            }
            try await Checkouts(app.services).abandon(id, for: .system)
            let path = try await app.link(to: id)
            #expect(try await app.portal.submit(path, from: path, []).status == 303)
            #expect(try await app.count("\(unsafeRaw: Self.openPages) AND by_link") == 1)
            app.simulators.stripe.host.faults.clear()
            try await app.pass(days: 0.01)
            _ = try await eventually("a page that is closed") {
                try await app.count("\(unsafeRaw: Self.openPages)") == 0 ? true : nil
            }
            try await app.pass(days: 0.01)
            _ = try await app.invoices(of: ann, count: 2)
            #expect(app.simulators.stripe.paidCharges.count == 2)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a page behind a link makes way for the customer's credit`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let customer = try await app.customer(of: ann)
            let id = try await app.issueInvoice(
                for: customer,
                lines: [TestApp.line("Something", 1, 5_000)]
            )
            let path = try await app.link(to: id)
            #expect(try await app.portal.submit(path, from: path, []).status == 303)
            try await app.grant(2_000, to: ann)
            // The page asks for more than is due now; it is closed before credit pays.
            let stripe = app.simulators.stripe.host
            stripe.faults.add(Fault("POST /v1/checkout/sessions/*", .refuse, times: 1_000))
            _ = try await Credits(app.services).settle()
            #expect(try await app.invoice(id).amount("amount_due") == 5_000)
            stripe.faults.clear()
            _ = try await Credits(app.services).settle()
            #expect(try await app.invoice(id).amount("amount_due") == 3_000)
            #expect(try await app.count("\(unsafeRaw: Self.openPages)") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `credit that can pay nothing of a bill closes no page`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            // The least that a card is asked for, so all of it or nothing.
            let id = try await app.issueInvoice(
                for: try await app.customer(of: ann),
                lines: [TestApp.line("Something", 1, 50)]
            )
            let path = try await app.link(to: id)
            #expect(try await app.portal.submit(path, from: path, []).status == 303)
            try await app.grant(20, to: ann)
            _ = try await Credits(app.services).settle()
            #expect(try await app.count("\(unsafeRaw: Self.openPages)") == 1)
            try await app.grant(30, to: ann)
            _ = try await Credits(app.services).settle()
            #expect(try await app.count("\(unsafeRaw: Self.openPages)") == 0)
            #expect(try await app.invoice(id).amount("amount_due") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a link that is wrong, old, ended or of a draft opens nothing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (id, other) = (try await app.issueInvoice(), try await app.issueInvoice())
            let path = try await app.link(to: id)
            let token = try #require(path.split(separator: "/").last.map(String.init))
            let flipped = String(token.dropLast()) + (token.hasSuffix("A") ? "B" : "A")
            let draft = try await app.writeInvoice()
            let draftID = try #require(draft.json["id"]?.string)
            let bad = [
                "/pay/\(flipped)", "/pay/\(token)x", "/pay/\(token.lowercased())",
                "/pay/\(id.text)", "/pay/\(draftID)", "/pay/%00", "/pay/'", "/pay/-",
                "/pay/\(String(repeating: "A", count: 5_000))",
            ]
            for address in bad {
                let page = try await app.portal.get(address)
                #expect([404, 410, 414].contains(page.status), "\(address): \(page.status)")
                #expect(!page.text.contains("$99.00"))
                let file = try await app.portal.get("\(address)/pdf")
                #expect([404, 410, 414].contains(file.status), "\(address)")
            }
            // The token opens its own invoice alone: another's return page leads to the log-in.
            let back = try await app.portal.get(
                "/paid/\(other.text)",
                headers: ["Cookie": "invoice_link=\(token)"]
            )
            #expect(back.headers["Location"] == "/invoices/\(other.text)")
            try await app.run("UPDATE invoice_links SET expires_at = created_at + interval '1 ms'")
            #expect(try await app.portal.get(path).status == 410)
            #expect(try await app.portal.submit(path, from: "/login", []).status == 410)
            let fresh = try await app.link(to: id)
            #expect(try await app.portal.get(fresh).status == 200)
            let ended = try await app.api.delete(
                "\(TestApp.invoicesPath)\(id.text)/links",
                token: try await app.token(of: "customer")
            )
            #expect(ended.status == 204)
            #expect(try await app.portal.get(fresh).status == 410)
        }
    }

    @Test func `nobody makes or ends links to another's invoice`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.issueInvoice()
            let path = try await app.link(to: id)
            let stranger = try await app.register()
            let links = "\(TestApp.invoicesPath)\(id.text)/links"
            #expect(try await app.api.post(links, token: stranger.token).status == 404)
            #expect(try await app.api.delete(links, token: stranger.token).status == 404)
            #expect(try await app.doTo(id, "links", as: "support").status == 403)
            #expect(try await app.portal.get(path).status == 200)
            let owner = try await StaffBrowser("customer", app)
            let page = "/invoices/\(id.text)"
            #expect(try await owner.get(page).text.contains("\(page)/revoke"))
            #expect(try await owner.submit("\(page)/revoke", from: page).status == 303)
            #expect(try await app.portal.get(path).status == 410)
        }
    }
}
