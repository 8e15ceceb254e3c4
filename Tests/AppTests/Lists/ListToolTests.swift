import Core
import Foundation
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

/// What people make of a list: its columns, views of it, and what is done to many rows at once.
@Suite struct ListToolTests {
    @Test func `the columns of a list stand in its address and in every way on`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            for _ in 0...Listing.length { _ = try await app.placeDemoOrder() }
            let staff = try await StaffBrowser("support", app)
            let all = try await staff.get("/console/orders")
            #expect(all.headings == ["Order", "Customer", "What", "Status", "Total", "Placed"])
            let path = "/console/orders?q=carla&columns=order&columns=total"
            let some = try await staff.get(path)
            #expect(some.headings == ["Order", "Total"])
            #expect(!some.text.contains("data-label=\"Status\""))
            for link in [/href="([^"]+)"[^>]*>Next page/, /href="([^"]+)" class="sort"/] {
                let next = try #require(some.text.firstMatch(of: link)).output.1
                let address = String(next).replacing("&amp;", with: "&")
                #expect(address.contains("columns=order&columns=total"), "\(address)")
                #expect(address.contains("q=carla"), "\(address)")
                #expect(try await staff.get(address).headings == ["Order", "Total"])
            }
            // Another search keeps the columns, and another choice of columns the search.
            let kept = "<input type=\"hidden\" name=\"columns\" value=\"total\">"
            #expect(some.text.contains(kept))
            #expect(some.text.contains("<input type=\"hidden\" name=\"q\" value=\"carla\">"))
            #expect(some.text.contains("A file has every column"))
            let file = try await staff.get("/console/orders.csv?columns=order&q=carla")
            #expect(file.text.hasPrefix("Order,Identifier,Customer,"))
            for odd in ["columns=nonsense", "columns=", "columns=%3Cscript%3E"] {
                #expect(try await staff.get("/console/orders?\(odd)").headings.count == 6)
            }
        }
    }

    @Test func `a view is kept, shown, replaced by its name, and removed`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            _ = try await app.placeDemoOrder()
            let staff = try await StaffBrowser("support", app)
            let list = "/console/orders"
            let saved = try await staff.save(
                "console.orders",
                "Big & <new>",
                "status=pending&sort=-total&cursor=abc&q="
            )
            #expect(saved.location == "\(list)?status=pending&sort=-total")
            let page = try await staff.get("\(list)?status=pending&sort=-total")
            #expect(page.text.contains("aria-current=\"page\">Big &amp; &lt;new&gt;</a>"))
            #expect(page.text.contains("href=\"\(list)?status=pending&amp;sort=-total\""))
            // The same name is the same view.
            _ = try await staff.save("console.orders", "Big & <new>", "q=carla")
            let views = try await app.savedViews()
            #expect(views.map(\.path) == ["\(list)?q=carla"])
            // Nobody else sees it, and nobody else can remove it.
            let other = try await StaffBrowser("billing", app)
            #expect(try await !other.get(list).text.contains("Big &amp;"))
            let removal = SavedViewRoutes.remove.path(try #require(views.first).id)
            #expect(try await other.submit(removal).status == 404)
            let customer = try await StaffBrowser("customer", app)
            #expect(try await customer.submit(removal, from: "/orders").status == 404)
            let removed = try await staff.submit(removal)
            #expect(removed.location == "\(list)?q=carla")
            #expect(try await app.savedViews().isEmpty)
            #expect(try await staff.submit(removal).status == 404)
        }
    }

    @Test func `only known lists are kept, by those who see them, and nothing but parameters`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let support = try await StaffBrowser("support", app)
            #expect(try await support.save("nonsense", "A", "").status == 422)
            #expect(try await support.save("console.server_accounts", "A", "").status == 422)
            #expect(try await support.save("console.audit", "A", "").status == 403)
            #expect(try await support.save("orders", "A", "").status == 403)
            #expect(try await support.save("console.orders", "A", "q=%zz").status == 422)
            let long = "q=" + String(repeating: "x", count: 1_000)
            #expect(try await support.save("console.orders", "A", long).status == 422)
            let unnamed = try await support.save("console.orders", " ", "")
            #expect(unnamed.flash?.contains("failure:The view is not saved") == true)
            let customer = try await StaffBrowser("customer", app)
            #expect(try await customer.save("console.orders", "A", "").status == 403)
            #expect(try await app.savedViews().isEmpty)
            let odd = try await customer.save(
                "invoices",
                "Odd",
                "status=paid&%22%3E=1&X=2&a=\"&b=é"
            )
            #expect(odd.location == "/invoices?status=paid&a=%22&b=%C3%A9")
            let page = try await customer.get("/invoices")
            #expect(page.text.contains("href=\"/invoices?status=paid&amp;a=%22&amp;b=%C3%A9\""))
            for number in 1...20 {
                _ = try await support.save("console.orders", "View \(number)", "q=\(number)")
            }
            let full = try await support.save("console.orders", "One more", "")
            #expect(full.flash?.contains("failure:Twenty views") == true)
            #expect(try await app.savedViews().count == 21)
            // Another list has places of its own, and one that is full can be changed.
            _ = try await support.save("console.jobs", "One more", "")
            let changed = try await support.save("console.orders", "View 3", "q=changed")
            #expect(changed.flash?.contains("success") == true)
        }
    }

    @Test func `dead jobs are run again together, and each that cannot be says why`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let jobs = [try await app.storeDeadJob(), try await app.storeDeadJob()]
            try await app.run("UPDATE jobs SET status = 'done' WHERE id = \(jobs[1].uuid)")
            let gone = ID<Job>(app.services.ids.next())
            let billing = try await StaffBrowser("billing", app)
            let list = try await billing.get("/console/jobs")
            #expect(list.text.contains("name=\"id\" value=\"\(jobs[0].text)\" form=\"choice\""))
            let ids = (jobs + [gone]).map { "id=\($0.text)" }.joined(separator: "&")
            let question = try await billing.get("/console/jobs/many?action=retry&\(ids)")
            #expect(question.text.contains("Run 2 jobs now?"))
            #expect(question.text.contains(jobs[0].text) && !question.text.contains(gone.text))
            #expect(try await app.jobStatus(jobs[0]) == .dead)
            let answer = try await billing.submit(
                "/console/jobs/many",
                from: "/console/jobs/many?action=retry&\(ids)",
                [("action", "retry")] + (jobs + [gone]).map { ("id", $0.text) }
            )
            #expect(answer.status == 200)
            #expect(answer.text.contains("1 done, 2 refused"))
            #expect(answer.text.contains("The job runs or is done"))
            #expect(answer.text.contains("It is not there any more."))
            #expect(try await app.jobStatus(jobs[0]) == .queued)
            #expect(try await app.auditActions(of: "job", jobs[0].text) == ["job.retry"])
            #expect(try await app.auditActions(of: "job", jobs[1].text).isEmpty)
        }
    }

    @Test func `orders that need attention are tried again together`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let failed = [try await app.placeFailedOrder(), try await app.placeFailedOrder()]
            let unpaid = try await app.placeDemoOrder()
            let billing = try await StaffBrowser("billing", app)
            let list = try await billing.get("/console/orders")
            for order in failed { #expect(list.text.contains("value=\"\(order.text)\"")) }
            #expect(!list.text.contains("value=\"\(unpaid.text)\""))
            let answer = try await billing.submit(
                "/console/orders/many",
                from: "/console",
                [("action", "retry")] + (failed + [unpaid]).map { ("id", $0.text) }
            )
            #expect(answer.text.contains("2 done, 1 refused"))
            #expect(answer.text.contains("Nothing of this order waits or failed."))
            for order in failed {
                #expect(try await app.auditActions(of: "ord", order.text).last == "order.retry")
            }
        }
    }

    @Test func `licences are suspended and resumed together, and nothing else about them`()
        async throws
    {
        try await TestApp.run { app in
            let customer = try await app.logIn("customer")
            for _ in 1...3 { _ = try await app.buy(by: customer) }
            let licenses = try await Licenses(app.services).list(for: .system, most: 10).map(\.id)
            try #require(licenses.count == 3)
            let billing = try await StaffBrowser("billing", app)
            func many(_ action: String) async throws -> TestAnswer {
                try await billing.submit(
                    "/console/licenses/many",
                    from: "/console",
                    [("action", action)] + licenses.map { ("id", $0.text) }
                )
            }
            _ = try await Licenses(app.services).setStatus(
                .cancelled,
                of: licenses[0],
                actor: .system
            )
            #expect(try await many("suspend").text.contains("2 done, 1 refused"))
            #expect(try await many("suspend").text.contains("0 done, 3 refused"))
            let suspended = try await billing.get("/console/licenses?status=suspended")
            #expect(suspended.text.matches(of: /name="id"/).count == 2)
            let resumed = try await many("resume")
            #expect(resumed.text.contains("2 done, 1 refused"))
            #expect(resumed.text.contains("The licence is not suspended."))
            let now = try await Licenses(app.services).show(licenses[0], for: .system)
            #expect(now.status == .cancelled)
            let actions = try await app.auditActions(of: "lic", licenses[1].text)
            #expect(actions.suffix(2) == ["license.set_status", "license.set_status"])
        }
    }

    @Test func `nothing is done to nothing, to too many, or by those who may not`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let job = try await app.storeDeadJob()
            let billing = try await StaffBrowser("billing", app)
            let path = "/console/jobs/many"
            let many = (0...Listing.length).map { _ in ID<Job>(app.services.ids.next()).text }
            for query in [
                "", "action=retry", "action=nonsense&id=\(job.text)", "action=retry&id=nonsense",
                "action=retry&id=ord_1", "id=\(job.text)",
                "action=retry&" + many.map { "id=\($0)" }.joined(separator: "&"),
            ] {
                let asked = try await billing.get("\(path)?\(query)")
                #expect(asked.location == "/console/jobs", "\(query)")
                #expect(asked.flash?.contains("failure:Tick what you mean first") == true)
                let fields = query.split(separator: "&").map { field in
                    let parts = field.split(separator: "=")
                    return (String(parts[0]), String(parts[1]))
                }
                let sent = try await billing.submit(path, from: "/console", fields)
                #expect(sent.location == "/console/jobs", "\(query)")
            }
            let support = try await StaffBrowser("support", app)
            #expect(try await !support.get("/console/jobs").text.contains("name=\"id\""))
            #expect(try await support.get("\(path)?action=retry&id=\(job.text)").status == 403)
            let refused = try await support.submit(
                path,
                from: "/console",
                [("action", "retry"), ("id", job.text)]
            )
            #expect(refused.status == 403)
            #expect(try await app.jobStatus(job) == .dead)
        }
    }
}

extension TestAnswer {
    /// What stands above the columns of the page's table.
    fileprivate var headings: [String] {
        let head = text.firstMatch(of: /<thead>(.*?)<\/thead>/)?.output.1 ?? ""
        return head.matches(of: /<th[^>]*>(?:<a [^>]*>)?([^<]+)/).map { String($0.output.1) }
    }
}

extension StaffBrowser {
    fileprivate func save(_ list: String, _ name: String, _ query: String) async throws
        -> TestAnswer
    {
        let page = list.hasPrefix("console") || list == "nonsense" ? "/console" : "/orders"
        return try await submit(
            "/views",
            from: try await get(page).status == 200 ? page : "/account",
            [("list", list), ("name", name), ("query", query)]
        )
    }
}

extension TestApp {
    fileprivate func savedViews() async throws -> [SavedViewRecord] {
        try await services.database.transaction(for: .system) { session in
            try session.all(
                "SELECT id, list, name, query FROM saved_views ORDER BY list, position",
                SavedViewRecord.init(row:)
            )
        }
    }

    fileprivate func jobStatus(_ id: ID<Job>) async throws -> JobRecord.Status {
        try await JobBoard(services).show(id).status
    }
}
