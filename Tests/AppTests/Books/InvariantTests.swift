import Foundation
import Postgres
import Support
import Testing

@testable import App

/// Every rule that must hold: each is seen to be found when it is broken, and none when nothing is.
@Suite struct InvariantTests {
    @Test func `a name is given to one rule`() {
        #expect(Set(Invariant.all.map(\.name)).count == Invariant.all.count)
        for invariant in Invariant.all {
            #expect(invariant.name.wholeMatch(of: #/[a-z]+\.[a-z_]+/#) != nil)
            #expect(invariant.statement.hasSuffix("."))
        }
    }

    @Test func `for every rule there is a way to break it`() {
        #expect(Set(Breakages.all.keys) == Set(Invariant.all.map(\.name)))
    }

    /// How the other one is broken says ``UniqueGuardTests``.
    private static let namesInBrokenBooks = Invariant.all.map(\.name)
        .filter { $0 != Invariant.uniquenessIsInForce.name }

    @Test(arguments: namesInBrokenBooks)
    func `what breaks a rule is found`(name: String) async throws {
        let script = try #require(Breakages.all[name])
        let found = try await BrokenBooks.shared.value.found(after: script)
        #expect(found.contains(name), "found \(found.sorted())")
    }

    /// What a migration adds of the kind has to be named in the rule.
    @Test(
        arguments: [
            (
                "schema.guards_are_in_force", 8,
                """
                SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname)
                    AS script
                FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
                WHERE NOT tgisinternal AND prosrc LIKE '%RAISE EXCEPTION%'
                """
            ),
            (
                "schema.books_only_grow", 22,
                """
                SELECT format('GRANT DELETE ON %s TO billing_app', c.oid::regclass) AS script
                FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                    AND has_table_privilege('billing_app', c.oid, 'INSERT')
                    AND NOT has_table_privilege('billing_app', c.oid, 'UPDATE')
                    AND NOT has_table_privilege('billing_app', c.oid, 'DELETE')
                """
            ),
        ] as [(String, Int, SQL)]
    )
    func `each guard that is off and each right too many is found`(
        name: String,
        least: Int,
        query: SQL
    ) async throws {
        let books = try await BrokenBooks.shared.value
        let scripts = try await books.scripts(query)
        #expect(scripts.count >= least)
        for script in scripts {
            #expect(try await books.found(after: script) == [name], "\(script)")
        }
    }

    @Test func `a licence that is stopped for no reason is found, and one that staff hold is not`()
        async throws
    {
        let stop = "UPDATE licenses SET status = 'suspended'"
        let books = try await BrokenBooks.shared.value
        #expect(try await books.found(after: stop) == ["license.follows_subscription"])
        #expect(try await books.found(after: stop + ", held_at = now()") == [])
    }

    @Test func `a history of sales, refunds and money out of place breaks no rule`() async throws {
        #expect(try await BrokenBooks.shared.value.found(after: "SELECT 1") == [])
        try await TestApp.run { app in
            #expect(try await Verifications(app.services).check().findings == [])
            try await app.makeHistory()
            let report = try await Verifications(app.services).check()
            #expect(report.findings == [])
            #expect(report.counts.first { $0.name == "ledger_transactions" }?.rows == 14)
            #expect(report.text.contains("\(Invariant.all.count) invariants hold."))
        }
    }

    @Test func `who may not see all rows is told so`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let now = app.services.clock.now
            let customer = try await app.demoCustomer
            let rule = try #require(Invariant.all.first { $0.name == "schema.nothing_is_hidden" })
            let finding = try await app.services.database.transaction(for: .customer(customer)) {
                try $0.finding(rule, now: now, steadySince: nil)
            }
            #expect(finding?.ids == ["the scope"])
        }
    }

    @Test func `every rule and every invariant of the reference stands in the document`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../docs/invariants.md")
        let text = try String(contentsOf: root, encoding: .utf8)
        for invariant in Invariant.all { #expect(text.contains("`\(invariant.name)`")) }
        for number in 1...52 {
            let digits = number < 10 ? "0\(number)" : "\(number)"
            #expect(text.contains("\n| \(digits) |"))
        }
    }
}
