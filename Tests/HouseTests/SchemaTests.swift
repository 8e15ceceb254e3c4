import App
import Foundation
import Postgres
import Support
import Testing

/// What must hold of the database that the migrations make.
@Suite struct SchemaTests {
    /// A database that was just migrated, on a server of its own.
    private static let cluster = PrivateCluster.temporary()
    private static let fresh = Task {
        let server = try await cluster.start()
        let configuration = try Configuration(environment: [:])
        let setup = DatabaseSetup(configuration, log: .silent)
        return try await DatabaseSetup.prepare("fresh", on: server) { try await setup.migrate($0) }
    }

    /// The names that a query about the catalogue finds.
    private func names(_ query: SQL) async throws -> [String] {
        let database = Database(
            try await SchemaTests.fresh.value.ownerConninfo,
            connections: 1,
            log: .silent
        )
        let found = try await database.transaction { session in
            try session.all(query) { try $0.get("name", as: String.self) }
        }
        await database.close()
        return found
    }

    @Test func `every table with a customer forces row security on everybody`() async throws {
        let tables: SQL = """
            SELECT relname::text AS name FROM pg_class
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'customer_id'
            WHERE relkind = 'r' AND nspname = 'public'
            """
        #expect(try await names(tables).count >= 15)
        let open = try await names(tables + " AND NOT (relrowsecurity AND relforcerowsecurity)")
        #expect(open == [])
    }

    @Test func `every table that forces row security has a rule for reading and writing`()
        async throws
    {
        let without = try await names(
            """
            SELECT relname::text AS name FROM pg_class
            WHERE relforcerowsecurity AND NOT EXISTS (
                SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polcmd = '*'
                    AND polqual IS NOT NULL AND polwithcheck IS NOT NULL
            )
            """
        )
        #expect(without == [])
    }

    @Test func `the program's role cannot rewrite the books or the log`() async throws {
        let tables = ["audit_log", "invoice_pdfs", "ledger_entries", "ledger_transactions"]
        let powers = try await names(
            """
            SELECT tables.name || ' ' || power AS name
            FROM unnest(\(tables)) AS tables (name),
                unnest(\(["UPDATE", "DELETE", "TRUNCATE"])) AS power
            WHERE has_table_privilege('billing_app', tables.name, power)
            """
        )
        #expect(powers == [])
        let columns = try await names(
            """
            SELECT table_name || '.' || column_name AS name
            FROM information_schema.column_privileges
            WHERE grantee = 'billing_app' AND privilege_type = 'UPDATE'
                AND table_name = ANY (\(tables))
            """
        )
        #expect(columns == [])
    }

    @Test func `the program's role owns nothing and cannot step around row security`()
        async throws
    {
        let powers = try await names(
            """
            SELECT rolname::text AS name FROM pg_roles WHERE rolname = 'billing_app'
                AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
            UNION ALL
            SELECT relname::text FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner
            WHERE rolname = 'billing_app'
            UNION ALL
            SELECT relname::text FROM pg_class
            WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
                AND has_table_privilege('billing_app', oid, 'TRUNCATE')
            UNION ALL
            SELECT 'schema public' WHERE has_schema_privilege('billing_app', 'public', 'CREATE')
            """
        )
        #expect(powers == [])
    }

    @Test func `no view shows rows by its owner's rights`() async throws {
        let views = try await names(
            """
            SELECT relname::text AS name FROM pg_class
            WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
                AND NOT coalesce(reloptions::text[] @> ARRAY['security_invoker=true'], false)
            """
        )
        #expect(views == [])
    }

    @Test func `money is whole and has its currency beside it`() async throws {
        let money: SQL = """
            SELECT table_name || '.' || column_name AS name FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name ~ '(_minor|amount|price|total|balance)$'
            """
        #expect(try await names(money).count >= 20)
        #expect(try await names(money + " AND data_type <> 'bigint'") == [])
        let floating = try await names(
            """
            SELECT table_name || '.' || column_name AS name FROM information_schema.columns
            WHERE table_schema = 'public' AND data_type IN ('real', 'double precision', 'money')
            """
        )
        #expect(floating == [])
    }

    @Test func `every moment knows its time zone`() async throws {
        let naive = try await names(
            """
            SELECT table_name || '.' || column_name AS name FROM information_schema.columns
            WHERE table_schema = 'public' AND (
                data_type IN ('timestamp without time zone', 'time without time zone')
                OR (column_name ~ '_(at|until|start|end)$'
                    AND data_type <> 'timestamp with time zone')
            )
            """
        )
        #expect(naive == [])
    }

    @Test func `a status is one of those that its column lists`() async throws {
        let free = try await names(
            """
            SELECT relname || '.' || attname AS name
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                AND attname ~ '(^|_)status$' AND atttypid = 'text'::regtype
                AND NOT EXISTS (
                    SELECT FROM pg_constraint WHERE conrelid = attrelid AND contype = 'c'
                        AND conkey @> ARRAY[attnum]
                )
            """
        )
        #expect(free == [])
    }

    @Test func `the committed schema is what the migrations make`() async throws {
        let actual = try SchemaDump.text(of: try await SchemaTests.fresh.value.ownerConninfo)
        let place = Repository.root.appending(path: "schema.sql")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try Data(actual.utf8).write(to: place)
        }
        let committed = (try? String(contentsOf: place, encoding: .utf8)) ?? ""
        if committed != actual {
            Attachment.record(actual, named: "schema.sql")
            let difference = actual.split(separator: "\n")
                .difference(from: committed.split(separator: "\n")).prefix(10)
            Issue.record(
                """
                schema.sql is not what the migrations make. If the change is meant, write it with \
                RECORD=1. The first differences: \(Array(difference))
                """
            )
        }
    }
}
