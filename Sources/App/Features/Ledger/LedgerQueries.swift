import Core
import Foundation
import Postgres
import Support

extension Session {
    /// Opens a transaction for a cause; false when the cause has one of this kind already.
    func openLedgerTransaction(
        _ id: ID<LedgerTransaction>,
        kind: String,
        causeType: String,
        cause: UUID,
        now: Date
    ) throws -> Bool {
        try run(
            """
            INSERT INTO ledger_transactions (id, kind, cause_type, cause_id, at)
            VALUES (\(id.uuid), \(kind), \(causeType), \(cause), \(now))
            ON CONFLICT DO NOTHING
            """
        ) > 0
    }

    /// The account that an entry belongs to, opened at its first use.
    func ledgerAccount(
        of entry: LedgerEntry,
        customer: ID<Customer>?,
        _ ids: IDSource
    ) throws -> ID<LedgerAccount> {
        let (kind, currency) = (entry.account, entry.amount.currency)
        let owner = kind.belongsToCustomer ? customer?.uuid : nil
        let gateway = kind.belongsToGateway ? entry.channel.rawValue : nil
        let account = Session.ledgerAccount(kind, of: owner, gateway, currency)
        if let open = try first(account, { ID<LedgerAccount>(try $0.get("id")) }) { return open }
        try run(
            """
            INSERT INTO ledger_accounts (id, kind, customer_id, gateway, currency)
            VALUES (\(ids.next()), \(kind.rawValue), \(owner), \(gateway), \(currency.code))
            ON CONFLICT DO NOTHING
            """
        )
        return try one(account) { ID(try $0.get("id")) }
    }

    /// The index finds what equals or is null, but not what is not distinct.
    private static func ledgerAccount(
        _ kind: LedgerAccountKind,
        of owner: UUID?,
        _ gateway: String?,
        _ currency: Currency
    ) -> SQL {
        guard let owner else {
            return """
                SELECT id FROM ledger_accounts
                WHERE kind = \(kind.rawValue) AND customer_id IS NULL
                    AND gateway IS NOT DISTINCT FROM \(gateway)::text
                    AND currency = \(currency.code)
                """
        }
        return """
            SELECT id FROM ledger_accounts
            WHERE kind = \(kind.rawValue) AND customer_id = \(owner) AND gateway IS NULL
                AND currency = \(currency.code)
            """
    }

    /// Opens the accounts of what customers owe that are not open yet.
    func openReceivableAccounts(of owners: [Ledger.OwnAccount], _ ids: IDSource) throws {
        try run(
            """
            INSERT INTO ledger_accounts (id, kind, customer_id, currency)
            SELECT id, 'receivable', customer, currency FROM unnest(
                \(owners.map { _ in ids.next() }), \(owners.map(\.customer.uuid)),
                \(owners.map(\.currency.code))
            ) AS owner (id, customer, currency)
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// What customers owe is on these accounts, as far as they were opened.
    func receivableAccounts(
        of customers: [ID<Customer>]
    ) throws -> [Ledger.OwnAccount: ID<LedgerAccount>] {
        let accounts = try all(
            """
            SELECT id, customer_id, currency FROM ledger_accounts
            WHERE kind = 'receivable' AND customer_id = ANY(\(customers.map(\.uuid)))
            """
        ) { row in
            (
                Ledger.OwnAccount(
                    customer: try row.id("customer_id"),
                    currency: try row.currency("currency")
                ),
                try row.id("id", of: LedgerAccount.self)
            )
        }
        return Dictionary(accounts) { first, _ in first }
    }

    /// Opens a transaction for each of several new causes.
    func openLedgerTransactions(
        _ transactions: [(id: UUID, cause: UUID)],
        kind: String,
        _ causeType: String,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO ledger_transactions (id, kind, cause_type, cause_id, at)
            SELECT id, \(kind), \(causeType), cause, \(now)
            FROM unnest(\(transactions.map(\.id)), \(transactions.map(\.cause))) AS t (id, cause)
            """
        )
    }

    /// Stores all entries of several transactions; the database refuses them unless each balances.
    func storeLedgerEntries(
        _ entries: [(transaction: UUID, account: UUID, amount: Money)]
    ) throws {
        try run(
            """
            INSERT INTO ledger_entries (transaction_id, account_id, amount_minor, currency)
            SELECT * FROM unnest(
                \(entries.map(\.transaction)), \(entries.map(\.account)),
                \(entries.map(\.amount.minorUnits)), \(entries.map(\.amount.currency.code))
            )
            """
        )
    }

    /// Stores all entries of a transaction; the database refuses them unless they balance.
    func storeLedgerEntries(
        _ entries: [LedgerEntry],
        accounts: [ID<LedgerAccount>],
        of transaction: ID<LedgerTransaction>
    ) throws {
        try run(
            """
            INSERT INTO ledger_entries (transaction_id, account_id, amount_minor, currency)
            SELECT \(transaction.uuid), account, amount, currency FROM unnest(
                \(accounts.map(\.uuid)), \(entries.map(\.amount.minorUnits)),
                \(entries.map(\.amount.currency.code))
            ) AS entry (account, amount, currency)
            """
        )
    }
}

extension LedgerAccountKind {
    fileprivate var belongsToCustomer: Bool { self == .receivable || self == .customerCredit }
    fileprivate var belongsToGateway: Bool { self == .clearing || self == .fees }
}
