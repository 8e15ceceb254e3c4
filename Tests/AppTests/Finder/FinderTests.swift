import Core
import Cryptography
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

/// One field finds anything, and nobody else's.
@Suite struct FinderTests {
    @Test func `staff find what was sold by everything one may know of it`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.buy(by: ann, domain: "finding.com")
            let id = try #require(order["id"]?.string)
            let staff = try await StaffBrowser("support", app)
            let known = try await app.known(of: id)
            let page = "/console/orders/\(id)"
            for (text, path) in [
                (id, page), (known.number, page), ("#\(known.number)", page),
                (known.payment, "/console/payments/\(known.payment)"),
                (known.intent, "/console/payments/\(known.payment)"),
                (known.checkout, "/console/payments/\(known.payment)"),
                (known.invoiceNumber, "/console/invoices/\(known.invoice)"),
                (known.username, "/console/accounts/\(known.account)"),
                (known.licenseKey, "/console/licenses/\(known.license)"),
                ("finding.com", "/console/customers/\(known.customer)"),
                (known.customer, "/console/customers/\(known.customer)"),
                (ann.email, "/console/customers/\(known.customer)"),
            ] {
                let query = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let answer = try await staff.get("/find?q=\(query)")
                #expect(answer.location == path, "\(text): \(answer.status)")
                let list = try await staff.get("/find?list=1&q=\(query)")
                #expect(list.status == 200 && list.text.contains("href=\"\(path)\""), "\(text)")
            }
            let some = try await staff.get("/find?q=findi")
            #expect(some.status == 200 && some.text.contains("finding.com"))
            let none = try await staff.get("/find?q=nothing-like-it")
            #expect(none.text.contains("Nothing fits “nothing-like-it”"))
        }
    }

    @Test func `every kind of thing is found by its identifier and by Stripe's`() async throws {
        try await TestApp.run { app in
            let objects = try await SampleObjects.make(app)
            let staff = try await StaffBrowser("admin", app)
            let stranger = try await StaffBrowser("other@example.org", app)
            func id(_ kind: String) throws -> String {
                let path = try #require(objects.path("/\(kind)/:id"))
                return String(path.split(separator: "/").last ?? "")
            }
            let outside = try await app.known()
            let payment = "/console/payments/\(outside.payment)"
            let customer = "/console/customers/\(outside.customer)"
            let dispute = "/console/books/disputes/\(try id("disputes"))"
            for (text, path) in [
                (try id("refunds"), payment), (outside.refundAtStripe, payment),
                (outside.charge, payment), (outside.intent, payment),
                (try id("disputes"), dispute), ("dp_sample", dispute),
                (try id("subscriptions"), "/console/subscriptions/\(try id("subscriptions"))"),
                (try id("credit-notes"), "/console/credit-notes/\(try id("credit-notes"))"),
                (try id("licenses"), "/console/licenses/\(try id("licenses"))"),
                (try id("servers"), "/console/servers/\(try id("servers"))"),
                (try id("plans"), "/console/plans/\(try id("plans"))"),
                (try id("jobs"), "/console/jobs/\(try id("jobs"))"),
                (try id("coupons"), "/console/coupons/\(try id("coupons"))"),
                ("sample", "/console/coupons/\(try id("coupons"))"),
                (try id("api-keys"), "/console/api-keys/\(try id("api-keys"))/revoke"),
                (outside.key, "/console/api-keys/\(try id("api-keys"))/revoke"),
                (try id("dunning"), "/console/dunning/\(try id("dunning"))"),
                (try id("ledger/accounts"), "/console/books/accounts/\(try id("ledger/accounts"))"),
                (try id("checks"), "/console/books/checks/\(try id("checks"))"),
                (try id("tax-rules"), "/console/settings/tax"),
                (try id("repricings"), "/console/plans/\(try await app.plan("enterprise"))/prices"),
                (try id("findings"), "/console/books/reconciliation?q=\(try id("findings"))"),
                ("txn_sample", "/console/books/reconciliation?q=\(try id("findings"))"),
                (try id("credits"), customer), (try id("cards"), customer),
                (outside.request, "/console/audit?request=\(outside.request)"),
            ] {
                #expect(try await staff.get("/find?q=\(text)").location == path, "\(text)")
                let foreign = try await stranger.get("/find?q=\(text)")
                #expect(foreign.text.contains("Nothing fits"), "\(text)")
            }
            let begun = try await staff.get("/find?q=\(outside.key.prefix(9))")
            #expect(begun.text.contains("\(try id("api-keys"))/revoke"))
            #expect(try await staff.get("/find?q=vat").text.contains("VAT in AQ"))
            let support = try await StaffBrowser("support", app)
            #expect(try await support.get("/find?q=vat").text.contains("Nothing fits"))
            let log = try await staff.get("/console/audit?request=\(outside.request)")
            #expect(log.status == 200 && !log.text.contains("Nothing fits"))
            let owner = try await StaffBrowser("customer", app)
            for text in [try id("refunds"), outside.refundAtStripe, outside.charge] {
                let own = try await owner.get("/find?q=\(text)").location
                #expect(own == "/invoices/\(outside.invoice)", "\(text)")
            }
            let own = "/subscriptions/\(try id("subscriptions"))"
            #expect(try await owner.get("/find?q=\(try id("subscriptions"))").location == own)
        }
    }

    @Test func `what a check has found is found by the rule's name and by its rows`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let check = try await app.services.database.transaction(for: .system) { session in
                let found = VerificationFinding(
                    name: "ledger.transactions_balance",
                    statement: "The entries of a transaction sum to nothing.",
                    type: "ltx",
                    count: 1,
                    ids: ["ltx_broken"]
                )
                var newest = ID<Verification>(app.services.ids.next())
                for _ in 1...2 {
                    newest = ID<Verification>(app.services.ids.next())
                    let report = VerificationReport(
                        startedAt: app.services.clock.now,
                        finishedAt: app.services.clock.now,
                        checks: 1,
                        findings: [found],
                        counts: []
                    )
                    try session.store(report, as: newest)
                }
                return newest
            }
            let staff = try await StaffBrowser("support", app)
            let page = "/console/books/checks/\(check.text)"
            let named = try await staff.get("/find?q=Ledger.transactions_balance")
            #expect(named.location == page, "\(named.text)")
            for text in ["transactions_bal", "ltx_broken"] {
                let found = try await staff.get("/find?q=\(text)")
                #expect(found.text.contains("href=\"\(page)\""), "\(text)")
            }
        }
    }

    @Test(arguments: ["customer", "support", "billing", "admin"])
    func `pages are found by their names, and open to whom they are offered`(
        name: String
    ) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let browser = try await StaffBrowser(name, app)
            let role = try #require(Role(rawValue: name))
            for place in FinderPlace.all(for: role) {
                let answer = try await browser.get(place.path)
                #expect(answer.status == 200, "\(place.path) answers \(answer.status)")
            }
            let found = try await browser.get("/find?q=order%20new")
            #expect(found.text.contains("New order") == (name == "customer"))
            let plan = try await browser.get("/find?q=new%20plan")
            #expect(plan.text.contains("href=\"/console/plans/new\"") == (name == "admin"))
        }
    }

    @Test func `a customer finds what is the customer's, and nothing else`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let order = try await app.buy(by: ann, domain: "hers.com")
            let id = try #require(order["id"]?.string)
            let known = try await app.known(of: id)
            let stranger = try await StaffBrowser("customer", app)
            for text in [
                id, known.number, known.payment, known.intent, known.invoiceNumber,
                known.username, known.licenseKey, "hers.com", known.customer, ann.email,
                "Sandbox panel", "Starter",
            ] {
                let query = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let answer = try await stranger.get("/find?q=\(query)")
                #expect(answer.status == 200, "\(text)")
                #expect(answer.text.contains("Nothing fits"), "\(text)")
            }
            #expect(try await app.portal.get("/find?q=\(known.number)").status == 303)
        }
    }
}

/// What people know of a sale.
private struct KnownSale {
    let number, payment, intent, checkout, invoice, invoiceNumber: String
    let username, account, license, licenseKey, customer: String
}

/// What is known of the sample sale outside.
private struct KnownOutside {
    let payment, invoice, customer, intent, charge, refundAtStripe, key, request: String
}

extension TestApp {
    fileprivate func known() async throws -> KnownOutside {
        try await eventually("a refund at Stripe, and the charge") {
            try? await services.database.transaction(for: .system) { session in
                try session.all(
                    """
                    SELECT p.id, p.invoice_id, p.customer_id, gateway_intent_id,
                        gateway_charge_id, gateway_refund_id,
                        (SELECT key FROM api_keys ORDER BY id DESC LIMIT 1) AS key,
                        (SELECT request_id FROM audit_log WHERE request_id LIKE 'req\\_%'
                            ORDER BY id DESC LIMIT 1) AS request
                    FROM payments p JOIN refunds r ON r.payment_id = p.id
                    WHERE gateway_charge_id IS NOT NULL AND gateway_refund_id IS NOT NULL
                    """
                ) { row in
                    KnownOutside(
                        payment: ID<Payment>(try row.get("id")).text,
                        invoice: ID<Invoice>(try row.get("invoice_id")).text,
                        customer: ID<Customer>(try row.get("customer_id")).text,
                        intent: try row.get("gateway_intent_id"),
                        charge: try row.get("gateway_charge_id"),
                        refundAtStripe: try row.get("gateway_refund_id"),
                        key: try row.get("key"),
                        request: try row.get("request")
                    )
                }.first
            }
        }
    }

    fileprivate func known(of order: String) async throws -> KnownSale {
        let id = try #require(ID<Order>(order))
        let keyring = services.keyring
        return try await services.database.transaction(for: .system) { session in
            let record = try #require(try session.order(id))
            let payment = try #require(try session.payments(of: id).first)
            let invoice = try #require(try session.invoice(ofOrder: id))
            let item = try #require(try session.items(of: id).first)
            let account = try #require(try session.hostingAccount(ofItem: item.id))
            let license = try #require(try session.license(ofItem: item.id))
            return KnownSale(
                number: String(record.number),
                payment: payment.id.text,
                intent: try #require(payment.intentID),
                checkout: try #require(payment.checkoutID),
                invoice: invoice.id.text,
                invoiceNumber: try #require(invoice.number),
                username: account.username,
                account: account.id.text,
                license: license.id.text,
                licenseKey: try keyring.openText(
                    license.keySealed,
                    context: LicenseRecord.context(of: license.id)
                ),
                customer: record.customer.text
            )
        }
    }
}
