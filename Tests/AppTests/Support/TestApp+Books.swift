import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// What a sale left behind, counted at every party it reached.
struct Books: Sendable, Equatable, CustomStringConvertible {
    /// By kind.
    var ledger: [String: Int64] = [:]
    var invoices: Int64 = 0
    var licenses: Int64 = 0
    var subscriptions: Int64 = 0
    var succeededPayments: Int64 = 0
    /// Taken by the card processor.
    var charges = 0
    var gatewayCustomers = 0
    /// Billed by the registrar.
    var registrations = 0
    var panelAccounts = 0
    /// Distinct messages that tell a buyer how to log in.
    var welcomes = 0

    /// What one sale leaves.
    static func ofOneSale(withDomain: Bool = false) -> Books { ofSales(1, withDomain: withDomain) }

    /// What sales to as many people leave, one each.
    static func ofSales(_ count: Int, withDomain: Bool = false) -> Books {
        let rows = Int64(count)
        return Books(
            ledger: count == 0 ? [:] : ["invoice_issued": rows, "payment_captured": rows],
            invoices: rows,
            licenses: rows,
            subscriptions: rows,
            succeededPayments: rows,
            charges: count,
            gatewayCustomers: count,
            registrations: withDomain ? count : 0,
            panelAccounts: count,
            welcomes: count
        )
    }

    var description: String {
        """
        ledger \(ledger.sorted { $0.key < $1.key }), invoices \(invoices), licences \(licenses), \
        subscriptions \(subscriptions), payments \(succeededPayments), charges \(charges), \
        customers \(gatewayCustomers), registrations \(registrations), accounts \(panelAccounts), \
        welcomes \(welcomes)
        """
    }
}

extension TestApp {
    /// What all sales so far have left behind.
    func books() async throws -> Books {
        var books = try await services.database.transaction(for: .system) { session in
            try session.countedBooks()
        }
        let stripe = simulators.stripe
        books.charges = stripe.paidCharges.count
        books.gatewayCustomers = stripe.host.state["customers"]?.array?.count ?? 0
        books.registrations = simulators.resellerClub.host.state["charges"]?.array?.count ?? 0
        books.panelAccounts = simulators.panels.reduce(0) {
            $0 + ($1.host.state["accounts"]?.array?.count ?? 0)
        }
        let welcomes = simulators.mail.messages.filter { $0.subject == "Your hosting is ready" }
        books.welcomes = Set(welcomes.compactMap { $0.header("Message-ID") }).count
        return books
    }

    /// What waits in the books to be placed, by currency.
    func suspense() async throws -> [String: Int64] {
        let sums = try await services.database.transaction(for: .system) { session in
            try session.all(
                """
                SELECT ledger_entries.currency, sum(amount_minor)::bigint AS amount
                FROM ledger_entries JOIN ledger_accounts ON ledger_accounts.id = account_id
                WHERE kind = 'suspense' GROUP BY ledger_entries.currency
                """
            ) { (try $0.get("currency", as: String.self), try $0.get("amount", as: Int64.self)) }
        }
        return Dictionary(uniqueKeysWithValues: sums)
    }

    /// Whether every server's counter is the number of its accounts, and within its capacity.
    func brokenCounters() async throws -> [String] {
        try await services.database.transaction(for: .system) { session in
            try session.all(
                """
                SELECT name FROM servers WHERE current_accounts > capacity
                    OR current_accounts <> (
                        SELECT count(*) FROM hosting_accounts WHERE server_id = servers.id
                            AND status IN ('provisioning', 'active', 'suspended')
                    )
                """
            ) { try $0.get("name", as: String.self) }
        }
    }

    /// How many rows a query counts.
    func count(_ query: SQL) async throws -> Int64 {
        try await services.database.transaction(for: .system) { session in
            try session.one("SELECT count(*) AS rows FROM (\(query)) AS counted") {
                try $0.get("rows")
            }
        }
    }
}

extension Session {
    fileprivate func countedBooks() throws -> Books {
        var books = Books()
        // Fees and what names cost are told a moment later; payouts are learnt, and revenue is
        // earned, by night.
        let kinds = try all(
            """
            SELECT kind, count(*) AS rows FROM ledger_transactions
            WHERE kind NOT IN ('payment_fee', 'payout', 'domain_cost', 'revenue_earned')
            GROUP BY kind
            """
        ) {
            (try $0.get("kind", as: String.self), try $0.get("rows", as: Int64.self))
        }
        books.ledger = Dictionary(uniqueKeysWithValues: kinds)
        func rows(_ query: SQL) throws -> Int64 { try one(query) { try $0.get("rows") } }
        books.invoices = try rows(
            "SELECT count(DISTINCT number) AS rows FROM invoices WHERE number IS NOT NULL"
        )
        books.licenses = try rows("SELECT count(*) AS rows FROM licenses")
        books.subscriptions = try rows("SELECT count(*) AS rows FROM subscriptions")
        books.succeededPayments = try rows(
            "SELECT count(*) AS rows FROM payments WHERE status = 'succeeded'"
        )
        return books
    }
}
