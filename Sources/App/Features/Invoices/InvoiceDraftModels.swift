import Core
import Foundation
import Web

/// A line that staff write.
struct NewInvoiceLine: APIModel {
    let description: String
    let quantity: Int64
    let unitPrice: MoneyBody

    static let model = Model(
        "new_invoice_line",
        "A line to write on an invoice.",
        NewInvoiceLine.init,
        Field("description", \.description, "What for.", .length(1...500), .singleLine),
        Field("quantity", \.quantity, "How many.", .range(1...1_000_000)),
        Field("unit_price", \.unitPrice, "For one, in the invoice's currency; not negative."),
    )

    /// - Throws: a ``Problem`` that names the field, for a currency that is not sold in.
    func line(_ index: Int) throws -> ManualLine {
        guard let currency = Currency(unitPrice.currency) else {
            throw Problem.invalid(
                "lines.\(index).unit_price.currency",
                "unknown_value",
                "is no currency that is sold in"
            )
        }
        return ManualLine(
            description: description,
            quantity: quantity,
            unitPrice: Money(minorUnits: unitPrice.amount, currency)
        )
    }
}

/// An invoice that staff write.
struct NewInvoice: APIModel {
    let customerID: ID<Customer>
    let currency: String
    let lines: [NewInvoiceLine]
    let dueAt: Date?
    let memo: String?
    let isIssued: Bool?

    static let model = Model(
        "new_invoice",
        "An invoice to write.",
        NewInvoice.init,
        Field("customer_id", \.customerID, "Who pays."),
        Field("currency", \.currency, "ISO 4217 code.", .length(3...3)),
        Field("lines", \.lines, "What for.", .count(0...ManualInvoice.mostLines)),
        Field("due_at", \.dueAt, "When it is to be paid; 14 days after its issue when absent."),
        Field("memo", \.memo, "What else the document says.", .length(0...2_000)),
        Field("issue", \.isIssued, "Whether it is issued at once."),
    )

    func invoice() throws -> ManualInvoice {
        guard let currency = Currency(currency) else {
            throw Problem.invalid("currency", "unknown_value", "is no currency that is sold in")
        }
        return ManualInvoice(
            currency: currency,
            lines: try lines.enumerated().map { try $1.line($0) },
            dueAt: dueAt,
            memo: memo?.isEmpty == true ? nil : memo
        )
    }
}

/// What to write anew on a draft.
struct InvoiceChange: APIModel {
    let lines: [NewInvoiceLine]?
    let dueAt: Date?
    let memo: String?

    static let model = Model(
        "invoice_change",
        "What to write anew on a draft; what is absent stays.",
        InvoiceChange.init,
        Field("lines", \.lines, "All of them anew.", .count(0...ManualInvoice.mostLines)),
        Field("due_at", \.dueAt, "When it is to be paid."),
        Field("memo", \.memo, "What else it says; empty for nothing.", .length(0...2_000)),
    )
}

/// Why something is done.
struct InvoiceReason: APIModel {
    let reason: String?

    static let model = Model(
        "invoice_reason",
        "Why an invoice is cancelled.",
        InvoiceReason.init,
        Field("reason", \.reason, "For the books.", .length(1...500), .singleLine),
    )
}

/// A link that lets its holder see and pay one invoice.
struct InvoiceLinkBody: APIModel {
    let url: String
    let expiresAt: Date

    static let model = Model(
        "invoice_link",
        "A link that lets its holder see and pay one invoice without logging in.",
        InvoiceLinkBody.init,
        Field("url", \.url, "Shown this once."),
        Field("expires_at", \.expiresAt, "When it ends by itself."),
    )
}

/// All invoices of a currency in figures.
struct InvoiceSummaryBody: APIModel {
    let data: [InvoiceSumsBody]

    static let model = Model(
        "invoice_summary",
        "Invoices in figures.",
        InvoiceSummaryBody.init,
        Field("data", \.data, "One entry a currency."),
    )
}

struct InvoiceSumsBody: APIModel {
    let currency: String
    let draft: InvoiceCountBody
    let open: InvoiceCountBody
    let overdue: InvoiceCountBody
    let paid: InvoiceCountBody
    let void: InvoiceCountBody
    let uncollectible: InvoiceCountBody
    let outstanding: MoneyBody

    static let model = Model(
        "invoice_sums",
        "The invoices of one currency.",
        InvoiceSumsBody.init,
        Field("currency", \.currency, "ISO 4217 code."),
        Field("draft", \.draft, "Not issued yet."),
        Field("open", \.open, "Issued and not paid in full, the overdue ones too."),
        Field("overdue", \.overdue, "Open past their due date."),
        Field("paid", \.paid, "Paid in full."),
        Field("void", \.void, "Cancelled."),
        Field("uncollectible", \.uncollectible, "Given up."),
        Field("outstanding", \.outstanding, "What is still to be paid of the open ones."),
    )
}

struct InvoiceCountBody: APIModel {
    let count: Int64
    let total: MoneyBody

    static let model = Model(
        "invoice_count",
        "Some invoices.",
        InvoiceCountBody.init,
        Field("count", \.count, "How many."),
        Field("total", \.total, "What they ask for in all."),
    )
}

extension InvoiceSumsBody {
    init(_ sums: InvoiceSums) {
        func count(_ part: InvoiceSums.Part) -> InvoiceCountBody {
            InvoiceCountBody(count: part.count, total: MoneyBody(part.total))
        }
        self.init(
            currency: sums.currency.code,
            draft: count(sums.part(.draft)),
            open: count(sums.part(.open)),
            overdue: count(sums.overdue),
            paid: count(sums.part(.paid)),
            void: count(sums.part(.void)),
            uncollectible: count(sums.part(.uncollectible)),
            outstanding: MoneyBody(sums.outstanding)
        )
    }
}
