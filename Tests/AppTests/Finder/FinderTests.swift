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
                (known.payment, page), (known.intent, page), (known.checkout, page),
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

extension TestApp {
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
