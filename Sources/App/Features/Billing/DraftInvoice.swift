import Core
import Foundation
import Postgres
import Support

/// A line before it is on a document.
struct DraftLine: Sendable {
    let id: ID<InvoiceLine>
    let kind: InvoiceLineRecord.Kind
    var item: ID<OrderItem>?
    let description: String
    let quantity: Int64
    let unitPrice: Money
    var period: TimeSpan?
    let amounts: BilledAmounts

    /// So many of something at a price.
    init(
        _ id: ID<InvoiceLine>,
        _ kind: InvoiceLineRecord.Kind,
        _ description: String,
        quantity: Int64,
        unitPrice: Money,
        _ amounts: BilledAmounts
    ) {
        self.id = id
        self.kind = kind
        self.description = description
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.amounts = amounts
    }

    /// One of something.
    init(
        _ id: ID<InvoiceLine>,
        _ kind: InvoiceLineRecord.Kind,
        item: ID<OrderItem>? = nil,
        _ description: String,
        _ amounts: BilledAmounts
    ) {
        self.id = id
        self.kind = kind
        self.item = item
        self.description = description
        quantity = 1
        unitPrice = amounts.amount
        self.amounts = amounts
    }

    /// A line of a subscription; a whole period says how many at which price.
    init(_ id: ID<InvoiceLine>, _ line: BilledLine, _ amounts: BilledAmounts) {
        self.id = id
        kind = .subscription
        description = line.description
        let isWhole = amounts.amount == line.line.terms.amount
        quantity = isWhole ? line.line.terms.quantity : 1
        unitPrice = isWhole ? line.line.terms.unitPrice : amounts.amount
        period = line.line.span
        self.amounts = amounts
    }
}

/// An invoice before it is numbered and frozen.
struct DraftInvoice: Sendable {
    let id: ID<Invoice>
    let customer: ID<Customer>
    var order: ID<Order>?
    /// What the lines come to.
    let bill: Bill
    /// One for each of the bill's.
    let lines: [DraftLine]

    func store(_ session: Session, now: Date) throws {
        try session.store([self], now: now)
    }

    func storeLines(_ session: Session) throws {
        try session.storeLines(of: [self])
    }
}
