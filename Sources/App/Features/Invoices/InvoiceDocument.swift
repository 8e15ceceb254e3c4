package import Core
package import Foundation

/// Everything that stands on an issued invoice or credit note, as it was when it was issued.
package struct InvoiceDocument: Sendable {
    package enum Kind: String, Sendable {
        case invoice, creditNote

        var label: String {
            switch self {
            case .invoice: "Invoice"
            case .creditNote: "Credit note"
            }
        }
    }

    package struct Line: Sendable {
        package var description: String
        package var quantity: Int64
        package var unitPrice: Money
        package var discount: Money
        package var tax: Money
        package var amount: Money
        package var periodStart: Date?
        package var periodEnd: Date?
        /// How the amount was computed, in words.
        package var explanation: String?

        package init(
            description: String,
            quantity: Int64,
            unitPrice: Money,
            discount: Money,
            tax: Money,
            amount: Money,
            periodStart: Date? = nil,
            periodEnd: Date? = nil
        ) {
            self.description = description
            self.quantity = quantity
            self.unitPrice = unitPrice
            self.discount = discount
            self.tax = tax
            self.amount = amount
            self.periodStart = periodStart
            self.periodEnd = periodEnd
        }
    }

    /// One tax of the document, such as `VAT 19 % of €100.00`.
    package struct TaxComponent: Sendable {
        package let label: String
        package let amount: Money
        /// Nil when it is not known on what it was levied.
        package let base: Money?
        /// In per cent.
        package let rate: String?

        package init(
            label: String,
            amount: Money,
            base: Money? = nil,
            rate: String? = nil
        ) {
            self.label = label
            self.amount = amount
            self.base = base
            self.rate = rate
        }
    }

    /// What is true of the whole document on the day it is issued.
    package enum Stamp: Sendable {
        case paid(Date)
        case void(Date)
    }

    package let kind: Kind
    package let number: String
    package let seller: Party
    package let buyer: Party
    package let issuedAt: Date
    package let dueAt: Date?
    package let lines: [Line]
    package let subtotal: Money
    package let discount: Money
    package let taxes: [TaxComponent]
    /// Whether prices, and the subtotal, contain the taxes.
    package let isTaxInclusive: Bool
    /// What became the customer's credit, because more was given back than charged.
    package let carried: Money?
    package let total: Money
    package let paid: Money
    /// What of that was paid from the customer's credit.
    package let paidByCredit: Money
    package let stamp: Stamp?
    /// What the law wants said, such as that the tax is the buyer's to declare.
    package let notes: [String]
    /// Why the taxes are what they are, a sentence each.
    package let taxReasons: [String]
    /// How to pay what is due, a step a line.
    package let paymentInstructions: [String]

    package init(
        kind: Kind = .invoice,
        number: String,
        seller: Party,
        buyer: Party,
        issuedAt: Date,
        dueAt: Date?,
        lines: [Line],
        subtotal: Money,
        discount: Money,
        taxes: [TaxComponent],
        isTaxInclusive: Bool = false,
        carried: Money? = nil,
        total: Money,
        paid: Money,
        paidByCredit: Money? = nil,
        stamp: Stamp? = nil,
        notes: [String] = [],
        taxReasons: [String] = [],
        paymentInstructions: [String] = []
    ) {
        self.kind = kind
        self.number = number
        self.seller = seller
        self.buyer = buyer
        self.issuedAt = issuedAt
        self.dueAt = dueAt
        self.lines = lines
        self.subtotal = subtotal
        self.discount = discount
        self.taxes = taxes
        self.isTaxInclusive = isTaxInclusive
        self.carried = carried
        self.total = total
        self.paid = paid
        self.paidByCredit = paidByCredit ?? .zero(total.currency)
        self.stamp = stamp
        self.notes = notes
        self.taxReasons = taxReasons
        self.paymentInstructions = paymentInstructions
    }

    package var due: Money { total - paid }
    var title: String { "\(kind.label) \(number)" }

    /// Letter is the paper of North America.
    var isForLetter: Bool {
        ["US", "CA", "USA", "UNITED STATES", "CANADA"]
            .contains(buyer.address.last?.uppercased() ?? "")
    }
}

extension InvoiceDocument {
    /// An invoice as it was issued; nil for a draft.
    ///
    /// A payment is on the document when it settled the invoice at the moment of issue, as it does
    /// when an order is paid at the checkout. What comes later is no part of the document, so that
    /// it does not matter when the document is first asked for.
    init?(
        issued invoice: InvoiceRecord,
        _ lines: [InvoiceLineRecord],
        explanations: [Int: String] = [:]
    ) {
        guard let number = invoice.number, let issuedAt = invoice.issuedAt,
            let seller = invoice.seller, let buyer = invoice.buyer
        else { return nil }
        let settledAt = invoice.paidAt.flatMap { $0 <= issuedAt ? $0 : nil }
        let taxes = lines.taxes.map {
            TaxComponent(
                label: $0.words,
                amount: $0.amount,
                base: $0.base,
                rate: TaxRate($0.rate).apiString
            )
        }
        self.init(
            number: number,
            seller: seller,
            buyer: buyer,
            issuedAt: issuedAt,
            dueAt: invoice.dueAt,
            lines: lines.enumerated().map { position, line in
                var written = InvoiceDocument.Line(line)
                written.explanation = explanations[position]
                return written
            },
            subtotal: invoice.subtotal,
            discount: invoice.discount,
            taxes: taxes,
            isTaxInclusive: invoice.isTaxInclusive,
            carried: invoice.carried.isZero ? nil : invoice.carried,
            total: invoice.total,
            paid: settledAt == nil ? invoice.paidByCreditAtIssue : invoice.total,
            paidByCredit: invoice.paidByCreditAtIssue,
            stamp: settledAt.map { .paid($0) },
            notes: invoice.notes
                + (invoice.memo.map { $0.split(separator: "\n").map(String.init) } ?? []),
            taxReasons: invoice.shownTaxReasons(lines.taxes)
        )
    }
}

extension InvoiceRecord {
    /// The sentences that explain the taxes, when there are any, or a note on why there are none.
    func shownTaxReasons(_ taxes: [Core.TaxComponent]) -> [String] {
        taxes.isEmpty && notes.isEmpty ? [] : taxReasons
    }
}

extension InvoiceDocument.Line {
    init(_ line: InvoiceLineRecord) {
        self.init(
            description: line.description,
            quantity: line.quantity,
            unitPrice: line.unitPrice,
            discount: line.discount,
            tax: line.tax,
            amount: line.amount,
            periodStart: line.periodStart,
            periodEnd: line.periodEnd
        )
    }

    /// `1 Nov 2026 to 1 Dec 2026`, as on the page of the invoice.
    var periodText: String? {
        guard let start = periodStart, let end = periodEnd else { return nil }
        return "\(start.dayText) to \(end.dayText)"
    }
}
