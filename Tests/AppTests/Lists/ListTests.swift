import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

/// What all lists have in common: an order in the address, parts that follow each other, a file.
@Suite struct ListTests {
    private static let console = [
        "/console/orders", "/console/payments", "/console/customers", "/console/licenses",
        "/console/plans",
        "/console/servers", "/console/jobs?status=done", "/console/api-keys",
        "/console/subscriptions", "/console/coupons", "/console/books", "/console/books/entries",
        "/console/books/disputes", "/console/books/reconciliation", "/console/books/comparisons",
        "/console/books/checks", "/console/registrars/resellerclub/payments",
        "/console/settings/tax",
    ]
    private static let portal = [
        "/orders", "/subscriptions", "/invoices", "/payments", "/domains",
    ]
    /// Lists that have one order, and its reverse.
    private static let sortedOneWay = ["/console/jobs?status=done", "/console/books/entries"]

    @Test func `every heading that sorts leads to the list sorted so, and says so`() async throws {
        try await TestApp.run { app in
            _ = try await SampleObjects.make(app)
            let admin = try await StaffBrowser("admin", app)
            let customer = try await StaffBrowser("customer", app)
            for path in try await ListTests.console + app.placesOfParts() {
                let count = ListTests.sortedOneWay.contains(path) ? 1 : 2
                try await expectSorts(path, admin, atLeast: count)
            }
            for path in ListTests.portal { try await expectSorts(path, customer, atLeast: 2) }
            let oldest = try await admin.get("/console/audit?sort=time")
            let newest = try await admin.get("/console/audit")
            #expect(oldest.text.contains("selected>Oldest first"))
            #expect(newest.text.contains("selected>Newest first"))
        }
    }

    private func expectSorts(
        _ path: String,
        _ browser: StaffBrowser,
        atLeast count: Int
    ) async throws {
        let page = try await browser.get(path)
        let links = page.sortLinks
        #expect(links.count >= count, "\(path) has \(links)")
        for link in links {
            let sorted = try await browser.get(link)
            #expect(sorted.status == 200, "\(link)")
            #expect(sorted.text.matches(of: /aria-sort="/).count == 1, "\(link)")
            let isDescending = link.contains("sort=-")
            let way = isDescending ? "descending" : "ascending"
            #expect(sorted.text.contains("aria-sort=\"\(way)\""), "\(link)")
            // Choosing the same heading again turns it round.
            let other = sorted.sortLinks.filter { $0.contains("sort=-") != isDescending }
            #expect(!other.isEmpty, "\(link)")
        }
    }

    @Test func `narrow screens, which show no headings, choose the order in a form`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            _ = try await app.placeDemoOrder()
            let owner = try await StaffBrowser("customer", app)
            let page = try await owner.get("/orders?status=pending&sort=-total").text
            let form = try #require(
                page.firstMatch(of: /<form[^>]*sort-choice.*?<\/form>/.dotMatchesNewlines())
            )
            for part in [
                "name=\"status\" value=\"pending\"", "value=\"-total\" selected",
                ">Total, ascending<", ">Placed, descending<",
            ] {
                #expect(form.output.contains(part), "\(part) in \(form.output)")
            }
        }
    }

    @Test func `every list is a file with as many rows as it has`() async throws {
        try await TestApp.run { app in
            _ = try await SampleObjects.make(app)
            let admin = try await StaffBrowser("admin", app)
            let customer = try await StaffBrowser("customer", app)
            let staff = try await ListTests.console + app.placesOfParts() + ["/console/audit"]
            var counted = 0
            for (path, browser) in staff.map({ ($0, admin) })
                + (ListTests.portal + ["/licenses"]).map({ ($0, customer) })
            {
                let page = try await browser.get(path)
                let link = try #require(
                    page.text.firstMatch(of: /href="([^"]+\.csv[^"]*)"/),
                    "\(path)"
                )
                let file = try await browser.get(String(link.output.1).unescaped)
                #expect(file.headers["Content-Type"]?.hasPrefix("text/csv") == true, "\(path)")
                let lines = file.text.split(separator: "\r\n")
                #expect(lines.count >= 2, "\(path) has \(lines)")
                #expect(!file.text.contains("sealed"), "\(path)")
                guard let rows = page.text.firstMatch(of: #/([0-9]+) rows?</#) else { continue }
                #expect(Int(rows.1) == lines.count - 1, "\(path) has \(lines)")
                counted += 1
            }
            #expect(counted > 20)
        }
    }

    @Test func `a customer's lists and files hold nothing of others`() async throws {
        try await TestApp.run { app in
            _ = try await SampleObjects.make(app)
            let other = try await app.register(email: "stranger@example.org")
            let stranger = try await StaffBrowser("stranger@example.org", app)
            #expect(other.email == "stranger@example.org")
            for path in ListTests.portal + ["/licenses"] {
                let page = try await stranger.get(path)
                #expect(page.status == 200)
                #expect(!page.text.contains(".csv"), "\(path)")
                let file = try await stranger.get("\(path).csv")
                #expect(file.text.split(separator: "\r\n").count == 1, "\(path)")
            }
            for path in ["/console/licenses", "/console/licenses.csv", "/console/api-keys.csv"] {
                #expect(try await stranger.get(path).status == 403, "\(path)")
            }
            let support = try await StaffBrowser("support", app)
            #expect(try await support.get("/console/api-keys.csv").status == 403)
            #expect(try await support.get("/console/licenses.csv").status == 200)
        }
    }

    @Test func `rows that are equal in what sorts them are told apart by their identifiers`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let customer = try await app.demoCustomer
            try await app.run(
                """
                INSERT INTO orders (id, customer_id, user_id, status, currency, subtotal_minor,
                    discount_minor, tax_minor, total_minor, created_at)
                SELECT gen_random_uuid(), \(customer.uuid),
                    (SELECT id FROM users WHERE customer_id = \(customer.uuid) LIMIT 1), 'pending',
                    'USD', n % 2, 0, 0, n % 2, now()
                FROM generate_series(1, 120) n
                """
            )
            let staff = try await StaffBrowser("support", app)
            let owner = try await StaffBrowser("customer", app)
            for (path, browser) in [
                ("/console/orders?sort=total", staff), ("/console/orders?sort=-customer", staff),
                ("/orders?sort=-total", owner), ("/orders?sort=placed", owner),
            ] {
                let found = try await browser.all(path, /#(\d{5})</)
                #expect(found.count == 120, "\(path)")
                #expect(Set(found).count == 120, "\(path)")
            }
        }
    }

    @Test func `what has no end stands after what has one, and is not lost between two pages`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let customer = try await app.demoCustomer
            let order = try await app.placeDemoOrder()
            try await app.run(
                """
                WITH items AS (
                    INSERT INTO order_items (id, order_id, customer_id, position, plan_id, price_id,
                        plan_name, billing_cycle, plan_amount_minor)
                    SELECT gen_random_uuid(), order_id, customer_id, n, plan_id, price_id,
                        plan_name, billing_cycle, plan_amount_minor
                    FROM order_items, generate_series(1, 110) n
                    WHERE order_id = \(order.uuid) AND position = 0 RETURNING id, position
                )
                INSERT INTO domains (id, customer_id, order_item_id, name, kind, status, created_at,
                    expires_at)
                SELECT gen_random_uuid(), \(customer.uuid), id,
                    'n' || lpad(position::text, 3, '0') || '.example', 'own', 'active', now(),
                    CASE WHEN position <= 30 THEN now() + position * interval '1 day' END
                FROM items
                """
            )
            let owner = try await StaffBrowser("customer", app)
            let up = try await owner.all("/domains?sort=expires", /n(\d{3})\.example/)
            #expect(up.prefix(30) == (1...30).map { String("00\($0)".suffix(3)) }[...])
            #expect(Set(up).count == 110 && up.count == 110)
            let down = try await owner.all("/domains?sort=-expires", /n(\d{3})\.example/)
            #expect(down == up.reversed())
            for sort in ["expires", "-name"] {
                let pages = try await owner.pages("/domains?sort=\(sort)", to: "Next page")
                #expect(pages.map(\.rows) == ["1–50 of more", "51–100 of more", "101–110 of 110"])
                let last = try #require(pages.last)
                let back = try await owner.pages(last.path, to: "Previous page")
                #expect(back.map(\.rows) == pages.reversed().map(\.rows))
                #expect(back.map(\.names) == pages.reversed().map(\.names))
            }
        }
    }

    @Test func `a place that somebody has made up is the first page`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            _ = try await app.placeDemoOrder()
            let staff = try await StaffBrowser("support", app)
            for cursor in ["x", "AAAA", "WyJjb25zb2xlLm9yZGVycyJd"] {
                for sort in ["total", "-customer", "nonsense", "-"] {
                    let path = "/console/orders?sort=\(sort)&cursor=\(cursor)"
                    let page = try await staff.get(path)
                    #expect(page.status == 200, "\(path)")
                    #expect(page.text.contains("#1000"), "\(path)")
                }
            }
            #expect(Sorting(OrderColumn.total).isAfter(["x", "y"]).text == "true")
            #expect(Sorting(OrderColumn.total).isAfter(["1"]).text == "true")
        }
    }
}

extension TestAnswer {
    /// Where the headings of a list lead.
    fileprivate var sortLinks: [String] {
        text.matches(of: /<a href="([^"]+)" class="sort"/).map { String($0.output.1).unescaped }
    }
}

extension String {
    fileprivate var unescaped: String { replacing("&amp;", with: "&") }
}

extension StaffBrowser {
    /// What a pattern finds on all pages of a list, one after the other.
    fileprivate func all(_ path: String, _ pattern: Regex<(Substring, Substring)>) async throws
        -> [String]
    {
        var found: [String] = []
        var path: String? = path
        while let next = path {
            let page = try await get(next)
            found += page.text.matches(of: pattern).map { String($0.output.1) }
            path = page.text.firstMatch(of: /href="([^"]+)"[^>]*>Next page/).map {
                String($0.output.1).unescaped
            }
        }
        return found
    }
}

/// A page of a list.
private struct ReadPage {
    let path: String
    let text: String

    var names: [String] { text.matches(of: /n(\d{3})\.example/).map { String($0.output.1) } }

    /// Which rows it says it shows.
    var rows: String {
        text.firstMatch(of: /<span class="soft small tabular">([^<]+)</).map {
            String($0.output.1)
        } ?? ""
    }
}

extension StaffBrowser {
    /// The pages from one on, by the links of a name.
    fileprivate func pages(_ path: String, to link: String) async throws -> [ReadPage] {
        var pages: [ReadPage] = []
        var path: String? = path
        while let next = path {
            let page = ReadPage(path: next, text: try await get(next).text)
            pages.append(page)
            let links = page.text.matches(of: /href="([^"]+)"[^>]*>(Next|Previous) page/)
            path = links.first { "\($0.output.2) page" == link }
                .map { String($0.output.1).unescaped }
        }
        return pages
    }
}

extension TestApp {
    /// The pages of which a list with rows is a part.
    fileprivate func placesOfParts() async throws -> [String] {
        _ = try await placeOrder(by: try await logIn("customer"), coupon: "SAMPLE")
        return try await services.database.transaction(for: .system) { session in
            let server = try session.one("SELECT server_id AS id FROM hosting_accounts LIMIT 1") {
                try $0.id("id", of: Server.self)
            }
            let coupon = try session.one("SELECT coupon_id AS id FROM coupon_uses LIMIT 1") {
                try $0.id("id", of: Coupon.self)
            }
            return ["/console/servers/\(server.text)", "/console/coupons/\(coupon.text)"]
        }
    }
}
