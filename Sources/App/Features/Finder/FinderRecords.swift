import Core
import Foundation

/// What somebody looks for, read in every way it can be meant.
struct Sought: Sendable {
    /// As it was typed, without spaces around it.
    let text: String

    init?(_ typed: String?) {
        guard let typed else { return nil }
        let words = typed.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !words.isEmpty else { return nil }
        text = String(words.prefix(200))
    }

    /// The number of an order, with or without its sign.
    var number: Int64? { Int64(text.hasPrefix("#") ? String(text.dropFirst()) : text) }

    /// The identifier of a request, when it is like one of ours: the log is long.
    var requestID: String? { text.hasPrefix("req_") ? text : nil }

    /// What a licence key is found by; keys themselves are not stored in the clear.
    var keyHash: [UInt8]? { LicenseKey(text)?.hash }

    /// The identifier, when it is one of such a thing.
    func id<Entity: Identified>(_ type: Entity.Type) -> UUID? { ID<Entity>(text)?.uuid }
}

/// Something that was found.
struct Finding: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case order, invoice, payment, refund, dispute, subscription, customer, account, domain
        case license, server, plan, coupon, dunning, check, request, job, repricing, difference
        case brokenRule = "broken_rule"
        case taxRule = "tax_rule"
        case creditNote = "credit_note"
        case ledgerAccount = "ledger_account"
        case key = "api_key"
    }

    let kind: Kind
    /// Of the object whose page shows it: customers are shown a payment by its invoice.
    let page: UUID
    let title: String
    let detail: String
    /// Whether this is what was named, and not only something like it.
    let isExact: Bool
}
