import App
import Core
import Foundation
import Patience
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

extension TestApp {
    /// Makes one of everything that is booked: a sale with a name, a sale that was undone, money
    /// that could not be placed, such money that was given back, and a sale with a
    /// coupon that credit paid a part of.
    ///
    /// What the processor keeps is not told before ``makeFeesKnown()``.
    func makeHistory() async throws {
        try await controlStripe("fees", ["mode": "hold"])
        let ann = try await register()
        _ = try await buy(by: ann, domain: "example.com")
        try await domainCostsAreKnown()
        try await makeUndoneOrder(by: ann)
        _ = try await parkMoney(by: ann)
        try await returnMoney(of: try await parkMoney(by: ann))
        try await grant(500, to: ann)
        try await makeCoupon("TEN", ["percent_basis_points": 1_000, "customer_limit": 1])
        let last = try await buy(by: ann, coupon: "ten")
        try await creditAPart(of: try #require(last["invoice_id"]?.string))
    }

    private func creditAPart(of invoice: String) async throws {
        let path = "/api/v1/invoices/\(invoice)"
        let token = try await token(of: "billing")
        let shown = try await api.get(path, token: token)
        let line = try #require(shown.json["lines"]?[0]?["id"]?.string)
        let part: JSON = [
            "line_id": .string(line), "amount": ["amount": 100, "currency": "USD"],
        ]
        let note = try await api.post(
            "\(path)/credit-notes",
            json: ["reason": "An apology", "lines": [part]],
            token: token
        )
        try #require(note.status == 201, "\(note.text)")
    }

    /// Lets the processor tell its fees, and waits until they are booked.
    func makeFeesKnown() async throws {
        try await controlStripe("fees", ["mode": "book"])
        _ = try await eventually("fees") {
            try await count(
                """
                SELECT 1 FROM payments WHERE status IN ('succeeded', 'attention', 'returned')
                    AND balance_move_id IS NULL
                """
            ) == 0 ? true : nil
        }
    }

    /// Waits until what names have cost is booked.
    func domainCostsAreKnown() async throws {
        _ = try await eventually("domain costs") {
            try await count("SELECT 1 FROM domain_operations WHERE cost_minor IS NULL") == 0
                ? true : nil
        }
    }

    private func makeUndoneOrder(by person: Person) async throws {
        for index in 0..<3 { try await changeServer(index, ["is_active": false]) }
        let placed = try await placeOrder(by: person)
        let id = try #require(placed["id"]?.string)
        pay(try await openCheckout(id, by: person))
        _ = try await order(id, by: person, reaching: "attention")
        let token = try await token(of: "billing")
        let undo = try await api.post("/api/v1/admin/orders/\(id)/undo", token: token)
        try #require(undo.status == 200, "\(undo.text)")
        _ = try await order(id, by: person, reaching: "refunded")
        for index in 0..<3 { try await changeServer(index, ["is_active": true]) }
    }

    /// Pays an order that was given up meanwhile, and returns its identifier and the payment's.
    func parkMoney(
        by person: Person,
        askedIn currency: String? = nil
    ) async throws -> (order: String, payment: String) {
        simulators.stripe.setWebhooks(.drop)
        defer { simulators.stripe.setWebhooks(.deliver) }
        let placed = try await placeOrder(by: person)
        let id = try #require(placed["id"]?.string)
        let order = try #require(ID<Order>(id))
        let session = try await openCheckout(id, by: person)
        try await run("UPDATE orders SET status = 'cancelled' WHERE id = \(order.uuid)")
        pay(session)
        let payment = try await payment(of: id, by: person)
        if let currency { try await run("UPDATE payments SET currency = \(currency)") }
        let confirmed = try await confirm(payment, by: person)
        try #require(confirmed.json["status"] == "attention", "\(confirmed.text)")
        return (id, try #require(payment["id"]?.string))
    }

    private func returnMoney(of parked: (order: String, payment: String)) async throws {
        let staff = try await StaffBrowser("billing", self)
        let page = "/console/orders/\(parked.order)"
        _ = try await staff.submit("/console/payments/\(parked.payment)/return", from: page)
        _ = try await eventually("the money's return") {
            try await count("SELECT 1 FROM payments WHERE status = 'returned'") == 1 ? true : nil
        }
    }
}

/// A database with a history in which anything can be broken: no constraint holds any more.
///
/// Each test breaks it in a transaction that is rolled back.
struct BrokenBooks {
    private let database: Database
    /// When the history ended.
    private let now: Date

    static let shared = Task { try await BrokenBooks.make() }
    /// How long tests wait for each other: they share one connection.
    private static let options = TransactionOptions(deadlineSeconds: Patience.seconds(60))

    private static func make() async throws -> BrokenBooks {
        let made = Made()
        try await TestApp.run { app in
            try await app.makeHistory()
            try await app.makeFeesKnown()
            await made.set(app.prepared.ownerConninfo, app.services.clock.now)
        }
        let (conninfo, now) = try #require(await made.value)
        let database = Database(conninfo, connections: 1, log: .silent)
        try await database.transaction { try $0.script(dropConstraints) }
        return BrokenBooks(database: database, now: now)
    }

    private actor Made {
        private(set) var value: (String, Date)?
        func set(_ conninfo: String, _ now: Date) { value = (conninfo, now) }
    }

    private static let dropConstraints = """
        DO $$
        DECLARE it record;
        BEGIN
            FOR it IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'u')
                ORDER BY contype = 'u'
            LOOP
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', it.place, it.conname);
            END LOOP;
            FOR it IN SELECT indexrelid::regclass AS place FROM pg_index
                JOIN pg_class ON pg_class.oid = indrelid
                WHERE relnamespace = 'public'::regnamespace AND indisunique AND NOT indisprimary
            LOOP
                EXECUTE format('DROP INDEX %s', it.place);
            END LOOP;
        END
        $$
        """

    /// The scripts that a query of the database's owner makes.
    func scripts(_ query: SQL) async throws -> [String] {
        try await database.transaction(Self.options) { session in
            try session.all(query) { try $0.get("script", as: String.self) }
        }
    }

    /// Carries the outcome out of a transaction that must not stay.
    private struct RolledBack: Error { let names: Set<String> }

    /// The invariants that are found broken, by the program's own role, after a script of the
    /// database's owner. That no unique index holds is how these books are.
    func found(after script: String) async throws -> Set<String> {
        let now = now
        do {
            try await database.transaction(Self.options) { session in
                try session.script("SET LOCAL session_replication_role = replica")
                try session.script(script)
                try session.script(
                    """
                    SET LOCAL session_replication_role = origin;
                    SET LOCAL ROLE billing_app;
                    SELECT set_config('app.scope', 'system', true)
                    """
                )
                let findings = try Invariant.all.compactMap {
                    try session.finding($0, now: now, steadySince: nil)
                }
                .filter { $0.name != Invariant.uniquenessIsInForce.name }
                throw RolledBack(names: Set(findings.map(\.name)))
            }
        } catch let outcome as RolledBack {
            return outcome.names
        }
        return []
    }
}
