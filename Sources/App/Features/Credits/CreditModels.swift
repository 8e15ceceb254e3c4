import Core
import Foundation
import Web

extension CreditSource.Kind: APIEnum {}
extension CreditUseRecord.Kind: APIEnum {}
extension CreditPayoutRecord.Way: APIEnum {}

/// Credit that staff want to send back.
struct NewCreditPayoutBody: APIModel {
    let amount: MoneyBody
    let reason: String
    let reference: String?

    static let model = Model(
        "new_credit_payout",
        "Credit to send back.",
        NewCreditPayoutBody.init,
        Field("amount", \.amount, "How much."),
        Field("reason", \.reason, "Why.", .length(1...500), .singleLine),
        Field(
            "reference",
            \.reference,
            "What the bank's statement calls it; null for what goes back to cards.",
            .length(1...200),
            .singleLine
        ),
    )

    /// - Throws: a problem of a currency that is none.
    func wish(key: String?) throws -> CreditPayouts.Wish {
        guard let currency = Currency(amount.currency) else {
            throw Problem.invalid("amount.currency", "unknown_currency", "This is no currency.")
        }
        return CreditPayouts.Wish(
            amount: Money(minorUnits: amount.amount, currency),
            reason: reason,
            reference: reference,
            key: key
        )
    }
}

/// Credit that was sent back, as the API shows it.
struct CreditPayoutBody: APIModel {
    let id: ID<CreditPayout>
    let customerID: ID<Customer>
    let amount: MoneyBody
    let way: CreditPayoutRecord.Way
    let reference: String?
    let reason: String
    let createdAt: Date

    static let model = Model(
        "credit_payout",
        "Credit that was sent back.",
        CreditPayoutBody.init(id:customerID:amount:way:reference:reason:createdAt:),
        Field("id", \.id, "Starts with cpo_."),
        Field("customer_id", \.customerID, "Whose it was."),
        Field("amount", \.amount, "How much."),
        Field("way", \.way, "Which way it went."),
        Field("reference", \.reference, "What the bank's statement calls it."),
        Field("reason", \.reason, "Why."),
        Field("created_at", \.createdAt, "When."),
    )
}

extension CreditPayoutBody {
    init(_ payout: CreditPayoutRecord) {
        self.init(
            id: payout.id,
            customerID: payout.customer,
            amount: MoneyBody(payout.amount),
            way: payout.way,
            reference: payout.reference,
            reason: payout.reason,
            createdAt: payout.createdAt
        )
    }
}

/// A credit that staff want to give.
struct NewCreditBody: APIModel {
    let amount: MoneyBody
    let reason: String
    let expiresAt: Date?

    static let model = Model(
        "new_credit",
        "A credit to give.",
        NewCreditBody.init,
        Field("amount", \.amount, "How much."),
        Field("reason", \.reason, "Why; the customer reads it.", .length(1...500), .singleLine),
        Field("expires_at", \.expiresAt, "Until when it may be spent; null for ever."),
    )

    /// - Throws: a problem of the field that makes no sense.
    func grant() throws -> CreditGrant {
        guard let currency = Currency(amount.currency) else {
            throw Problem.invalid("amount.currency", "unknown_currency", "This is no currency.")
        }
        guard (1...currency.maximumCharge.minorUnits).contains(amount.amount),
            amount.amount.isMultiple(of: currency.step)
        else {
            throw Problem.invalid("amount.amount", "out_of_range", "Enter an amount to give.")
        }
        return CreditGrant(
            amount: Money(minorUnits: amount.amount, currency),
            reason: reason,
            expiresAt: expiresAt
        )
    }
}

/// Why a credit that a dispute holds is written off or released.
struct CreditReasonBody: APIModel {
    let reason: String

    static let model = Model(
        "credit_reason",
        "Why a credit that a dispute holds is written off or released.",
        CreditReasonBody.init,
        Field("reason", \.reason, "For the audit log.", .length(1...500), .singleLine),
    )
}

/// A credit as the API shows it.
struct CreditBody: APIModel {
    let id: ID<Credit>
    let customerID: ID<Customer>
    let source: CreditSource.Kind
    let amount: MoneyBody
    let remaining: MoneyBody
    let held: MoneyBody
    let disputed: MoneyBody
    let reason: String?
    let createdAt: Date
    let expiresAt: Date?

    static let model = Model(
        "credit",
        "Money that a customer has with us.",
        CreditBody.init(
            id:
            customerID:
            source:
            amount:
            remaining:
            held:
            disputed:
            reason:
            createdAt:
            expiresAt:
        ),
        Field("id", \.id, "Starts with crd_."),
        Field("customer_id", \.customerID, "Whose it is."),
        Field("source", \.source, "Where it came from."),
        Field("amount", \.amount, "How much it was."),
        Field("remaining", \.remaining, "What is left of it."),
        Field("held", \.held, "What of that is kept for an order that is being paid."),
        Field(
            "disputed",
            \.disputed,
            "What of it comes from card payments that are disputed, and cannot be used."
        ),
        Field("reason", \.reason, "Why it was given."),
        Field("created_at", \.createdAt, "Since when."),
        Field("expires_at", \.expiresAt, "Until when it may be spent; null for ever."),
    )
}

extension CreditBody {
    init(_ credit: CreditRecord) {
        self.init(
            id: credit.id,
            customerID: credit.customer,
            source: credit.source,
            amount: MoneyBody(credit.amount),
            remaining: MoneyBody(credit.remaining),
            held: MoneyBody(credit.held),
            disputed: MoneyBody(credit.frozen),
            reason: credit.reason,
            createdAt: credit.createdAt,
            expiresAt: credit.expiresAt
        )
    }
}

/// What became of a part of a credit, as the API shows it.
struct CreditUseBody: APIModel {
    let id: ID<CreditUse>
    let creditID: ID<Credit>
    let kind: CreditUseRecord.Kind
    let invoiceID: ID<Invoice>?
    let amount: MoneyBody
    let at: Date

    static let model = Model(
        "credit_use",
        "What became of a part of a credit.",
        CreditUseBody.init(id:creditID:kind:invoiceID:amount:at:),
        Field("id", \.id, "Starts with cru_."),
        Field("credit_id", \.creditID, "Of which credit."),
        Field(
            "kind",
            \.kind,
            "Whether it paid an invoice, was paid out, expired, taken back or lost in a dispute."
        ),
        Field("invoice_id", \.invoiceID, "The invoice that it paid."),
        Field("amount", \.amount, "How much."),
        Field("at", \.at, "When."),
    )
}

extension CreditUseBody {
    init(_ use: CreditUseRecord) {
        self.init(
            id: use.id,
            creditID: use.credit,
            kind: use.kind,
            invoiceID: use.invoice,
            amount: MoneyBody(use.amount),
            at: use.at
        )
    }
}

/// What may be spent now, as the API shows it.
struct CreditBalanceBody: APIModel {
    let balances: [MoneyBody]

    static let model = Model(
        "credit_balance",
        "The credit that may be spent now.",
        CreditBalanceBody.init,
        Field("balances", \.balances, "One a currency."),
    )
}
