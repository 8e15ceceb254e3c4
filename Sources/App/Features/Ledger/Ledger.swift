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
}
