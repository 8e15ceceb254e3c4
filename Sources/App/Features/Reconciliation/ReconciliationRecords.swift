package import Core
package import Foundation

/// One comparison of the books with what the processor says moved.
package struct ReconciliationRecord: Sendable {
    package let id: ID<Reconciliation>
    package let from: Date
    /// What moved before this moment was compared.
    package let until: Date
    package let finishedAt: Date
    package let moves: Int
    package let matched: Int
    package let found: Int
    package let resolved: Int
}

/// A difference between the books and the processor. It is never mended by itself: either a later
/// comparison finds it gone, or staff explain it.
package struct ReconciliationFinding: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case notInBooks = "not_in_books"
        case notAtProcessor = "not_at_processor"
        case otherAmount = "other_amount"
        case otherFee = "other_fee"
    }

    package let id: ID<Discrepancy>
    package let kind: Kind
    /// The processor's name of a move, or a transaction of ours.
    package let subject: String
    /// The payment that it is about, when it is known.
    package let payment: ID<Payment>?
    package let atProcessor: Money?
    package let inBooks: Money?
    /// What it is, such as `refund re_…`.
    package let detail: String
    package let happenedAt: Date
    package let foundAt: Date
    package let resolvedAt: Date?
    package let resolution: String?
}

/// A difference before it is known whether it was found before.
struct Difference: Sendable, Hashable {
    let kind: ReconciliationFinding.Kind
    let subject: String
    let payment: ID<Payment>?
    let atProcessorMinor: Int64?
    let inBooksMinor: Int64?
    let currency: String
    let detail: String
    let happenedAt: Date
}
