import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

@Suite struct RehearsalTests {
    @Test func `what is rehearsed is what happens, and leaves nothing behind`() async throws {
        try await TestApp.run { app in
            try await app.makeCustomersOfAllKinds()
            let before = try await app.fingerprints()
            let asked = app.clock.now
            let told = try await Rehearsal(app.services, seconds: 300).run(days: 75)
            let after = try await app.fingerprints()
            #expect(after.keys.filter { after[$0] != before[$0] } == [])
            #expect(told.unrehearsed.isEmpty)
            #expect(told.customersRehearsed == 4)
            #expect(told.sums.count(.suspension) > 1)
            #expect(told.sums.count(.end) > 0)
            #expect(told.sums.count(.removal) == 1)
            #expect(told.events.contains { $0.kind == .mail && $0.detail == "Account removal" })

            try await app.live(until: told.to)
            for kind in RehearsedEvent.Kind.allCases {
                let foretold = told.events.filter { $0.kind == kind }.map(\.told).sorted()
                let happened = try await app.events(after: asked, until: told.to)
                    .filter { $0.kind == kind }.map(\.told).sorted()
                #expect(foretold == happened, "\(kind)")
            }
            try await app.requireCleanBooks()
        }
    }

    @Test func `a customer whom somebody is at work on is named, and keeps nobody waiting`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, bob) = (try await app.register(), try await app.register())
            for person in [ann, bob] { _ = try await app.buy(by: person) }
            try await app.settle()
            let busy = try await app.customer(of: ann)
            let theirs: SQL =
                "SELECT 1 FROM subscriptions WHERE customer_id = \(busy.uuid) FOR UPDATE"
            let work = Task {
                try await app.services.database.transaction(for: .system) { session in
                    try session.run(theirs)
                    try session.run("SELECT pg_sleep(60)")
                }
            }
            defer { work.cancel() }
            _ = try await eventually("work on the customer") {
                try await app.count("\(theirs) SKIP LOCKED") == 0 ? true : nil
            }
            let told = try await Rehearsal(app.services).run(days: 40)
            #expect(told.unrehearsed.map(\.customer) == [busy])
            #expect(told.customersRehearsed == 1 && !told.isSample)
        }
    }

    @Test(arguments: [false, true])
    func `a page on which a customer may pay has its time, as in life`(isOpenedAgain: Bool)
        async throws
    {
        try await TestApp.run { app in
            try await app.leaveMidnight()
            let lead = try await app.api.put(
                "/api/v1/admin/settings",
                json: ["renewal_lead_days": ["monthly": 5, "yearly": 5]],
                token: try await app.token(of: "admin")
            )
            try #require(lead.status == 200, "\(lead.text)")
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let ends: Date = try await app.services.database.transaction(for: .system) {
                try $0.one("SELECT current_period_end AS at FROM subscriptions") {
                    try $0.get("at")
                }
            }
            try await app.pass(days: (ends.timeIntervalSince(app.clock.now) - 3_600) / 86_400)
            let open = try await app.invoices(of: ann, count: 1, status: "open")[0]
            _ = try await app.openPage(of: open)
            if isOpenedAgain {
                // Past the due day by less than the day that whoever pays by hand has.
                try await app.pass(days: 22 / 24)
                try await app.settle()
                let invoice = try #require(ID<Invoice>(open["id"]?.string ?? ""))
                try await Checkouts(app.services).abandon(invoice, for: .system)
                _ = try await app.openPage(of: open)
            }
            try await app.settle()
            let asked = app.clock.now
            let told = try await Rehearsal(app.services, seconds: 300).run(days: 8)
            #expect(told.sums.count(.charge) == 1)
            try await app.live(until: told.to)
            let happened = try await app.events(after: asked, until: told.to)
            #expect(told.events.map(\.told).sorted() == happened.map(\.told).sorted())
            try await app.requireCleanBooks()
        }
    }

    @Test func `staff ask for it by API and page, and customers do not`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let path = "/api/v1/admin/rehearsal?days=65"
            #expect(try await app.statuses("GET", path) == [401, 403, 200, 200, 200])
            let staff = try await app.token(of: "support")
            let told = try await app.api.get(path, token: staff).json
            #expect(told["totals"]?["invoices"] == 2)
            #expect(told["totals"]?["expected_cash"]?[0]?["amount"] == 5_800)
            #expect(told["days"]?.array?.count == 2)
            let far = try await app.api.get("/api/v1/admin/rehearsal?days=401", token: staff)
            #expect(far.status == 422)
            #expect(told["estimated_totals"] == .null)
            let page = try await StaffBrowser("support", app).get("/console/rehearsal?days=365")
            #expect(page.text.contains("The next 365 days"))
            #expect(page.text.contains("$348.00"))
        }
    }

    @Test func `cards that are warned of and credit that expires are told`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            try await app.grant(700, to: ann, expiresAt: app.clock.now + 5 * 86_400)
            // The card ends with this month or the next one: in 28 to 59 days.
            try await app.run(
                """
                UPDATE payment_methods SET
                    expires_year = extract(year FROM \(app.clock.now + 28 * 86_400)::timestamptz),
                    expires_month = extract(month FROM \(app.clock.now + 28 * 86_400)::timestamptz)
                """
            )
            let told = try await Rehearsal(app.services, seconds: 300).run(days: 29)
            let warnings = told.events.filter { $0.detail.hasPrefix("Card expires") }
            #expect(!warnings.isEmpty && warnings.allSatisfy { $0.kind == .mail })
            let expiries = told.events.filter { $0.kind == .expiry }
            #expect(expiries.map(\.amount) == [Money(minorUnits: 700, .usd)])
            #expect(told.sums.count(.invoice) == 0)
            #expect(try await app.freeCredit(of: ann) == 700)
        }
    }

    @Test func `of a sample it is said what it makes of all`() {
        let now = TestApp.start
        let usd = Money(minorUnits: 2_900, .usd)
        func event(_ kind: RehearsedEvent.Kind, _ amount: Money?) -> RehearsedEvent {
            RehearsedEvent(
                at: now,
                kind: kind,
                customer: ID(UUID()),
                customerName: "Ann",
                amount: amount,
                detail: ""
            )
        }
        var report = RehearsalReport(from: now, to: now, customersInAll: 10)
        report.add([event(.charge, usd), event(.mail, nil)])
        #expect(report.estimatedSums?.count(.mail) == 10)
        report.add([event(.charge, usd)])
        report.add([])
        report.add([])
        #expect(report.estimatedSums?.count(.charge) == 5)
        #expect(report.estimatedSums?.amounts(.charge) == [Money(minorUnits: 14_500, .usd)])
        #expect(report.sums.amounts(.charge) == [Money(minorUnits: 5_800, .usd)])
        for _ in 0..<6 { report.add([]) }
        #expect(report.estimatedSums == nil)
    }
}

extension RehearsedEvent {
    /// What was said of it, to be compared.
    fileprivate var told: String {
        let amount = amount.map { "\($0)" } ?? ""
        return "\(day) \(kind.rawValue) \(customerName) \(amount) \(detail)"
    }
}

extension TestApp {
    /// One whose card pays, one whose card was declined once, one without a card, and one who goes.
    fileprivate func makeCustomersOfAllKinds() async throws {
        try await leaveMidnight()
        let people = try await [
            register(email: "declined@example.org"), register(email: "good@example.org"),
            register(email: "bare@example.org"), register(email: "leaving@example.org"),
        ]
        _ = try await buy(by: people[0])
        try await saveCard("4000000000000341", of: people[0])
        for person in people.dropFirst() { _ = try await buy(by: person) }
        let card = try #require(try await savedCard(of: people[2])["id"]?.string)
        _ = try await api.delete("/api/v1/payment-methods/\(card)", token: people[2].token)
        // The card has to fail once to be known.
        try await pass(days: 31)
        _ = try await subscription(of: people[0], reaching: "past_due")
        _ = try await subscription(of: people[2], reaching: "past_due")
        let leaving = try await logInAgain(people[3])
        let id = try #require(try await subscription(of: leaving)["id"]?.string)
        let path = "/api/v1/subscriptions/\(id)/cancel"
        let answer = try await api.post(path, json: [:], token: leaving.token)
        try #require(answer.status == 200, "\(answer.text)")
        // What is due of unpaid invoices waits for the next minute, which shall not come meanwhile.
        try await settleDunning()
        try await settle()
    }

    /// Days begin at midnight in UTC: what is compared by day shall not happen near it, be it an
    /// hour earlier, or the 21 hours later at which a page is opened again.
    fileprivate func leaveMidnight() async throws {
        let hour = Int64(clock.now.timeIntervalSince1970) % 86_400 / 3_600
        if !(4...16).contains(hour) { try await pass(days: Double(28 - hour) / 24) }
    }

    /// Waits until nothing is due.
    fileprivate func settle() async throws {
        _ = try await eventually("quiet", seconds: 120) {
            let now = clock.now
            let jobs = "SELECT 1 FROM jobs WHERE status IN ('queued', 'running')"
            let due = try await count("\(unsafeRaw: jobs) AND run_at <= \(now)")
            return due == 0 ? true : nil
        }
    }

    /// Lets time pass from one thing that is due to the next.
    fileprivate func live(until end: Date) async throws {
        for _ in 0..<200 {
            try await settle()
            let next = try await services.database.transaction(for: .system) { session in
                let customers = try session.all("SELECT id FROM customers") {
                    try $0.id("id", of: Customer.self)
                }
                let others = try customers.compactMap { try session.nextAccountRemoval(of: $0) }
                let first = try session.one(
                    """
                    SELECT least(
                        (SELECT min(next_bill_at) FROM subscriptions),
                        (SELECT min(next_at) FROM dunning_cases),
                        (SELECT min(run_at) FROM jobs
                            WHERE status IN ('queued', 'running')
                                AND kind = 'payment.collect')
                    ) AS next
                    """
                ) { try $0.optional("next", as: Date.self) }
                return (others + [first].compactMap { $0 }).min()
            }
            guard let next, next <= end else { return }
            // The schedule looks once a minute.
            let wait = max(0, next.timeIntervalSince(clock.now)) + 61
            try await pass(days: wait / 86_400)
            try await Task.sleep(for: .milliseconds(300))
            // Their own turns come by the schedule, for which a busy machine has no time.
            _ = try await Settlements(services).poll()
            _ = try await AccountRemovals(services).run()
        }
    }

    /// What has happened, as a rehearsal says it.
    fileprivate func events(after start: Date, until end: Date) async throws -> [RehearsedEvent] {
        try await services.database.transaction(for: .system) { session in
            let customers = try session.all("SELECT id FROM customers") {
                try $0.id("id", of: Customer.self)
            }
            return try customers.flatMap { try session.rehearsedEvents(of: $0, after: start) }
                .filter { $0.at <= end }
        }
    }

    /// What stands in each table, apart from what beats by itself and what Stripe tells unasked,
    /// and what all others were asked to do. By the hour they are asked how things stand.
    fileprivate func fingerprints() async throws -> [String: String] {
        let asked =
            [simulators.stripe.host, simulators.resellerClub.host] + simulators.panels.map(\.host)
        let calls = asked.flatMap(\.journal.requests).filter { $0.method != "GET" }
            .map { "\($0.method) \($0.path) \($0.body)" }
        let outside = [
            "calls": calls.joined(separator: "\n"), "mails": "\(simulators.mail.messages.count)",
        ]
        return try await services.database.transaction(for: .system) { session in
            let tables = try session.all(
                """
                SELECT relname::text AS name FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                    AND relname NOT IN ('jobs', 'servers', 'schema_migrations', 'webhook_events')
                """
            ) { try $0.get("name", as: String.self) }
            var prints = outside
            for table in tables {
                prints[table] = try session.one(
                    """
                    SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS print
                    FROM \(unsafeRaw: table) t
                    """
                ) { try $0.get("print") }
            }
            // Other jobs come by themselves, or from what Stripe tells.
            let effects: [JobKind] = [.collectInvoice, .sendMail, .changeAccount]
            prints["jobs"] = try session.one(
                """
                SELECT md5(coalesce(string_agg(j::text, '|' ORDER BY id), '')) AS print FROM jobs j
                WHERE kind = ANY(\(effects.map(\.rawValue)))
                """
            ) { try $0.get("print") }
            return prints
        }
    }
}
