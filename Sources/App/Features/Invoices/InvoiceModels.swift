import Core
import Foundation
import Web

/// An invoice as the API shows it.
struct InvoiceBody: APIModel {
    let id: ID<Invoice>
    let number: String?
    let status: InvoiceRecord.Status
    let customerID: ID<Customer>
    let orderID: ID<Order>?
    let lines: [InvoiceLineBody]
    let subtotal: MoneyBody
    let discount: MoneyBody
    let tax: MoneyBody
    let total: MoneyBody
    let amountPaid: MoneyBody
    let amountCredited: MoneyBody
    let creditApplied: MoneyBody
    let amountDue: MoneyBody
    let isOverdue: Bool
    let createdAt: Date
    let issuedAt: Date?
    let dueAt: Date?
    let paidAt: Date?
    let memo: String?

    static let model = Model(
        "invoice",
        "What is asked for something that was ordered.",
        InvoiceBody.init(
            id:
            number:
            status:
            customerID:
            orderID:
            lines:
            subtotal:
            discount:
            tax:
            total:
            amountPaid:
            amountCredited:
            creditApplied:
            amountDue:
            isOverdue:
            createdAt:
            issuedAt:
            dueAt:
            paidAt:
            memo:
        ),
        Field("id", \.id, "Starts with inv_."),
        Field("number", \.number, "Null while it is a draft."),
        Field("status", \.status, "Where it stands."),
        Field("customer_id", \.customerID, "Who pays."),
        Field("order_id", \.orderID, "The order it is for."),
        Field("lines", \.lines, "What for."),
        Field("subtotal", \.subtotal, "The sum of the lines."),
        Field("discount", \.discount, "What is taken off."),
        Field("tax", \.tax, "What is added as tax."),
        Field("total", \.total, "What is to be paid in all."),
        Field("amount_paid", \.amountPaid, "What was paid."),
        Field("amount_credited", \.amountCredited, "What credit notes took off what was due."),
        Field("credit_applied", \.creditApplied, "What of that the customer's credit paid."),
        Field("amount_due", \.amountDue, "What is still to be paid."),
        Field("overdue", \.isOverdue, "Whether it is open past its due date."),
        Field("created_at", \.createdAt, "When it was drafted."),
        Field("issued_at", \.issuedAt, "When it got its number."),
        Field("due_at", \.dueAt, "When it is to be paid."),
        Field("paid_at", \.paidAt, "When it was paid in full."),
        Field("memo", \.memo, "What else the document says."),
    )
}

extension InvoiceBody {
    init(_ invoice: InvoiceRecord, _ lines: [InvoiceLineRecord], now: Date) {
        self.init(
            id: invoice.id,
            number: invoice.number,
            status: invoice.status,
            customerID: invoice.customer,
            orderID: invoice.order,
            lines: lines.map { InvoiceLineBody($0) },
            subtotal: MoneyBody(invoice.subtotal),
            discount: MoneyBody(invoice.discount),
            tax: MoneyBody(invoice.tax),
            total: MoneyBody(invoice.total),
            amountPaid: MoneyBody(invoice.paid),
            amountCredited: MoneyBody(invoice.credited),
            creditApplied: MoneyBody(invoice.paidByCredit),
            amountDue: MoneyBody(
                invoice.status == .void ? .zero(invoice.due.currency) : invoice.due
            ),
            isOverdue: invoice.isOverdue(at: now),
            createdAt: invoice.createdAt,
            issuedAt: invoice.issuedAt,
            dueAt: invoice.dueAt,
            paidAt: invoice.paidAt,
            memo: invoice.memo
        )
    }
}

extension InvoiceRecord {
    /// Whether the invoice should have been paid by now.
    func isOverdue(at now: Date) -> Bool {
        status == .open && due.isPositive && dueAt.map { $0 < now } == true
    }
}

struct InvoiceLineBody: APIModel {
    let id: ID<InvoiceLine>
    let description: String
    let quantity: Int64
    let unitPrice: MoneyBody
    let amount: MoneyBody
    let discount: MoneyBody
    let tax: MoneyBody
    let periodStart: Date?
    let periodEnd: Date?

    static let model = Model(
        "invoice_line",
        "One line of an invoice.",
        InvoiceLineBody.init(
            id:
            description:
            quantity:
            unitPrice:
            amount:
            discount:
            tax:
            periodStart:
            periodEnd:
        ),
        Field("id", \.id, "Starts with inl_."),
        Field("description", \.description, "What for."),
        Field("quantity", \.quantity, "How many."),
        Field("unit_price", \.unitPrice, "For one."),
        Field("amount", \.amount, "For all of them."),
        Field("discount", \.discount, "What is taken off."),
        Field("tax", \.tax, "What is added as tax."),
        Field("period_start", \.periodStart, "From when."),
        Field("period_end", \.periodEnd, "Until when, that moment not included."),
    )
}

extension InvoiceLineBody {
    init(_ line: InvoiceLineRecord) {
        self.init(
            id: line.id,
            description: line.description,
            quantity: line.quantity,
            unitPrice: MoneyBody(line.unitPrice),
            amount: MoneyBody(line.amount),
            discount: MoneyBody(line.discount),
            tax: MoneyBody(line.tax),
            periodStart: line.periodStart,
            periodEnd: line.periodEnd
        )
    }
}
