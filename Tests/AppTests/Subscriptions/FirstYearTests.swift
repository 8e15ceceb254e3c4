import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

/// A year of one customer, and a few made-up lives; after each step the books add up.
@Suite struct FirstYearTests {
    @Test func `a first year: upgrade, downgrade, failed card, recovery, refund, end and return`()
        async throws
    {
        try await TestApp.run { app in
            try await app.move(to: "2027-01-10T10:00:00Z")
            let start = app.clock.now
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            try await app.pass(days: 31.1)
            #expect(try await app.newestTotal(of: ann, count: 2) == 2_900)
            try await app.requireCleanBooks()

            // Dearer at once: the rest of the month is charged, and what is not used comes off it.
            try await app.pass(days: 10)
            _ = try await app.change(id, by: ann, ["plan_id": .string(app.plan("professional"))])
            let upgrade = try await app.newestTotal(of: ann, count: 3)
            #expect((4_000..<5_000).contains(upgrade), "\(upgrade)")
            try await app.requireCleanBooks()
            try await app.pass(days: 21)
            #expect(try await app.newestTotal(of: ann, count: 4) == 9_900)

            // Cheaper with the next period.
            _ = try await app.change(id, by: ann, ["plan_id": .string(app.plan())])
            #expect(
                try await app.subscription(of: app.logInAgain(ann))["plan_name"] == "Professional"
            )
            try await app.pass(days: 31)
            #expect(try await app.newestTotal(of: ann, count: 5) == 2_900)
            try await app.requireCleanBooks()

            try await app.saveCard("4000000000000341", of: try await app.logInAgain(ann))
            try await app.pass(days: 31)
            _ = try await app.subscription(of: ann, reaching: "past_due")
            try await app.requireCleanBooks()
            try await app.payOpenInvoice(of: ann)
            _ = try await app.subscription(of: ann, reaching: "active")
            try await app.requireCleanBooks()
            // A part of what was paid by hand goes back; the service is the same as before.
            try await app.refundNewest(of: ann, amount: 700)
            #expect(try await app.balance("refunds") == 700)
            #expect(try await app.subscription(of: app.logInAgain(ann))["status"] == "active")
            try await app.requireCleanBooks()
            // What paid by hand is not yet what is charged from now on.
            try await app.saveCard("4242424242424242", of: try await app.logInAgain(ann))

            _ = try await app.act("cancel", on: id, by: ann)
            try await app.pass(days: 31)
            _ = try await app.subscription(of: ann, reaching: "cancelled")
            #expect(try await app.count("SELECT 1 FROM licenses WHERE status = 'cancelled'") == 1)
            try await app.requireCleanBooks()

            try await app.pass(days: 60)
            _ = try await app.act("reactivate", on: id, by: ann)
            _ = try await app.subscription(of: ann, reaching: "active")
            try await app.requireCleanBooks()
            let periods = "SELECT 1 FROM subscription_lines WHERE kind = 'period'"
            #expect(try await app.count("\(unsafeRaw: periods)") == 6)

            // The rest of the year is as quiet as most are.
            for month in 1...5 {
                try await app.pass(days: 31)
                #expect(try await app.newestTotal(of: ann, count: 7 + month) == 2_900)
                try await app.requireCleanBooks()
            }
            #expect(app.clock.now.timeIntervalSince(start) > 365 * 86_400)
            #expect(try await app.count("\(unsafeRaw: periods)") == 11)
        }
    }

    @Test(arguments: [11, 23, 47]) func `made-up lives keep the books`(seed: UInt64) async throws {
        try await TestApp.run { app in
            var dice = Dice(state: seed)
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            var answers: [TestAnswer] = []
            for _ in 1...8 {
                let slug = ["starter", "professional", "enterprise"][dice.below(3)]
                let cycle = ["monthly", "yearly"][dice.below(2)]
                let when = ["now", "period_end"][dice.below(2)]
                switch dice.below(6) {
                case 0, 1: try await app.pass(days: Double(1 + dice.below(45)))
                case 2:
                    let terms: JSON = [
                        "plan_id": .string(try await app.plan(slug)),
                        "billing_cycle": .string(cycle), "when": .string(when),
                    ]
                    answers.append(try await app.change(id, by: ann, terms))
                case 3:
                    let terms: JSON = ["quantity": .integer(Int64(1 + dice.below(3)))]
                    answers.append(try await app.change(id, by: ann, terms))
                case 4: answers.append(try await app.act("cancel", on: id, by: ann))
                default: answers.append(try await app.act("reactivate", on: id, by: ann))
                }
                try await app.requireCleanBooks()
            }
            // What refuses everything has clean books too.
            let accepted = answers.filter { $0.status == 200 }.count
            #expect(accepted >= 2, "\(answers.map(\.text))")
        }
    }
}

extension TestApp {
    /// What the newest of so many paid invoices came to.
    fileprivate func newestTotal(of person: Person, count: Int) async throws -> Int64 {
        let paid = try await invoices(of: person, count: count)
        return paid[0]["total"]?["amount"]?.integer ?? 0
    }

    /// Changes a subscription; what is refused by a rule is no error.
    @discardableResult
    fileprivate func change(
        _ id: String,
        by person: Person,
        _ body: JSON
    ) async throws -> TestAnswer {
        let fresh = try await logInAgain(person)
        let path = "/api/v1/subscriptions/\(id)"
        let answer = try await api.put(path, json: body, token: fresh.token)
        try #require([200, 409, 422].contains(answer.status), "\(answer.text)")
        return answer
    }

    @discardableResult
    fileprivate func act(
        _ verb: String,
        on id: String,
        by person: Person
    ) async throws -> TestAnswer {
        let fresh = try await logInAgain(person)
        let path = "/api/v1/subscriptions/\(id)/\(verb)"
        let answer = try await api.post(path, json: [:], token: fresh.token)
        try #require([200, 409, 422].contains(answer.status), "\(answer.text)")
        return answer
    }

    /// Gives a part of somebody's newest payment back, and waits until it has gone.
    fileprivate func refundNewest(of person: Person, amount: Int64) async throws {
        let fresh = try await logInAgain(person)
        let payments = try await api.get("/api/v1/payments?limit=100", token: fresh.token)
        let newest = try #require(
            payments.json["data"]?.array?.first { $0["status"] == "succeeded" }
        )
        let asked = try await askRefund(of: newest, amount: amount)
        try #require(asked.status == 201, "\(asked.text)")
        try await refund(try #require(asked.json["id"]?.string), reaching: "succeeded")
    }

    fileprivate func payOpenInvoice(of person: Person) async throws {
        let open = try await invoices(of: person, count: 1, status: "open")
        let invoice = try #require(ID<Invoice>(open[0]["id"]?.string ?? ""))
        let page = try await Checkouts(services).open(
            invoice,
            for: .system,
            returningTo: Checkouts.ReturnAddresses(
                success: "http://127.0.0.1/",
                cancel: "http://127.0.0.1/"
            ),
            keepingCard: true
        )
        pay(page.sessionID)
    }
}
