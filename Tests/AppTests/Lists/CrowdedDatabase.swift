import App
import Core
import Foundation
import Postgres
import Support
import Testing

@testable import App

/// A database in which a customer with a few rows lives beside very many rows of others.
struct CrowdedDatabase: Sendable {
    /// How many orders there are, each with an item, a subscription, a licence and the like.
    static let orders = 30_000
    private static let customers = 3_000
    /// The tables that nobody may walk through.
    static let big = [
        "audit_log", "domains", "hosting_accounts", "invoices", "jobs", "licenses", "order_items",
        "order_steps", "orders", "payments", "subscriptions",
    ]

    /// Acts as the program does: as the role that owns nothing, with prepared statements.
    let database: Database
    /// One of the customers, who has as many rows as each of them.
    let customer: ID<Customer>
    let server: ID<Server>

    /// Lends one that was filled and analysed.
    static func run(
        _ body: @concurrent @Sendable (CrowdedDatabase) async throws -> Void
    ) async throws {
        let prepared = try await TestDatabase.lease()
        let database = Database(
            prepared.appConninfo,
            connections: 1,
            log: .silent,
            role: prepared.appRole
        )
        let crowded = try await fill(database)
        let owner = Database(prepared.ownerConninfo, connections: 1, log: .silent)
        var patience = TransactionOptions()
        patience.deadlineSeconds = 120
        try await owner.transaction(patience) { try $0.script("ANALYZE") }
        await owner.close()
        do {
            try await body(crowded)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    private static func fill(_ database: Database) async throws -> CrowdedDatabase {
        try await database.transaction(for: .system, deadlineSeconds: 120) { session in
            for statement in statements { try session.script(statement) }
            return CrowdedDatabase(
                database: database,
                customer: ID(
                    try session.one("SELECT md5('customer7')::uuid AS id") { try $0.get("id") }
                ),
                server: ID(try session.one("SELECT id FROM servers LIMIT 1") { try $0.get("id") })
            )
        }
    }

    private static let statements = [
        """
        INSERT INTO customers (id, name, email, created_at)
        SELECT md5('customer' || n)::uuid, 'Customer ' || md5(n::text), n || '@example.org', now()
        FROM generate_series(0, \(customers - 1)) n
        """,
        """
        INSERT INTO orders (
            id, customer_id, user_id, status, currency, subtotal_minor, discount_minor, tax_minor,
            total_minor, created_at, paid_at
        )
        SELECT md5('order' || n)::uuid, md5('customer' || n % \(customers))::uuid,
            (SELECT id FROM users LIMIT 1),
            CASE n % 500 WHEN 0 THEN 'attention' ELSE 'completed' END,
            'USD', n, 0, 0, n, now(), now()
        FROM generate_series(1, \(orders)) n
        """,
        """
        INSERT INTO order_items (
            id, order_id, customer_id, position, plan_id, price_id, plan_name, billing_cycle,
            plan_amount_minor, domain_name, domain_action
        )
        SELECT md5('item' || n)::uuid, md5('order' || n)::uuid,
            md5('customer' || n % \(customers))::uuid, 0, plan_id, p.id, 'Starter', 'monthly', n,
            'd' || n || '.example', 'own'
        FROM generate_series(1, \(orders)) n, (SELECT id, plan_id FROM prices LIMIT 1) p
        """,
        """
        INSERT INTO order_steps (
            id, order_id, customer_id, position, name, status, finished_at
        )
        SELECT md5('step' || n)::uuid, md5('order' || n)::uuid,
            md5('customer' || n % \(customers))::uuid, 0, 'payment', 'succeeded', now()
        FROM generate_series(1, \(orders)) n
        """,
        """
        INSERT INTO subscriptions (
            id, customer_id, order_item_id, plan_id, price_id, status, billing_cycle,
            current_period_start, current_period_end, created_at
        )
        SELECT md5('subscription' || n)::uuid, md5('customer' || n % \(customers))::uuid,
            md5('item' || n)::uuid, plan_id, p.id, 'active', 'monthly', now(),
            now() + interval '1 month', now()
        FROM generate_series(1, \(orders)) n, (SELECT id, plan_id FROM prices LIMIT 1) p
        """,
        """
        INSERT INTO licenses (
            id, customer_id, subscription_id, plan_id, key_hash, key_sealed, key_hint, status,
            expires_at, created_at
        )
        SELECT md5('license' || n)::uuid, md5('customer' || n % \(customers))::uuid,
            md5('subscription' || n)::uuid, plan_id, sha256(n::text::bytea), 'sealed', 'ABCD',
            CASE n % 500 WHEN 0 THEN 'suspended' ELSE 'active' END,
            now() + n * interval '1 minute', now()
        FROM generate_series(1, \(orders)) n, (SELECT plan_id FROM prices LIMIT 1) p
        """,
        """
        INSERT INTO domains (id, customer_id, order_item_id, name, kind, status, created_at)
        SELECT md5('domain' || n)::uuid, md5('customer' || n % \(customers))::uuid,
            md5('item' || n)::uuid, 'd' || n || '.example', 'own', 'active', now()
        FROM generate_series(1, \(orders)) n
        """,
        """
        INSERT INTO hosting_accounts (
            id, customer_id, order_item_id, server_id, remote_user_id, username, email,
            account_type, parameters, status, created_at
        )
        SELECT md5('account' || n)::uuid, md5('customer' || n % \(customers))::uuid,
            md5('item' || n)::uuid, (SELECT id FROM servers LIMIT 1), n, 'u' || n, 'u@example.org',
            'panel', '{}', 'active', now()
        FROM generate_series(1, \(orders)) n
        """,
        "INSERT INTO invoice_series (id) VALUES ('many')",
        """
        INSERT INTO invoices (
            id, customer_id, order_id, series_id, number, number_text, status, currency,
            subtotal_minor, discount_minor, tax_minor, total_minor, seller, buyer, created_at,
            issued_at
        )
        SELECT md5('invoice' || n)::uuid, md5('customer' || n % \(customers))::uuid,
            md5('order' || n)::uuid, 'many', n, 'MANY-' || n, 'void', 'USD', n, 0, 0, n, party,
            party,
            now(), now()
        FROM generate_series(1, \(orders)) n,
            (SELECT '{"name": "A", "email": "a@example.org", "address": []}'::jsonb AS party) p
        """,
        """
        INSERT INTO payments (
            id, order_id, invoice_id, customer_id, gateway, kind, status, amount_minor, currency,
            idempotency_key, parameters, created_at
        )
        SELECT md5('payment' || n)::uuid, md5('order' || n)::uuid, md5('invoice' || n)::uuid,
            md5('customer' || n % \(customers))::uuid, 'stripe', 'checkout', 'cancelled', n, 'USD',
            'many-' || n, parameters, now()
        FROM generate_series(1, \(orders)) n, (
            SELECT '{"lines": [], "successURL": "", "cancelURL": "", "expiresAt": 0,
                "savePaymentMethod": false}'::jsonb AS parameters
        ) p
        """,
        """
        INSERT INTO jobs (
            id, kind, payload, status, run_at, attempts, max_attempts, created_at, finished_at
        )
        SELECT md5('job' || n)::uuid, CASE n % 100 WHEN 0 THEN 'order.undo' ELSE 'mail.send' END,
            '{}', state, now() + n * interval '1 second', 0, 12, now(),
            CASE WHEN state <> 'queued' THEN now() + n * interval '1 second' END
        FROM generate_series(1, \(orders)) n,
            LATERAL (SELECT (ARRAY['dead', 'done', 'queued'])[1 + n % 3] AS state) s
        """,
        """
        INSERT INTO audit_log (at, actor_type, action, object_type, object_id)
        SELECT now(), 'system', CASE n % 500 WHEN 0 THEN 'order.retry' ELSE 'order.place' END,
            'ord', 'ord_' || n
        FROM generate_series(1, \(orders)) n
        """,
    ]
}

/// How often a table was walked through, and how many of its rows were looked at.
struct TableReads: Sendable, CustomStringConvertible {
    let table: String
    var walks: Int64
    var rows: Int64

    var description: String { "\(table): \(walks) walks, \(rows) rows" }
}

extension CrowdedDatabase {
    /// What some statements read of the big tables, as the database counts it.
    ///
    /// This counts what the very statements have done, with the plans that they have got under the
    /// program's role, and not what a copy of them might do. It sees as well an index that was
    /// walked from end to end to find a handful of rows, which looks fine in a plan.
    func reads(
        of scope: Scope,
        _ work: @escaping @Sendable (Session) throws -> Void
    ) async throws -> [TableReads] {
        try await database.transaction(for: scope, deadlineSeconds: 60) { session in
            let before = try session.tableReads()
            try work(session)
            let after = try session.tableReads()
            return zip(before, after).map { old, new in
                TableReads(
                    table: new.table,
                    walks: new.walks - old.walks,
                    rows: new.rows - old.rows
                )
            }
        }
    }
}

extension Session {
    fileprivate func tableReads() throws -> [TableReads] {
        try all(
            """
            SELECT relname::text AS name, seq_scan,
                seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows
            FROM pg_stat_xact_user_tables WHERE relname = ANY(\(CrowdedDatabase.big))
            ORDER BY relname
            """
        ) { row in
            TableReads(
                table: try row.get("name"),
                walks: try row.get("seq_scan"),
                rows: try row.get("rows")
            )
        }
    }
}
