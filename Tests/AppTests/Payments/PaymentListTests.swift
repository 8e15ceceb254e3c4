import App
import Core
import Foundation
import Testing
import Wire

/// Payments are found by what they pay, whose they are and what became of them.
@Suite struct PaymentListTests {
    /// Ann has paid one order and begun to pay another; Bob has begun to pay his.
    private struct Case {
        let ann: Person
        let bob: Person
        let paid: JSON
        let open: JSON
        let his: JSON

        init(_ app: TestApp) async throws {
            ann = try await app.register(email: "ann@example.org")
            bob = try await app.register(email: "bob@example.org")
            paid = try await app.buyWithPayment(by: ann)
            open = try await Case.begin(by: ann, app)
            his = try await Case.begin(by: bob, app)
        }

        private static func begin(by person: Person, _ app: TestApp) async throws -> JSON {
            let id = try #require(try await app.placeOrder(by: person)["id"]?.string)
            _ = try await app.openCheckout(id, by: person)
            return try await app.payment(of: id, by: person)
        }

        /// The customer whose invoice a payment pays.
        func customer(_ payment: JSON, _ app: TestApp) async throws -> String {
            let invoice = try #require(ID<Invoice>(payment["invoice_id"]?.string ?? ""))
            return try #require(try await app.invoice(invoice)["customer_id"]?.string)
        }
    }

    private static func ids(_ payments: JSON...) -> [String] {
        payments.compactMap { $0["id"]?.string }
    }

    /// All that the API lists, a row at a time.
    private static func found(
        _ query: String,
        _ app: TestApp,
        token: String
    ) async throws -> [String] {
        var found: [String] = []
        var cursor = ""
        repeat {
            let path = "/api/v1/payments?limit=1&\(query)\(cursor)"
            let page = try await app.api.get(path, token: token)
            try #require(page.status == 200, "\(page.text)")
            found += page.json.list.compactMap { $0["id"]?.string }
            cursor = page.json["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        return found
    }

    @Test func `the API lists payments by state, customer and invoice`() async throws {
        try await TestApp.run { app in
            let made = try await Case(app)
            let (ann, bob) = (
                try await made.customer(made.paid, app), try await made.customer(made.his, app)
            )
            let support = try await app.token(of: "support")
            let all = Self.ids(made.his, made.open, made.paid)
            #expect(try await Self.found("", app, token: support) == all)
            let invoice = made.open["invoice_id"]?.string ?? ""
            for (query, expected) in [
                ("status=succeeded", Self.ids(made.paid)),
                ("status=open", Self.ids(made.his, made.open)),
                ("customer_id=\(ann)", Self.ids(made.open, made.paid)),
                ("customer_id=\(ann)&status=open", Self.ids(made.open)),
                ("invoice_id=\(invoice)", Self.ids(made.open)),
                ("invoice_id=\(invoice)&customer_id=\(bob)", []),
            ] {
                let found = try await Self.found(query, app, token: support)
                #expect(found == expected, "\(query)")
            }
            // Customers see their own, whoever they ask for.
            let hers = Self.ids(made.open, made.paid)
            let token = made.ann.token
            #expect(try await Self.found("customer_id=\(bob)", app, token: token) == hers)
            let his = made.his["invoice_id"]?.string ?? ""
            #expect(try await Self.found("invoice_id=\(his)", app, token: token).isEmpty)
            let unknown = try await app.api.get("/api/v1/payments?status=paid", token: support)
            #expect(unknown.status == 422)
        }
    }

    @Test func `staff look through all payments, and take along what they have found`()
        async throws
    {
        try await TestApp.run { app in
            let made = try await Case(app)
            let ann = try await made.customer(made.paid, app)
            let staff = try await StaffBrowser("support", app)
            let list = "/console/payments"
            #expect(try await staff.get("/console").text.contains("href=\"\(list)\""))
            let all = Self.ids(made.his, made.open, made.paid)
            for (query, expected) in [
                ("", all), ("sort=date", Array(all.reversed())),
                ("status=succeeded", Self.ids(made.paid)),
                ("q=bob@example.org", Self.ids(made.his)),
                ("q=\(all[1])", Self.ids(made.open)),
                ("customer_id=\(ann)&status=open", Self.ids(made.open)),
                ("customer_id=\(ann)&sort=date", Self.ids(made.paid, made.open)),
                ("from=2020-01-01&to=2020-01-02", []),
            ] {
                let page = try await staff.get("\(list)?\(query)").text
                let shown = page.matches(of: /console\/payments\/(pay_[0-9a-z]+)"/).map { $0.1 }
                #expect(shown.map(String.init) == expected, "\(query)")
                let file = try await staff.get("\(list).csv?\(query)").text
                let rows = file.split(separator: "\r\n").dropFirst()
                #expect(rows.map { String($0.prefix { $0 != "," }) } == expected, "\(query)")
            }
            let customer = try await StaffBrowser("ann@example.org", app)
            #expect(try await customer.get(list).status == 403)
            #expect(try await customer.get("\(list).csv").status == 403)
        }
    }
}
