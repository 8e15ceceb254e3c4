import Core
import Foundation
import Postgres
import Simulators
import Testing
import Web
import Wire

@testable import App

/// However the processor's messages arrive, money is ours once.
@Suite struct WebhookOrderTests {
    /// Runs a sale up to its payment, with webhooks arriving in some way.
    private func sale(
        _ mode: StripeWebhookMode,
        runsWorker: Bool = true,
        _ body: @Sendable (TestApp, Person, String) async throws -> Void
    ) async throws {
        try await TestApp.run(runsWorker: runsWorker) { app in
            app.simulators.stripe.setWebhooks(mode)
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            try await body(app, ann, id)
        }
    }

    @Test(arguments: [StripeWebhookMode.duplicate, .reorder, .drop])
    func `webhooks that come twice, in disorder or never end in one settlement`(
        mode: StripeWebhookMode
    ) async throws {
        try await sale(mode) { app, ann, id in
            _ = try await app.order(id, by: ann, reaching: "completed")
            await app.simulators.stripe.webhooksAreIdle()
            #expect(try await app.books() == .ofOneSale())
        }
    }

    @Test func `webhooks that come long after the poller settled change nothing`() async throws {
        try await sale(.hold) { app, ann, id in
            _ = try await app.order(id, by: ann, reaching: "completed")
            app.simulators.stripe.setWebhooks(.deliver)
            app.simulators.stripe.redeliverWebhooks(all: true)
            await app.simulators.stripe.webhooksAreIdle()
            _ = try await eventually("webhooks that are dealt with") {
                try await app.count(
                    "SELECT 1 FROM webhook_events WHERE status = 'received'"
                ) == 0 ? true : nil
            }
            #expect(try await app.books() == .ofOneSale())
        }
    }

    @Test func `one message twenty times at once at two instances is stored once`() async throws {
        try await sale(.drop) { app, ann, id in
            let body = try #require(app.stripeEvents("checkout.session.completed").first)
            let statuses = try await app.withAnother { other in
                try await atOnce(20) { turn in
                    try await (turn.isMultiple(of: 2) ? app : other).deliver(body).status
                }
            }
            #expect(statuses == Array(repeating: 200, count: 20))
            #expect(try await app.count("SELECT 1 FROM webhook_events") == 1)
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.books() == .ofOneSale())
        }
    }

    @Test func `webhook and return page at the same instant settle once`() async throws {
        try await sale(.drop) { app, ann, id in
            let body = try #require(app.stripeEvents("checkout.session.completed").first)
            let payment = try await app.payment(of: id, by: ann)
            _ = try await app.portal.submit(
                AccountRoutes.login.path(),
                [("email", ann.email), ("password", "correct horse battery")]
            )
            let page = OrderRoutes.paid.path(try #require(ID<Order>(id)))
            let statuses = try await atOnce(60) { turn in
                switch turn % 3 {
                case 0: try await app.deliver(body).status
                case 1: try await app.confirm(payment, by: ann).status
                default: try await app.portal.get(page).status
                }
            }
            #expect(Set(statuses).isSubset(of: [200, 303]), "\(statuses)")
            #expect(statuses.indices.allSatisfy { $0 % 3 == 2 || statuses[$0] == 200 })
            let back = try await app.portal.get(page)
            #expect(back.headers["Location"]?.hasPrefix("/login") != true)
            _ = try await app.order(id, by: ann, reaching: "completed")
            #expect(try await app.books() == .ofOneSale())
            let settled = try await app.count(
                "SELECT 1 FROM audit_log WHERE action = 'payment.settle'"
            )
            #expect(settled == 1)
        }
    }

    @Test func `the return page alone settles, twenty times at once`() async throws {
        try await sale(.drop, runsWorker: false) { app, ann, id in
            let payment = try await app.payment(of: id, by: ann)
            let states = try await atOnce(20) { _ in
                try await app.confirm(payment, by: ann).json["status"]?.string
            }
            #expect(states == Array(repeating: "succeeded", count: 20))
            let books = try await app.books()
            #expect(books.ledger == Books.ofOneSale().ledger)
            #expect(books.invoices == 1 && books.charges == 1)
        }
    }

    @Test func `two instances that work on one queue deliver once`() async throws {
        try await TestApp.run { app in
            try await app.withAnother { other in
                let people = try await inTurn(4) { _ in try await app.register() }
                try await atOnce(4) { turn in
                    _ = try await (turn.isMultiple(of: 2) ? app : other).buy(by: people[turn])
                }
                #expect(try await app.books() == .ofSales(4))
                #expect(try await app.brokenCounters() == [])
            }
        }
    }
}

/// Does something so many times at the same time, or `width` of them at a time, and returns what
/// came of each.
@discardableResult
func atOnce<Value: Sendable>(
    _ count: Int,
    width: Int? = nil,
    _ work: @escaping @Sendable (Int) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var results: [Int: Value] = [:]
        for turn in 0..<count {
            if turn >= width ?? count, let (done, value) = try await group.next() {
                results[done] = value
            }
            group.addTask { @concurrent in (turn, try await work(turn)) }
        }
        for try await (turn, value) in group { results[turn] = value }
        return (0..<count).compactMap { results[$0] }
    }
}

/// Does something so many times, one after the other.
func inTurn<Value: Sendable>(
    _ count: Int,
    _ work: (Int) async throws -> Value
) async throws -> [Value] {
    var results: [Value] = []
    for turn in 0..<count { results.append(try await work(turn)) }
    return results
}
