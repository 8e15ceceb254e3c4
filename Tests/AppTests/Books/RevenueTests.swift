import Core
import Foundation
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

/// What was put off is earned as its time passes, to the cent.
@Suite struct RevenueTests {
    @Test func `the database earns what Core says`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            var numbers = SystemRandomNumberGenerator()
            let currencies = try ["USD", "KWD", "ISK"].map { try #require(Currency($0)) }
            let cases = (0..<2_000).map { index -> (Money, TimeSpan, Instant) in
                let currency = currencies[index % 3]
                let from = Int64.random(in: 1_700_000_000...1_800_000_000, using: &numbers)
                let to = from + Int64.random(in: 0...40_000_000, using: &numbers)
                let amount = Int64.random(in: -50_000...50_000, using: &numbers) * currency.step
                let at = Int64.random(in: (from - 100_000)...(to + 100_000), using: &numbers)
                return (
                    Money(minorUnits: amount, currency),
                    TimeSpan(from: Instant(seconds: from), to: Instant(seconds: to)),
                    Instant(seconds: at)
                )
            }
            let earned = try await app.services.database.transaction(for: .system) { session in
                try session.all(
                    """
                    SELECT earned_part(amount, step, since, until, moment) AS earned
                    FROM unnest(
                        \(cases.map(\.0.minorUnits)), \(cases.map(\.0.currency.step)),
                        \(cases.map(\.1.from.date)), \(cases.map(\.1.to.date)),
                        \(cases.map(\.2.date))
                    ) WITH ORDINALITY AS c (amount, step, since, until, moment, number)
                    ORDER BY number
                    """
                ) { try $0.get("earned", as: Int64.self) }
            }
            for (each, found) in zip(cases, earned) {
                #expect(each.1.earned(of: each.0, at: each.2).minorUnits == found, "\(each)")
            }
        }
    }

    @Test func `a month is earned day by day, late days too, and exactly at its end`() async throws
    {
        try await TestApp.run { app in
            try await app.move(to: "2027-02-01T00:00:00Z")
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            #expect(try await app.balance("deferred_revenue") == -2_900)
            try await app.pass(days: 1.01)
            // A twenty-eighth of 29.00, less the seconds that the sale took.
            let first = try await app.earned(days: 1)
            #expect((102...104).contains(first), "\(first)")
            try await app.requireCleanBooks()
            // Nobody counts for ten days.
            try await app.pass(days: 10)
            let eleventh = try await app.earned(days: 11)
            #expect((1_137...1_140).contains(eleventh), "\(eleventh)")
            #expect(
                try await app.count("SELECT 1 FROM revenue_days WHERE currency = 'USD'") == 11
            )
            #expect(
                try await app.count(
                    """
                    SELECT 1 FROM ledger_transactions WHERE kind = 'revenue_earned'
                        AND at = '2027-02-03T23:59:59Z'
                    """
                ) == 1
            )
            // Another turn for the same day adds nothing.
            _ = try await RevenueRecognition(app.services).run()
            #expect(try await app.balance("revenue") == -eleventh)
            try await app.requireCleanBooks()
            try await app.run("UPDATE subscriptions SET next_bill_at = NULL")
            try await app.pass(days: 18)
            #expect(try await app.earned(days: 29) == 2_900)
            #expect(try await app.balance("deferred_revenue") == 0)
            #expect(try await app.count("SELECT 1 FROM line_earnings WHERE is_running") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what is given back, cancelled or given up is earned as far as it stands`()
        async throws
    {
        try await TestApp.run { app in
            try await app.move(to: "2027-03-01T00:00:00Z")
            let start = try #require(Date(rfc3339: "2027-03-01T00:00:00Z"))
            let credited = try await app.issueMonth(3_000, from: start)
            let cancelled = try await app.issueMonth(6_000, from: start)
            let lost = try await app.issueMonth(9_000, from: start)
            try await app.pass(days: 10.01)
            #expect(try await app.earned(days: 10) == 1_000 + 2_000 + 3_000)
            let line = try #require(
                try await app.invoice(credited)["lines"]?[0]?["id"]?.string
            )
            let note = try await app.doTo(
                credited,
                "credit-notes",
                json: [
                    "reason": "Slow",
                    "lines": [
                        ["line_id": .string(line), "amount": ["amount": 1500, "currency": "USD"]]
                    ],
                ]
            )
            #expect(note.status == 201, "\(note.text)")
            let void = try await app.doTo(cancelled, "void", json: ["reason": "A mistake"])
            #expect(void.status == 200, "\(void.text)")
            let givenUp = try await app.doTo(lost, "uncollectible")
            #expect(givenUp.status == 200, "\(givenUp.text)")
            try await app.requireCleanBooks()
            try await app.pass(days: 5)
            // Half of 15.00 that is left, none of the cancelled one, half of the lost one.
            #expect(try await app.earned(days: 15) == 750 + 4_500)
            try await app.requireCleanBooks()
            try await app.pass(days: 20)
            #expect(try await app.earned(days: 35) == 1_500 + 9_000)
            #expect(try await app.balance("deferred_revenue") == 0)
            // What has ended is taken back as well.
            _ = try await app.doTo(credited, "credit-notes", json: ["reason": "All of it"])
            #expect(try await app.balance("deferred_revenue") == 1_500)
            try await app.requireCleanBooks()
            try await app.pass(days: 1)
            #expect(try await app.earned(days: 36) == 9_000)
            #expect(try await app.balance("deferred_revenue") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `two that count at once count a day once`() async throws {
        try await TestApp.run { app in
            _ = try await app.issueMonth(300_000, from: app.clock.now)
            try await app.pass(days: 3)
            let services = app.services
            async let first = RevenueRecognition(services).run()
            async let second = RevenueRecognition(services).run()
            #expect(try await [first, second] == [.done, .done])
            #expect(
                try await app.count("SELECT day FROM revenue_days GROUP BY day HAVING count(*) > 1")
                    == 0
            )
            #expect(try await app.balance("revenue") < 0)
            #expect(try await app.balance("revenue", "deferred_revenue") == -300_000)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a day of many running lines is earned by one statement`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let sample = try await app.issueMonth(300_000, from: app.clock.now)
            let owner = Database(app.prepared.ownerConninfo, connections: 1, log: .silent)
            let many = 5_000
            try await owner.transaction { session in
                try session.run("SET LOCAL session_replication_role = replica")
                try session.run(
                    """
                    INSERT INTO invoice_lines SELECT (jsonb_populate_record(
                        l, jsonb_build_object('id', gen_random_uuid(), 'position', n)
                    )).* FROM invoice_lines l, generate_series(2, \(many)) n
                    WHERE invoice_id = \(sample.uuid)
                    """
                )
                try session.run(
                    """
                    INSERT INTO line_earnings (line_id)
                    SELECT id FROM invoice_lines WHERE position > 1
                    """
                )
                try session.run("ANALYZE invoice_lines")
                try session.run("ANALYZE line_earnings")
            }
            await owner.close()
            _ = try await RevenueRecognition(app.services).run()
            app.clock.advance(seconds: 86_400)
            _ = try await RevenueRecognition(app.services).run()
            let day = try await app.services.database.transaction(for: .system) { session in
                try session.one("SELECT lines, amount_minor FROM revenue_days") {
                    (
                        try $0.get("lines", as: Int64.self),
                        try $0.get("amount_minor", as: Int64.self)
                    )
                }
            }
            #expect(day.0 == Int64(many))
            #expect(day.1 > 0 && day.1.isMultiple(of: Int64(many)))
        }
    }
}

extension TestApp {
    /// What is earned once so many days have been counted.
    fileprivate func earned(days: Int64) async throws -> Int64 {
        _ = try await eventually("\(days) days that are counted") {
            try await count(
                """
                SELECT 1 FROM revenue_runs
                WHERE day = (\(clock.now)::timestamptz AT TIME ZONE 'UTC')::date - 1
                """
            ) == 1 ? true : nil
        }
        return try await -balance("revenue")
    }

    /// Issues an invoice for thirty days of something.
    fileprivate func issueMonth(_ price: Int64, from moment: Date) async throws -> ID<Invoice> {
        let start = Date(timeIntervalSince1970: moment.timeIntervalSince1970.rounded(.down))
        let draft = try await writeInvoice(lines: [TestApp.line("Care", 1, price)])
        let id = try #require(ID<Invoice>(draft.json["id"]?.string ?? ""))
        try await run(
            """
            UPDATE invoice_lines SET period_start = \(start),
                period_end = \(start.addingTimeInterval(30 * 86_400))
            WHERE invoice_id = \(id.uuid)
            """
        )
        // Staff's own way of issuing writes the lines again, which have no period there.
        let services = services
        let now = clock.now
        try await services.database.transaction(for: .system) { session in
            try Invoices.issue(id, dueAt: now, session, services, now: now)
        }
        return id
    }
}
