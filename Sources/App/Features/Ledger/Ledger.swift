import Core
import Foundation
import Postgres
import Support

/// Writes to the books: one transaction for one cause, all of its entries in one statement.
enum Ledger {
    /// Posts once for a cause; a second posting of the same kind for it changes nothing.
    static func post<Cause>(
        _ posting: Posting,
        cause: ID<Cause>,
        customer: ID<Customer>? = nil,
        _ session: Session,
        ids: IDSource,
        now: Date
    ) throws {
        guard !posting.entries.isEmpty else { return }
        let transaction = ID<LedgerTransaction>(ids.next())
        guard
            try session.openLedgerTransaction(
                transaction,
                kind: posting.kind,
                causeType: Cause.idPrefix,
                cause: cause.uuid,
                now: now
            )
        else { return }
        let accounts = try posting.entries.map { entry in
            try session.ledgerAccount(of: entry, customer: customer, ids)
        }
        try session.storeLedgerEntries(posting.entries, accounts: accounts, of: transaction)
    }

    /// Posts what the issue of new invoices does, all by one statement a table.
    static func postIssues(
        _ invoices: [PlainInvoice],
        _ session: Session,
        ids: IDSource,
        now: Date
    ) throws {
        let own = try receivableAccounts(of: invoices, session, ids: ids)
        var shared: [SharedAccount: ID<LedgerAccount>] = [:]
        var entries: [(transaction: UUID, account: UUID, amount: Money)] = []
        var transactions: [(id: UUID, cause: UUID)] = []
        for invoice in invoices {
            let transaction = ids.next()
            transactions.append((transaction, invoice.draft.id.uuid))
            for entry in invoice.posting.entries {
                let currency = entry.amount.currency
                let owner = OwnAccount(customer: invoice.draft.customer, currency: currency)
                let key = SharedAccount(kind: entry.account, currency: currency)
                let known = entry.account == .receivable ? own[owner] : shared[key]
                let account =
                    try known
                    ?? session.ledgerAccount(of: entry, customer: owner.customer, ids)
                if entry.account != .receivable { shared[key] = account }
                entries.append((transaction, account.uuid, entry.amount))
            }
        }
        try session.followEarnings(of: invoices.map(\.draft.id))
        let kind = invoices.first?.posting.kind ?? ""
        try session.openLedgerTransactions(transactions, kind: kind, Invoice.idPrefix, now: now)
        try session.storeLedgerEntries(entries)
    }

    private static func receivableAccounts(
        of invoices: [PlainInvoice],
        _ session: Session,
        ids: IDSource
    ) throws -> [OwnAccount: ID<LedgerAccount>] {
        let owners = Set(
            invoices.map {
                OwnAccount(customer: $0.draft.customer, currency: $0.draft.bill.total.currency)
            }
        )
        let customers = invoices.map(\.draft.customer)
        let open = try session.receivableAccounts(of: customers)
        let missing = owners.filter { open[$0] == nil }
        guard !missing.isEmpty else { return open }
        try session.openReceivableAccounts(of: Array(missing), ids)
        return try session.receivableAccounts(of: customers)
    }

    struct OwnAccount: Hashable {
        let customer: ID<Customer>
        let currency: Currency
    }

    private struct SharedAccount: Hashable {
        let kind: LedgerAccountKind
        let currency: Currency
    }
}
