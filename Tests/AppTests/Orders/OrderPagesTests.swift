import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct OrderPagesTests {
    @Test func `a plan is bought on pages from the cart to the invoice`() async throws {
        try await TestApp.run { app in
            try await app.logInToPortal()
            let order = try await app.orderOnPages(domain: "shop-\(Hex.encode(randomBytes(4))).com")
            let waiting = try await app.portal.get("/orders/\(order.id)")
            #expect(waiting.text.contains("Awaiting payment"))
            #expect(waiting.text.contains("data-live=\"/orders/\(order.id)/events\""))
            #expect(waiting.text.contains("http-equiv=\"refresh\""))
            #expect(try await app.portal.get("/cart").text.contains("Your cart is empty"))
            #expect(try await app.portal.get("/dashboard").text.contains("awaits its payment"))

            let events = TestClient(baseURL: app.portal.baseURL)
            defer { events.close() }
            try await app.logInToPortal(events)
            async let stream = events.get("/orders/\(order.id)/events")
            app.pay(order.session)
            let back = try await app.portal.get("/orders/\(order.id)/paid?session_id=x")
            #expect(back.status == 303)
            #expect(back.headers["Location"] == "/orders/\(order.id)")

            let heard = try await stream
            #expect(heard.headers["Content-Type"] == "text/event-stream")
            #expect(heard.text.contains("event: change\ndata: "))
            #expect(heard.text.contains("Completed"))
            #expect(heard.text.hasSuffix("event: end\ndata: \n\n"))
            try await lookAround(app, order.id)
        }
    }

    @Test func `an order that goes on after a pause keeps its page alive`() async throws {
        try await TestApp.run { app in
            try await app.logInToPortal()
            try await app.run("UPDATE servers SET active = false")
            let order = try await app.orderOnPages(domain: nil)
            app.pay(order.session)
            _ = try await app.portal.get("/orders/\(order.id)/paid?session_id=x")
            let page = try await eventually("an order that waits for room") {
                let page = try await app.portal.get("/orders/\(order.id)")
                return page.text.contains("Needs attention") ? page : nil
            }
            #expect(page.text.contains("data-live"))
            #expect(page.text.contains("http-equiv=\"refresh\""))
            let events = TestClient(baseURL: app.portal.baseURL)
            defer { events.close() }
            try await app.logInToPortal(events)
            async let stream = events.get("/orders/\(order.id)/events")
            try await app.run("UPDATE servers SET active = true")
            #expect(try await stream.text.hasSuffix("event: end\ndata: \n\n"))
        }
    }

    private func lookAround(_ app: TestApp, _ order: String) async throws {
        let page = try await app.portal.get("/orders/\(order)")
        #expect(page.text.contains("All is set up"))
        #expect(!page.text.contains("data-live"))
        #expect(!page.text.contains("http-equiv=\"refresh\""))
        let invoice = try #require(page.text.firstMatch(of: /\/invoices\/inv_[0-9a-z]+/)).output
        let document = try await app.portal.get(String(invoice))
        #expect(document.text.contains("Paid in full"))
        #expect(document.text.contains("Carla Customer"))
        for (path, text) in [
            ("/orders", "Completed"), ("/invoices", "INV-"), ("/domains", "Registered here"),
            ("/dashboard", "Open panel"),
        ] {
            let answer = try await app.portal.get(path)
            #expect(answer.status == 200)
            #expect(answer.text.contains(text), "\(path)")
        }
    }

    @Test func `the same checkout sent twice is one order`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.logInToPortal()
            try await app.fillCart()
            let page = try await app.portal.get("/checkout")
            let key = try #require(page.text.firstMatch(of: /name="key" value="([^"]+)"/)).output.1
            var form = FormFields()
            form.append("csrf", page.csrfToken ?? "")
            form.append("key", String(key))
            let headers = [
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": app.portal.cookieHeader,
            ]
            let body = Array(form.encoded.utf8)
            let portal = app.portal
            async let first = portal.send("POST", "/checkout", body: body, headers: headers)
            async let second = portal.send("POST", "/checkout", body: body, headers: headers)
            let addresses = try await [first, second].map { $0.headers["Location"] }
            #expect(addresses.allSatisfy { $0 != nil })
            let orders = try await app.services.database.transaction(for: .system) { session in
                try session.orders(CustomerOrderFilter(), most: 10).count
            }
            #expect(orders == 1)
        }
    }

    @Test func `an unpaid order is cancelled, and paid no more`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.logInToPortal()
            let order = try await app.orderOnPages()
            let path = "/orders/\(order.id)"
            let cancelled = try await app.portal.submit("\(path)/cancellation", from: path, [])
            #expect(cancelled.headers["Location"] == path)
            let page = try await app.portal.get(path)
            #expect(page.text.contains("The order is cancelled."))
            #expect(page.text.contains("Nothing was charged"))
            let paid = try await app.portal.submit("\(path)/payments", from: path, [])
            #expect(paid.headers["Location"] == path)
            let after = try await app.portal.get(path)
            #expect(after.text.contains("not waiting for a payment"))
        }
    }

    @Test func `another customer's order and invoice do not exist`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let stranger = try await app.register()
            let order = try #require(
                try await app.placeOrder(by: stranger)["id"]?.string
            )
            try await app.logInToPortal()
            for path in ["", "/timeline", "/events", "/paid"] {
                let answer = try await app.portal.get("/orders/\(order)\(path)")
                #expect(answer.status == 404, "\(path)")
            }
            for path in ["/payments", "/cancellation"] {
                let answer =
                    try await app.portal
                    .submit("/orders/\(order)\(path)", from: "/account", [])
                #expect(answer.status == 404, "\(path)")
            }
        }
    }

    @Test func `an address that is half filled in is refused and kept`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.logInToPortal()
            try await app.fillCart(domain: "shop-\(Hex.encode(randomBytes(4))).com")
            let page = try await app.portal.submit("/checkout", [("city", "Bonn"), ("phone", "x")])
            #expect(page.status == 422)
            #expect(page.text.contains("value=\"Bonn\""))
            #expect(page.text.contains("id=\"field-address_line1-error\""))
            #expect(page.text.contains("id=\"field-country-error\""))
        }
    }
}
