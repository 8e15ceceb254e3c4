import Core
import Foundation
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

@Suite struct RenewalBatchTests {
    @Test func `a batch stores what one customer after the other would`() async throws {
        try await TestApp.run { app in
            try await app.setSeller("DE")
            _ = try await app.setTaxRule("DE", "19")
            let first = try await app.register(in: "DE")
            for _ in 1...2 { _ = try await app.buy(by: first) }
            let second = try await app.register()
            _ = try await app.buy(by: second, plan: "professional")
            _ = try await app.savedCard(of: second)
            // Somebody with credit is no plain case.
            let third = try await app.register()
            _ = try await app.buy(by: third)
            try await app.giveCredit(to: third)
            // Nor is somebody with a coupon.
            try await app.makeCoupon(
                "FOREVER",
                ["duration": "forever", "percent_basis_points": 1_000]
            )
            _ = try await app.buy(by: app.register(), coupon: "FOREVER")

            let start = app.clock.now
            let later = start.addingTimeInterval(32 * 86_400)
            let services = app.services
            let apart = try await app.rehearsed(after: start) { session in
                for customer in try session.customersToBill(by: later, without: [], most: 10) {
                    try Renewals.bill(customer, session, services, now: later)
                }
            }
            let together = try await app.rehearsed(after: start) { session in
                let batch = RenewalBatch(services, now: later)
                let outcome = try batch.bill(session, without: [])
                #expect(outcome.claimed == 5)
                #expect(outcome.others.count == 2)
                for customer in outcome.others {
                    try Renewals.bill(customer, session, services, now: later)
                }
                #expect(try batch.bill(session, without: []).claimed == 0)
            }
            #expect(!apart.isEmpty)
            #expect(together == apart)
        }
    }

    @Test func `one customer's failure keeps nobody else from being billed`() async throws {
        try await TestApp.run { app in
            let good = try await app.register()
            _ = try await app.buy(by: good)
            _ = try await app.savedCard(of: good)
            let bad = try await app.register()
            _ = try await app.buy(by: bad)
            let id = try #require(try await app.subscription(of: bad)["id"]?.string)
            let broken = try #require(ID<Subscription>(id))
            // A history that makes no sense, which no program of ours writes.
            try await app.asOwner(
                """
                UPDATE subscription_events SET kind = 'reactivated'
                WHERE subscription_id = \(broken.uuid)
                """
            )
            try await app.pass(days: 31)
            let paid = try await app.invoices(of: good, count: 2)
            #expect(paid[0]["total"]?["amount"] == 2_900)
            let dead = try await eventually("a job that tells staff") {
                let kind = JobKind.billSubscriptions.rawValue
                let told = "SELECT 1 FROM jobs WHERE status = 'dead' AND kind = '\(kind)'"
                return try await app.count("\(unsafeRaw: told)") > 0 ? true : nil
            }
            #expect(dead)
            #expect(try await app.invoices(of: bad, count: 1).count == 1)
        }
    }
}

extension TestApp {
    fileprivate func giveCredit(to person: Person) async throws {
        let services = services
        let id = try #require(
            try await subscription(of: person)["customer_id"]?.string.flatMap { ID<Customer>($0) }
        )
        let now = clock.now
        _ = try await services.database.transaction(for: .system) { session in
            try Credits.add(
                Money(minorUnits: 500, .usd),
                to: id,
                from: .grant(reason: "Sorry", by: nil, expiresAt: nil),
                session,
                services,
                now: now
            )
        }
    }

    /// Changes what the program itself cannot.
    fileprivate func asOwner(_ statement: SQL) async throws {
        let database = Database(prepared.ownerConninfo, connections: 1, log: .silent)
        try await database.transaction { session in
            try session.run("SET LOCAL session_replication_role = replica")
            try session.run(statement)
        }
        await database.close()
    }

    private struct RolledBack: Error { let rows: [String] }

    /// What a piece of work stores, without the identifiers that it makes up; all is taken back.
    fileprivate func rehearsed(
        after start: Date,
        _ work: @escaping @Sendable (Session) throws -> Void
    ) async throws -> [String] {
        do {
            try await services.database.transaction(for: .system, deadlineSeconds: 60) { session in
                try work(session)
                throw RolledBack(rows: try session.newRows(after: start))
            }
        } catch let outcome as RolledBack {
            return outcome.rows
        }
        return []
    }
}

extension Session {
    /// Rows of a time that has not come yet, as texts.
    fileprivate func newRows(after start: Date) throws -> [String] {
        let ids = "'id,invoice_id,number,number_text,line_id,invoice_line_id,cause_id'"
        func rows(_ name: String, _ source: SQL) throws -> [String] {
            try all(
                """
                SELECT (to_jsonb(t) - string_to_array(\(unsafeRaw: ids), ','))::text AS row
                FROM (\(source)) t
                """
            ) { "\(name) \(try $0.get("row", as: String.self))" }
        }
        let invoices: SQL = "SELECT id FROM invoices WHERE created_at > \(start)"
        return
            (try rows("invoice", "SELECT * FROM invoices WHERE created_at > \(start)")
            + rows("line", "SELECT * FROM invoice_lines WHERE invoice_id IN (\(invoices))")
            + rows(
                "tax",
                """
                SELECT * FROM invoice_line_taxes WHERE line_id IN (
                    SELECT id FROM invoice_lines WHERE invoice_id IN (\(invoices))
                )
                """
            )
            + rows(
                "subscription line",
                """
                SELECT * FROM subscription_lines WHERE invoice_line_id IN (
                    SELECT id FROM invoice_lines WHERE invoice_id IN (\(invoices))
                )
                """
            )
            + rows(
                "entry",
                """
                SELECT t.kind, cause_type, at, a.kind AS account, customer_id, e.currency,
                    amount_minor
                FROM ledger_entries e JOIN ledger_transactions t ON t.id = transaction_id
                JOIN ledger_accounts a ON a.id = account_id WHERE at > \(start)
                """
            )
            + rows(
                "mail",
                """
                SELECT customer_id, template, cause_type, recipient,
                    regexp_replace(subject, '[0-9]{6}', '') AS subject, status, created_at
                FROM email_outbox WHERE created_at > \(start)
                """
            )
            + rows(
                "job",
                """
                SELECT kind, status, run_at, max_attempts, created_at FROM jobs
                WHERE created_at > \(start) AND dedup_key <> 'turn'
                """
            )
            + rows(
                "audit",
                """
                SELECT at, actor_type, action, object_type, customer_id, after->>'total' AS total
                FROM audit_log WHERE at > \(start)
                """
            )
            + all("SELECT to_jsonb(s)::text AS row FROM subscriptions s") {
                try $0.get("row", as: String.self)
            })
            .sorted()
    }
}
