import Foundation
import Postgres
import Support
import Testing

@testable import App

/// The unique indexes that rules are held by: each is missed when it is gone.
@Suite struct UniqueGuardTests {
    @Test func `a unique index that is gone, or not valid, is found`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let owner = Database(app.prepared.ownerConninfo, connections: 1, log: .silent)
            #expect(try await found(owner, after: "SELECT 1") == [])
            for unique in UniqueGuard.all {
                let script = """
                    DO $$ BEGIN
                        EXECUTE coalesce(
                            (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE',
                                conrelid::regclass, conname)
                            FROM pg_constraint WHERE conname = '\(unique.name)'),
                            'DROP INDEX \(unique.name)'
                        );
                    END $$
                    """
                #expect(try await found(owner, after: script) == [unique.name])
            }
            let breakage = try #require(Breakages.all[Invariant.uniquenessIsInForce.name])
            #expect(try await found(owner, after: breakage) == ["payments_one_success"])
            let invalid = """
                UPDATE pg_index SET indisvalid = false
                WHERE indexrelid = 'jobs_one_active'::regclass
                """
            #expect(try await found(owner, after: invalid) == ["jobs_one_active"])
            let plain = """
                DROP INDEX jobs_one_active; CREATE INDEX jobs_one_active ON jobs (kind, dedup_key)
                """
            #expect(try await found(owner, after: plain) == ["jobs_one_active"])
            await owner.close()
        }
    }

    @Test func `the document names a unique index exactly where one is asked for`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../docs/invariants.md")
        let text = try String(contentsOf: root, encoding: .utf8)
        let held = text.matches(
            of: #/\n\| (\d\d) \|.*(UNIQUE|unique index|primary key|same index)/#
        )
        #expect(Set(held.map { String($0.output.1) }) == Set(UniqueGuard.all.map(\.invariant)))
    }

    /// Carries the outcome out of a transaction that must not stay.
    private struct RolledBack: Error { let guards: [String] }

    /// The indexes that are missed after a script of the database's owner.
    private func found(_ owner: Database, after script: String) async throws -> [String] {
        do {
            try await owner.transaction { session in
                try session.script(script)
                let finding = try session.finding(
                    .uniquenessIsInForce,
                    now: TestApp.start,
                    steadySince: nil
                )
                throw RolledBack(guards: finding?.ids ?? [])
            }
        } catch let outcome as RolledBack {
            return outcome.guards
        }
        return []
    }
}
