import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

/// Lists are sorted, paged and exported as their address says.
@Suite struct ConsoleListTests {
    @Test func `customers are sorted by name or age, and every page goes on from the one before`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let staff = try await StaffBrowser("support", app)
            try await app.storeCustomers(120)
            for (sort, expected) in [
                ("name", (1...120).map(ConsoleListTests.name)),
                ("-name", (1...120).reversed().map(ConsoleListTests.name)),
            ] {
                var found: [String] = []
                var path: String? = "/console/customers?q=Numbered&sort=\(sort)"
                while let next = path {
                    let page = try await staff.get(next)
                    found += page.text.matches(of: /Numbered \d{3}/).map { String($0.output) }
                    path = page.text.firstMatch(of: /href="([^"]+)"[^>]*>Next page/).map {
                        String($0.output.1).replacing("&amp;", with: "&")
                    }
                }
                #expect(found == expected, "\(sort)")
            }
            let page = try await staff.get("/console/customers?sort=-name")
            #expect(page.text.contains("aria-sort=\"descending\""))
            #expect(page.text.contains("/console/customers?sort=name"))
        }
    }

    @Test func `the file has every row of the filter and none besides`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let staff = try await StaffBrowser("support", app)
            try await app.storeCustomers(1_100)
            let file = try await staff.get("/console/customers.csv?q=Numbered&sort=name")
            #expect(file.headers["Content-Type"]?.hasPrefix("text/csv") == true)
            #expect(file.headers["Content-Disposition"]?.contains("customers-20") == true)
            let lines = file.text.split(separator: "\r\n")
            #expect(lines.count == 1_101)
            let names = lines.dropFirst().map { $0.split(separator: ",")[1] }
            #expect(names.map(String.init) == names.map(String.init).sorted())
            #expect(Set(names).count == 1_100)
            #expect(try await app.portal.get("/console/customers.csv").status == 303)
        }
    }

    @Test func `orders are sorted by what they cost, and exported so`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let staff = try await StaffBrowser("billing", app)
            let ids = [try await app.placeDemoOrder(), try await app.placeDemoOrder()]
            try await app.run(
                "UPDATE orders SET total_minor = 9900, subtotal_minor = 9900 WHERE id = \(ids[0].uuid)"
            )
            let file = try await staff.get("/console/orders.csv?sort=-total")
            let lines = file.text.split(separator: "\r\n").map(String.init)
            #expect(lines.count == 3)
            #expect(lines[1].contains(ids[0].text) && lines[1].contains("99.00,USD"))
            #expect(lines[2].contains(ids[1].text) && lines[2].contains("29.00,USD"))
            let none = try await staff.get("/console/orders.csv?status=refunded")
            #expect(none.text.split(separator: "\r\n").count == 1)
        }
    }

    @Test func `the audit log goes into a file with its filter, for administrators`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let order = try await app.placeDemoOrder()
            let admin = try await StaffBrowser("admin", app)
            let file = try await admin.get("/console/audit.csv?object_id=\(order.text)")
            let lines = file.text.split(separator: "\r\n")
            #expect(lines.count == 2)
            #expect(lines[1].contains(",order.place,\(order.text),"))
            let billing = try await StaffBrowser("billing", app)
            #expect(try await billing.get("/console/audit.csv").status == 403)
        }
    }

    @Test func `a customer's invoices are filtered, exported, and never drafts`() async throws {
        try await TestApp.run { app in
            try await app.logInToPortal()
            let order = try await app.orderOnPages()
            let drafts = try await app.portal.get("/invoices")
            #expect(drafts.text.contains("No invoices yet"))
            app.pay(order.session)
            _ = try await app.portal.get("/orders/\(order.id)/paid?session_id=x")
            let page = try await app.portal.get("/invoices?status=paid")
            #expect(page.text.contains("INV-"))
            #expect(page.text.contains("/invoices.csv?status=paid"))
            let file = try await app.portal.get("/invoices.csv?status=paid")
            #expect(file.text.split(separator: "\r\n").count == 2)
            #expect(file.text.contains(",paid,29.00,0.00,29.00,29.00,USD"))
            let open = try await app.portal.get("/invoices.csv?status=open")
            #expect(open.text.split(separator: "\r\n").count == 1)
        }
    }

    fileprivate static func name(_ number: Int) -> String {
        "Numbered " + String("00\(number)".suffix(3))
    }
}

extension TestApp {
    fileprivate func storeCustomers(_ count: Int) async throws {
        let now = services.clock.now
        let ids = (1...count).map { _ in services.ids.next() }
        let digits = String(count).count
        let names = (1...count).map { number in
            "Numbered " + String(("0000\(number)").suffix(max(3, digits)))
        }
        // Their order in time is not their order by name.
        let shuffled = names.enumerated().sorted {
            ($0.offset % 7, $0.offset) < ($1.offset % 7, $1.offset)
        }
        try await services.database.transaction(for: .system) { session in
            _ = try session.run(
                """
                INSERT INTO customers (id, name, email, created_at)
                SELECT id, name, 'nobody@example.com', \(now)
                FROM unnest(\(ids), \(shuffled.map(\.element))) AS new (id, name)
                """
            )
        }
    }
}
