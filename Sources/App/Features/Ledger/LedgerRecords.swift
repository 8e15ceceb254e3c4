import Core
import Foundation

/// An account of the books with what stands on it.
struct LedgerAccountRecord: Sendable {
    let id: ID<LedgerAccount>
    let kind: LedgerAccountKind
    /// Of whom it tells; nil for accounts of the house.
    let customer: ID<Customer>?
    let customerName: String?
    let gateway: String?
    /// Debits less credits.
    let balance: Money
}

/// One side of a transaction.
struct LedgerEntryRecord: Sendable {
    let id: Int64
    let transaction: ID<LedgerTransaction>
    let account: ID<LedgerAccount>
    let accountKind: LedgerAccountKind
    let customerName: String?
    /// Debits are positive, credits negative.
    let amount: Money
    /// What was booked, such as `payment_captured`.
    let posting: String
    let cause: LedgerCause
    let at: Date
    /// What stood on the account after it; nil where entries of several accounts are listed.
    var balance: Money?
}

/// What a transaction tells of.
struct LedgerCause: Sendable, Equatable {
    /// What its identifiers begin with.
    let type: String
    let uuid: UUID
    /// The order and the invoice that it belongs to.
    let order: ID<Order>?
    let invoice: ID<Invoice>?
    /// Whose credit it is, and where that came from.
    let creditor: ID<Customer>?
    let creditSource: CreditSource.Kind?
    let creditReason: String?

    /// The identifier as people and programs outside know it.
    var text: String {
        switch type {
        case Invoice.idPrefix: ID<Invoice>(uuid).text
        case Payment.idPrefix: ID<Payment>(uuid).text
        case Refund.idPrefix: ID<Refund>(uuid).text
        case CreditNote.idPrefix: ID<CreditNote>(uuid).text
        case Order.idPrefix: ID<Order>(uuid).text
        case Credit.idPrefix: ID<Credit>(uuid).text
        case Dispute.idPrefix: ID<Dispute>(uuid).text
        case Payout.idPrefix: ID<Payout>(uuid).text
        case CreditUse.idPrefix: ID<CreditUse>(uuid).text
        case DomainOperation.idPrefix: ID<DomainOperation>(uuid).text
        case RevenueDay.idPrefix: ID<RevenueDay>(uuid).text
        case CreditPayout.idPrefix: ID<CreditPayout>(uuid).text
        case RegistrarPayment.idPrefix: ID<RegistrarPayment>(uuid).text
        default: "\(type) \(uuid.uuidString.lowercased())"
        }
    }
}

/// Which object's entries are asked for.
enum LedgerObject: Sendable, Equatable {
    case customer(ID<Customer>)
    case order(ID<Order>)
    case invoice(ID<Invoice>)
    case payment(ID<Payment>)
    case refund(ID<Refund>)
    case dispute(ID<Dispute>)
    case creditNote(ID<CreditNote>)
    case credit(ID<Credit>)
    case domain(ID<DomainRecord>)
    case registrarPayment(ID<RegistrarPayment>)
    case transaction(ID<LedgerTransaction>)

    /// Reads an identifier; nil for one of a kind that nothing is booked for.
    init?(_ text: String) {
        if let id = ID<Customer>(text) {
            self = .customer(id)
        } else if let id = ID<Order>(text) {
            self = .order(id)
        } else if let id = ID<Invoice>(text) {
            self = .invoice(id)
        } else if let id = ID<Payment>(text) {
            self = .payment(id)
        } else if let id = ID<Refund>(text) {
            self = .refund(id)
        } else if let id = ID<Dispute>(text) {
            self = .dispute(id)
        } else if let id = ID<CreditNote>(text) {
            self = .creditNote(id)
        } else if let id = ID<Credit>(text) {
            self = .credit(id)
        } else if let id = ID<DomainRecord>(text) {
            self = .domain(id)
        } else if let id = ID<RegistrarPayment>(text) {
            self = .registrarPayment(id)
        } else if let id = ID<LedgerTransaction>(text) {
            self = .transaction(id)
        } else {
            return nil
        }
    }
}

/// Which entries are asked for.
struct LedgerFilter: Sendable {
    var account: ID<LedgerAccount>?
    var object: LedgerObject?
    /// Booked at this moment or later.
    var from: Date?
    /// Booked before this moment.
    var before: Date?
    var sorting = LedgerEntryColumn.standard
}

/// Which accounts are asked for.
struct LedgerAccountFilter: Sendable {
    var kind: LedgerAccountKind?
    var customer: ID<Customer>?
    var sorting = LedgerAccountColumn.standard
}

/// All accounts of a kind and currency together, at a moment.
struct TrialBalanceLine: Sendable {
    let kind: LedgerAccountKind
    let gateway: String?
    /// Debits less credits.
    let balance: Money

    var debit: Money { balance.minorUnits > 0 ? balance : .zero(balance.currency) }
    var credit: Money { balance.minorUnits < 0 ? -balance : .zero(balance.currency) }
}

extension [TrialBalanceLine] {
    /// The lines of each currency, in the order of the currencies.
    var byCurrency: [(currency: Currency, lines: [TrialBalanceLine])] {
        Dictionary(grouping: self, by: \.balance.currency)
            .sorted { $0.key.code < $1.key.code }.map { ($0.key, $0.value) }
    }
}
