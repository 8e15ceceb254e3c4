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
        var shared: [SharedAccount: ID<LedgerAccount>] = [:]
        var own = try session.receivableAccounts(of: invoices.map(\.draft.customer))
        var entries: [(transaction: UUID, account: UUID, amount: Money)] = []
        var transactions: [(id: UUID, cause: UUID)] = []
        for invoice in invoices {
            let transaction = ids.next()
            transactions.append((transaction, invoice.draft.id.uuid))
            for entry in invoice.posting.entries {
                let customer = invoice.draft.customer
                let currency = entry.amount.currency
                let account: ID<LedgerAccount>
                if entry.account == .receivable {
                    let key = OwnAccount(customer: customer, currency: currency)
                    account =
                        try own[key] ?? session.ledgerAccount(of: entry, customer: customer, ids)
                    own[key] = account
                } else {
                    let key = SharedAccount(kind: entry.account, currency: currency)
                    account =
                        try shared[key] ?? session.ledgerAccount(of: entry, customer: customer, ids)
                    shared[key] = account
                }
                entries.append((transaction, account.uuid, entry.amount))
            }
        }
        try session.followEarnings(of: invoices.map(\.draft.id))
        let kind = invoices.first?.posting.kind ?? ""
        try session.openLedgerTransactions(transactions, kind: kind, Invoice.idPrefix, now: now)
        try session.storeLedgerEntries(entries)
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
