import Core
import Foundation
import Postgres
import Support
package import Web
import Wire

extension LedgerAccountKind: APIEnum {}

/// The books, for staff.
package enum LedgerEndpoints {
    static let kind = QueryParameter("kind", LedgerAccountKind.self, "Only accounts of this kind.")
    static let customer = QueryParameter(
        "customer_id",
        ID<Customer>.self,
        "Only this customer's accounts."
    )
    static let object = QueryParameter(
        "object_id",
        String.self,
        "Only of this customer, order, invoice, payment, refund or transaction.",
        .length(1...64)
    )
    static let from = QueryParameter("from", Date.self, "Booked at this moment or later.")
    static let before = QueryParameter("before", Date.self, "Booked before this moment.")
    static let at = QueryParameter(
        "at",
        Date.self,
        "What was booked before this moment; now unless told."
    )

    static let accounts = Endpoint(
        Route(.get, "/api/v1/admin/ledger/accounts"),
        tag: "Ledger",
        "List the accounts with their balances, the house's own first.",
        output: Page<LedgerAccountBody>.self,
        query: [kind, customer] + PageRequest.parameters
    )
    static let account = Endpoint(
        Route(.get, "/api/v1/admin/ledger/accounts/:id", ID<LedgerAccount>.self),
        tag: "Ledger",
        "Show an account with its balance.",
        output: LedgerAccountBody.self
    )
    static let entriesOfAccount = Endpoint(
        Route(.get, "/api/v1/admin/ledger/accounts/:id/entries", ID<LedgerAccount>.self),
        tag: "Ledger",
        "List an account's entries, newest first, each with the balance after it.",
        output: Page<LedgerEntryBody>.self,
        query: [from, before] + PageRequest.parameters
    )
    static let entries = Endpoint(
        Route(.get, "/api/v1/admin/ledger/entries"),
        tag: "Ledger",
        "List entries, newest first.",
        output: Page<LedgerEntryBody>.self,
        query: [object, from, before] + PageRequest.parameters
    )
    static let trialBalance = Endpoint(
        Route(.get, "/api/v1/admin/ledger/trial-balance"),
        tag: "Ledger",
        "Show what stood on all accounts at a moment; debits and credits are the same.",
        output: TrialBalanceBody.self,
        query: [at]
    )

    package static func add(to router: inout Router<Services>) {
        router.on(accounts, as: StaffContext.self, listAccounts)
        router.on(account, as: StaffContext.self) { _, context, id in
            try await context.services.database.transaction(for: .system) {
                LedgerAccountBody(try $0.ledgerAccount(id).orThrow(Problem.notFound))
            }
        }
        router.on(entriesOfAccount, as: StaffContext.self) { request, context, id in
            try await context.services.database.transaction(for: .system) {
                _ = try $0.ledgerAccount(id).orThrow(Problem.notFound)
            }
            return try await listEntries(
                LedgerFilter(account: id),
                list: "ledger.account",
                request,
                context
            )
        }
        router.on(entries, as: StaffContext.self) { request, context in
            let asked = try request.value(of: object)
            let object = try asked.map { text in
                try LedgerObject(text).orThrow(
                    Problem.invalid("object_id", "bad_format", "names nothing that is booked for")
                )
            }
            return try await listEntries(
                LedgerFilter(object: object),
                list: "ledger.entries",
                request,
                context
            )
        }
        router.on(trialBalance, as: StaffContext.self) { request, context in
            let end = try request.value(of: at) ?? context.services.clock.now
            return try await context.services.database.transaction(for: .system) {
                TrialBalanceBody(at: end, try $0.trialBalance(before: end))
            }
        }
    }

    private static func listAccounts(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Page<LedgerAccountBody> {
        let part = try PageRequest(request, list: "ledger.accounts", keys: 2)
        let filter = LedgerAccountFilter(
            kind: try request.value(of: kind),
            customer: try request.value(of: customer)
        )
        let rows = try await context.services.database.transaction(for: .system) {
            try $0.ledgerAccounts(filter, after: part.after, most: part.rowsToRead)
        }
        return part.page(rows, keys: filter.place) { LedgerAccountBody($0) }
    }

    private static func listEntries(
        _ filter: LedgerFilter,
        list: String,
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Page<LedgerEntryBody> {
        let part = try PageRequest(request, list: list, keys: 1)
        var asked = filter
        asked.from = try request.value(of: from)
        asked.before = try request.value(of: before)
        let rows = try await context.services.database.transaction(for: .system) { [asked] in
            try $0.ledgerEntries(
                asked,
                after: part.after.map { ["", $0[0]] },
                most: part.rowsToRead
            )
        }
        return part.page(rows, keys: { [String($0.id)] }) { LedgerEntryBody($0) }
    }
}

/// An account as the API shows it.
struct LedgerAccountBody: APIModel {
    let id: ID<LedgerAccount>
    let kind: LedgerAccountKind
    let customerID: ID<Customer>?
    let gateway: String?
    let balance: MoneyBody

    static let model = Model(
        "ledger_account",
        "An account of the books.",
        LedgerAccountBody.init(id:kind:customerID:gateway:balance:),
        Field("id", \.id, "Starts with lac_."),
        Field("kind", \.kind, "What stands on it."),
        Field("customer_id", \.customerID, "Of whom it tells; null for the house's own."),
        Field("gateway", \.gateway, "At which processor the money is."),
        Field("balance", \.balance, "Debits less credits."),
    )
}

extension LedgerAccountBody {
    init(_ account: LedgerAccountRecord) {
        self.init(
            id: account.id,
            kind: account.kind,
            customerID: account.customer,
            gateway: account.gateway,
            balance: MoneyBody(account.balance)
        )
    }
}

/// An entry as the API shows it.
struct LedgerEntryBody: APIModel {
    let id: Int64
    let transactionID: ID<LedgerTransaction>
    let accountID: ID<LedgerAccount>
    let accountKind: LedgerAccountKind
    let amount: MoneyBody
    let balance: MoneyBody?
    let posting: String
    let causeID: String
    let orderID: ID<Order>?
    let at: Date

    static let model = Model(
        "ledger_entry",
        "One side of a transaction in the books.",
        LedgerEntryBody.init(
            id:
            transactionID:
            accountID:
            accountKind:
            amount:
            balance:
            posting:
            causeID:
            orderID:
            at:
        ),
        Field("id", \.id, "Grows with time."),
        Field("transaction_id", \.transactionID, "The transaction that it balances with."),
        Field("account_id", \.accountID, "The account it stands on."),
        Field("account_kind", \.accountKind, "What stands on that account."),
        Field("amount", \.amount, "Debits are positive, credits negative."),
        Field("balance", \.balance, "What stood on the account after it, in an account's list."),
        Field("posting", \.posting, "What was booked, such as payment_captured."),
        Field("cause_id", \.causeID, "The invoice, payment or refund that it tells of."),
        Field("order_id", \.orderID, "The order that its cause belongs to."),
        Field("at", \.at, "When."),
    )
}

extension LedgerEntryBody {
    init(_ entry: LedgerEntryRecord) {
        self.init(
            id: entry.id,
            transactionID: entry.transaction,
            accountID: entry.account,
            accountKind: entry.accountKind,
            amount: MoneyBody(entry.amount),
            balance: entry.balance.map { MoneyBody($0) },
            posting: entry.posting,
            causeID: entry.cause.text,
            orderID: entry.cause.order,
            at: entry.at
        )
    }
}

/// A trial balance as the API shows it.
struct TrialBalanceBody: APIModel {
    let at: Date
    let lines: [TrialBalanceLineBody]

    static let model = Model(
        "trial_balance",
        "What stood on all accounts at a moment.",
        TrialBalanceBody.init(at:lines:),
        Field("at", \.at, "What was booked before it counts."),
        Field("lines", \.lines, "All accounts of a kind and a currency together."),
    )
}

extension TrialBalanceBody {
    init(at: Date, _ lines: [TrialBalanceLine]) {
        self.init(
            at: at,
            lines: lines.map {
                TrialBalanceLineBody(
                    kind: $0.kind,
                    gateway: $0.gateway,
                    debit: MoneyBody($0.debit),
                    credit: MoneyBody($0.credit)
                )
            }
        )
    }
}

/// A line of a trial balance as the API shows it.
struct TrialBalanceLineBody: APIModel {
    let kind: LedgerAccountKind
    let gateway: String?
    let debit: MoneyBody
    let credit: MoneyBody

    static let model = Model(
        "trial_balance_line",
        "The accounts of a kind and a currency.",
        TrialBalanceLineBody.init(kind:gateway:debit:credit:),
        Field("kind", \.kind, "What stands on them."),
        Field("gateway", \.gateway, "At which processor the money is."),
        Field("debit", \.debit, "What stands on them, when it is a debit."),
        Field("credit", \.credit, "What stands on them, when it is a credit."),
    )
}
