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
    let isTaxInclusive: Bool
    let taxes: [TaxComponentBody]
    let total: MoneyBody
    let carried: MoneyBody
    let amountPaid: MoneyBody
    let amountCredited: MoneyBody
    let creditApplied: MoneyBody
    let amountDue: MoneyBody
    let notes: [String]
    let taxReasons: [String]
    let seller: PartyBody?
    let buyer: PartyBody?
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
            isTaxInclusive:
            taxes:
            total:
            carried:
            amountPaid:
            amountCredited:
            creditApplied:
            amountDue:
            notes:
            taxReasons:
            seller:
            buyer:
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
        Field("tax", \.tax, "All taxes together."),
        Field(
            "tax_inclusive",
            \.isTaxInclusive,
            "Whether prices, and the subtotal, contain the tax."
        ),
        Field("taxes", \.taxes, "Each tax with what it is levied on, over all lines."),
        Field("total", \.total, "What is to be paid in all."),
        Field(
            "carried_to_credit",
            \.carried,
            "What became the customer's credit, because more was given back than charged."
        ),
        Field("amount_paid", \.amountPaid, "What was paid."),
        Field("amount_credited", \.amountCredited, "What credit notes took off what was due."),
        Field("credit_applied", \.creditApplied, "What of that the customer's credit paid."),
        Field("amount_due", \.amountDue, "What is still to be paid."),
        Field("notes", \.notes, "What the law wants said."),
        Field("tax_reasons", \.taxReasons, "Why the taxes are what they are."),
        Field("seller", \.seller, "Who sells; null while it is a draft."),
        Field("buyer", \.buyer, "Who buys; null while it is a draft."),
        Field("overdue", \.isOverdue, "Whether it is open past its due date."),
        Field("created_at", \.createdAt, "When it was drafted."),
        Field("issued_at", \.issuedAt, "When it got its number."),
        Field("due_at", \.dueAt, "When it is to be paid."),
        Field("paid_at", \.paidAt, "When it was paid in full."),
        Field("memo", \.memo, "What else the document says."),
    )
}

extension InvoiceBody {
    /// Takes explanations by the positions of their lines.
    init(
        _ invoice: InvoiceRecord,
        _ lines: [InvoiceLineRecord],
        _ explanations: [Int: String],
        now: Date
    ) {
        self.init(
            id: invoice.id,
            number: invoice.number,
            status: invoice.status,
            customerID: invoice.customer,
            orderID: invoice.order,
            lines: lines.enumerated().map { InvoiceLineBody($1, explanations[$0]) },
            subtotal: MoneyBody(invoice.subtotal),
            discount: MoneyBody(invoice.discount),
            tax: MoneyBody(invoice.tax),
            isTaxInclusive: invoice.isTaxInclusive,
            taxes: lines.taxes.map { TaxComponentBody($0) },
            total: MoneyBody(invoice.total),
            carried: MoneyBody(invoice.carried),
            amountPaid: MoneyBody(invoice.paid),
            amountCredited: MoneyBody(invoice.credited),
            creditApplied: MoneyBody(invoice.paidByCredit),
            amountDue: MoneyBody(
                invoice.status == .void ? .zero(invoice.due.currency) : invoice.due
            ),
            notes: invoice.notes,
            taxReasons: invoice.taxReasons,
            seller: invoice.seller.map { PartyBody($0) },
            buyer: invoice.buyer.map { PartyBody($0) },
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
    let taxes: [TaxComponentBody]
    let periodStart: Date?
    let periodEnd: Date?
    let explanation: String?

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
            taxes:
            periodStart:
            periodEnd:
            explanation:
        ),
        Field("id", \.id, "Starts with inl_."),
        Field("description", \.description, "What for."),
        Field("quantity", \.quantity, "How many."),
        Field("unit_price", \.unitPrice, "For one."),
        Field("amount", \.amount, "For all of them."),
        Field("discount", \.discount, "What is taken off."),
        Field("tax", \.tax, "All taxes on it together."),
        Field("taxes", \.taxes, "Each tax with what it is levied on."),
        Field("period_start", \.periodStart, "From when."),
        Field("period_end", \.periodEnd, "Until when, that moment not included."),
        Field(
            "explanation",
            \.explanation,
            "How the amount was computed, in words; null for what no subscription bills."
        ),
    )
}

extension InvoiceLineBody {
    init(_ line: InvoiceLineRecord, _ explanation: String?) {
        self.init(
            id: line.id,
            description: line.description,
            quantity: line.quantity,
            unitPrice: MoneyBody(line.unitPrice),
            amount: MoneyBody(line.amount),
            discount: MoneyBody(line.discount),
            tax: MoneyBody(line.tax),
            taxes: line.taxes.map { TaxComponentBody($0) },
            periodStart: line.periodStart,
            periodEnd: line.periodEnd,
            explanation: explanation
        )
    }
}

/// Who sells or buys, as it stands on a document.
struct PartyBody: APIModel {
    let name: String
    let company: String?
    let email: String
    let address: [String]
    let taxID: String?

    static let model = Model(
        "party",
        "Who sells or buys, as it stands on a document.",
        PartyBody.init(name:company:email:address:taxID:),
        Field("name", \.name, "A person, or the seller's company."),
        Field("company", \.company, "When it is one."),
        Field("email", \.email, "Where it is written to."),
        Field("address", \.address, "Its lines from the street to the country."),
        Field("tax_id", \.taxID, "Such as a VAT number."),
    )
}

extension PartyBody {
    init(_ party: Party) {
        self.init(
            name: party.name,
            company: party.company,
            email: party.email,
            address: party.address,
            taxID: party.taxID
        )
    }
}
