import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

@Suite struct InvoiceEndpointTests {
    private static let path = "/api/v1/invoices/"

    @Test func `an invoice is a draft until its order is paid`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let order = try await app.placeOrder(by: person, domain: "with-invoice.com")
            let id = try #require(order["invoice_id"]?.string)
            let draft = try await app.api.get(Self.path + id, token: person.token).json
            #expect(draft["status"] == "draft")
            #expect(draft["number"] == .null)
            #expect(draft["amount_due"] == ["amount": 4199, "currency": "USD"])
            #expect(draft["overdue"] == false)
            #expect(
                draft["lines"]?.array?.map { $0["amount"]?["amount"]?.integer } == [2900, 1299]
            )
            let text = try #require(order["id"]?.string)
            app.pay(try await app.openCheckout(text, by: person))
            _ = try await app.order(text, by: person, reaching: "completed")
            let paid = try await app.api.get(Self.path + id, token: person.token).json
            #expect(paid["status"] == "paid")
            #expect(paid["number"]?.string?.hasPrefix("INV-") == true)
            #expect(paid["amount_paid"] == paid["total"])
            #expect(paid["amount_due"] == ["amount": 0, "currency": "USD"])
            #expect(paid["lines"]?[0]?["period_end"]?.string != nil)
            let list = try await app.api.get(Self.path + "?status=paid", token: person.token)
            #expect(list.json.list == [paid])
        }
    }

    @Test func `nobody sees another customer's invoices`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (one, other) = (try await app.register(), try await app.register())
            let order = try await app.placeOrder(by: one)
            let path = Self.path + (try #require(order["invoice_id"]?.string))
            let invoice = try await app.api.get(path, token: one.token).json
            let customer = try #require(invoice["customer_id"]?.string)
            #expect(try await app.api.get(path, token: other.token).status == 404)
            let asked = try await app.api.get(
                Self.path + "?customer_id=\(customer)",
                token: other.token
            )
            #expect(asked.json.list.isEmpty)
            let staff = try await app.token(of: "support")
            let seen = try await app.api.get(Self.path + "?customer_id=\(customer)", token: staff)
            #expect(seen.json.list == [invoice])
            #expect(try await app.api.get(path).status == 401)
        }
    }

    @Test func `an open invoice is overdue after its due date`() throws {
        let due = TestApp.start
        func invoice(_ status: InvoiceRecord.Status, paid: Int64) -> InvoiceRecord {
            InvoiceRecord(
                id: ID(UUID()),
                customer: ID(UUID()),
                order: nil,
                number: nil,
                status: status,
                subtotal: Money(minorUnits: 5, .usd),
                discount: .zero(.usd),
                tax: .zero(.usd),
                isTaxInclusive: false,
                carried: .zero(.usd),
                total: Money(minorUnits: 5, .usd),
                paid: Money(minorUnits: paid, .usd),
                paidByCredit: .zero(.usd),
                paidByCreditAtIssue: .zero(.usd),
                credited: .zero(.usd),
                notes: [],
                taxReasons: [],
                seller: nil,
                buyer: nil,
                createdAt: due,
                issuedAt: due,
                dueAt: due,
                paidAt: nil
            )
        }
        #expect(!invoice(.open, paid: 0).isOverdue(at: due))
        #expect(invoice(.open, paid: 4).isOverdue(at: due.addingTimeInterval(1)))
        #expect(!invoice(.open, paid: 5).isOverdue(at: due.addingTimeInterval(1)))
        #expect(!invoice(.void, paid: 0).isOverdue(at: due.addingTimeInterval(1)))
    }
}
