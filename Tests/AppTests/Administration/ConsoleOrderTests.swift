import Core
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct ConsoleOrderTests {
    @Test func `orders are found by number, name, e-mail and identifier`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.placeDemoOrder()
            let order = try await Orders(app.services).show(id, for: .system).order
            let staff = try await StaffBrowser("support", app)
            for text in [
                "\(order.number)", "%23\(order.number)", "carla", "CUSTOMER%40example.com", id.text,
            ] {
                let page = try await staff.get("/console/orders?q=\(text)")
                #expect(page.text.contains(order.label), "\(text)")
            }
            let other = try await staff.get("/console/orders?q=nobody")
            #expect(other.text.contains("No order fits"))
            #expect(other.text.contains("value=\"nobody\""))
            let paid = try await staff.get("/console/orders?status=completed")
            #expect(!paid.text.contains(order.label))
        }
    }

    @Test func `a long list has pages whose addresses keep the filters`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            for _ in 0...Listing.length { _ = try await app.placeDemoOrder() }
            let staff = try await StaffBrowser("support", app)
            let first = try await staff.get("/console/orders?status=pending&q=carla")
            let link = try #require(
                first.text.firstMatch(of: #/href="([^"]*cursor=[^"]*)"/#)?.output.1
            )
            let next = String(link).replacing("&amp;", with: "&")
            #expect(next.contains("status=pending") && next.contains("q=carla"))
            let second = try await staff.get(next)
            #expect(second.text.contains("#10001"))
            #expect(!first.text.contains("#10001"))
            #expect(second.text.contains("First page") && !second.text.contains("Next page"))
        }
    }

    @Test func `an unpaid order is cancelled after a question`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.placeDemoOrder()
            let path = "/console/orders/\(id.text)"
            let billing = try await StaffBrowser("billing", app)
            #expect(try await billing.get(path).text.contains("\(path)/cancel"))
            let support = try await StaffBrowser("support", app)
            #expect(try await !support.get(path).text.contains("\(path)/cancel"))
            let question = try await billing.get("\(path)/cancel")
            #expect(question.text.contains("A cancelled order stays cancelled."))
            let answer = try await billing.submit("\(path)/cancel", from: "\(path)/cancel")
            #expect(answer.status == 303 && answer.location == path)
            let order = try await Orders(app.services).show(id, for: .system).order
            #expect(order.status == .cancelled)
            let entries = try await app.services.database.transaction(for: .system) {
                try $0.auditEntries(ofType: "ord", id: id.text)
            }
            #expect(entries.last?.action == "order.cancel")
            #expect(entries.last?.actorLabel == "billing@example.com")
            let page = try await billing.get(path)
            #expect(page.text.contains("Order cancelled"))
            #expect(!page.text.contains("\(path)/cancel"))
        }
    }

    @Test func `an order that needs attention is tried again or undone`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.placeFailedOrder()
            let path = "/console/orders/\(id.text)"
            let billing = try await StaffBrowser("billing", app)
            let home = try await billing.get("/console")
            #expect(home.text.contains("Orders that need attention"))
            #expect(home.text.contains(path))
            let page = try await billing.get(path)
            #expect(page.text.contains("It did not work."))
            #expect(page.text.contains("Undo and refund"))
            #expect(try await billing.get("\(path)/undo").text.contains("$29.00"))
            let retried = try await billing.submit("\(path)/retry", from: path)
            #expect(retried.location == path)
            #expect(try await app.auditActions(of: "ord", id.text).last == "order.retry")
            let late = try await billing.submit("\(path)/undo", from: "\(path)/undo")
            #expect(late.flash?.contains("failure:Only an order that needs attention") == true)
        }
    }

    @Test func `an order that is being undone is not tried again`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.placeFailedOrder()
            let path = "/console/orders/\(id.text)"
            let billing = try await StaffBrowser("billing", app)
            let undone = try await billing.submit("\(path)/undo", from: "\(path)/undo")
            #expect(undone.location == path)
            #expect(try await app.auditActions(of: "ord", id.text).last == "order.undo")
            let retried = try await billing.submit("\(path)/retry", from: path)
            #expect(retried.flash?.contains("failure:The order is being undone") == true)
        }
    }

    @Test func `the live page is the customer's timeline in staff's words`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let failed = try await app.placeFailedOrder()
            let staff = try await StaffBrowser("support", app)
            async let stream = staff.get("/console/orders/\(failed.text)/events")
            try await Task.sleep(for: .milliseconds(300))
            // The stream goes on while somebody may mend the order, and ends with it.
            let now = app.services.clock.now
            try await app.services.database.transaction(for: .system) {
                try $0.setStatus(.refunded, of: failed, now: now)
            }
            let events = try await stream
            #expect(events.text.hasSuffix("event: end\ndata: \n\n"))
            #expect(events.headers["Content-Type"]?.hasPrefix("text/event-stream") == true)
            #expect(events.text.contains("event: change"))
            #expect(events.text.contains("It did not work."))
            #expect(!events.text.contains("You need not do anything"))
            let missing = try await staff.get(
                "/console/orders/\(ID<Order>(app.services.ids.next()).text)/events"
            )
            #expect(missing.status == 404)
        }
    }
}
