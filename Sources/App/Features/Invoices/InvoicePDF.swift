import Core
import Foundation
package import Typesetting
import Wire

/// How an invoice or a credit note looks on paper.
package struct InvoicePDF {
    private let invoice: InvoiceDocument
    private let look: DocumentLook
    private var logo: Picture? { look.logo }

    /// The pages of a document; with a logo, it stands in place of the seller's name.
    package init(_ invoice: InvoiceDocument, logo: Picture? = nil) {
        self.init(invoice, DocumentLook(logo: logo))
    }

    init(_ invoice: InvoiceDocument, _ look: DocumentLook) {
        self.invoice = invoice
        self.look = look
    }

    package var document: Document {
        Document(
            details: Document.Details(
                title: invoice.title,
                author: invoice.seller.label,
                subject: "\(invoice.title) for \(invoice.buyer.label)",
                language: "en",
                created: invoice.issuedAt,
                creator: "NextPanel Billing"
            ),
            paper: isForLetter ? .letter : .a4,
            blocks: opening + [table, .space(10), sums] + closing,
            footer: Document.Footer(
                ([invoice.seller.label, invoice.title] + [look.settings.footer].compactMap { $0 })
                    .joined(separator: " · "),
                InvoiceInk.small,
                rule: InvoiceInk.hairline
            ) { "Page \($0) of \($1)" },
            attachments: [
                Attachment(
                    name: "\(invoice.kind.rawValue).json",
                    mimeType: "application/json",
                    relationship: .alternative,
                    summary: "\(invoice.title) for programs",
                    bytes: Array(invoice.json.text.utf8)
                )
            ]
        )
    }

    private var isForLetter: Bool {
        switch look.settings.paper {
        case .automatic: invoice.isForLetter
        case .a4: false
        case .letter: true
        }
    }

    // MARK: - Above the lines

    private var opening: [Block] {
        var blocks: [Block] = [masthead, .space(22), parties, .space(20), facts]
        if let stamp { blocks += [.space(12), stamp] }
        return blocks + [.space(22)]
    }

    private var masthead: Block {
        .columns(
            [
                Block.Column(
                    .share(1),
                    [
                        .heading(StyledText(invoice.kind.label, InvoiceInk.title), level: 1),
                        .paragraph(StyledText(invoice.number, InvoiceInk.number)),
                    ]
                ),
                Block.Column(.points(220), [mark]),
            ],
            gap: 20
        )
    }

    private var mark: Block {
        if let logo {
            let height = 44.0
            let width = min(160, height * Double(logo.width) / Double(logo.height))
            return .picture(logo, width: width, alignment: .right)
        }
        var style = InvoiceInk.mark
        style.alignment = .right
        return .paragraph(StyledText(invoice.seller.label, style))
    }

    private var parties: Block {
        .columns(
            [
                Block.Column(.share(1), blocks(of: invoice.seller, "From")),
                Block.Column(.share(1), blocks(of: invoice.buyer, "Billed to")),
            ],
            gap: 28
        )
    }

    private func blocks(of party: Party, _ label: String) -> [Block] {
        let taxID = party.taxID.map { ["Tax ID \($0)"] } ?? []
        let rest =
            (party.company == nil ? [] : [party.name]) + party.address + [party.email] + taxID
        return [
            .heading(StyledText(label, InvoiceInk.label), level: 2), .space(2),
            .paragraph(StyledText(party.label, InvoiceInk.strong)),
        ] + rest.filter { !$0.isEmpty }.map { .paragraph(StyledText($0, InvoiceInk.text)) }
    }

    private var facts: Block {
        var facts = [("Date of issue", invoice.issuedAt.dayText)]
        if let dueAt = invoice.dueAt { facts.append(("Due", dueAt.dayText)) }
        switch invoice.kind {
        case .invoice: facts.append(("Amount due", invoice.due.textWithCode))
        case .creditNote: facts.append(("Amount credited", invoice.total.textWithCode))
        }
        let columns = facts.map { label, value in
            Block.Column(
                .share(1),
                [
                    .paragraph(StyledText(label, InvoiceInk.label)), .space(1),
                    .paragraph(StyledText(value, InvoiceInk.strong)),
                ]
            )
        }
        return .panel([.columns(columns, gap: 16)], fill: InvoiceInk.ground, padding: 8)
    }

    private var stamp: Block? {
        switch invoice.stamp {
        case .paid(let date):
            panel("PAID", "in full on \(date.dayText). Thank you.", InvoiceInk.good, 0xE7F6EC)
        case .void(let date):
            panel("VOID", "since \(date.dayText). Nothing is due.", InvoiceInk.bad, 0xFCEBEA)
        case nil: nil
        }
    }

    private func panel(_ word: String, _ rest: String, _ ink: Ink, _ fill: UInt32) -> Block {
        let style = TextStyle(size: 9.5, isBold: true, ink: ink)
        return .panel(
            [.paragraph(StyledText("\(word) \(rest)", style))],
            fill: Ink(fill),
            padding: 8
        )
    }

    // MARK: - The lines

    private var table: Block {
        let showsDiscount = invoice.lines.contains { !$0.discount.isZero }
        let showsTax = invoice.lines.contains { !$0.tax.isZero }
        var columns = [
            Table.Column(.share(1)), Table.Column(.points(44), .right),
            Table.Column(.points(66), .right),
        ]
        var head = ["Description", "Quantity", "Unit price"]
        if showsDiscount { (columns, head) = (columns + [InvoicePDF.amount], head + ["Discount"]) }
        if showsTax { (columns, head) = (columns + [InvoicePDF.amount], head + ["Tax"]) }
        columns.append(Table.Column(.points(70), .right))
        return .table(
            Table(
                columns: columns,
                head: head + ["Amount"],
                rows: invoice.lines.map { row($0, showsDiscount, showsTax) },
                look: InvoiceInk.table,
                keepsWithNext: true
            )
        )
    }

    private static let amount = Table.Column(.points(50), .right)

    private func row(
        _ line: InvoiceDocument.Line,
        _ showsDiscount: Bool,
        _ showsTax: Bool
    ) -> Table.Row {
        var description = [StyledText(line.description, InvoiceInk.text)]
        if let period = line.periodText {
            description.append(StyledText(period, InvoiceInk.small))
        }
        if let explanation = line.explanation {
            description.append(StyledText(explanation, InvoiceInk.small))
        }
        var values = [String(line.quantity), line.unitPrice.label]
        if showsDiscount { values.append(line.discount.isZero ? "–" : (-line.discount).label) }
        if showsTax { values.append(line.tax.isZero ? "–" : line.tax.label) }
        values.append(line.amount.label)
        return Table.Row(
            [Table.Cell(description, isHeader: true)]
                + values.map { Table.Cell(StyledText($0, InvoiceInk.text)) }
        )
    }

    // MARK: - Below the lines

    private var sums: Block {
        var rows = [sum("Subtotal", invoice.subtotal.label)]
        if !invoice.discount.isZero { rows.append(sum("Discount", (-invoice.discount).label)) }
        if !invoice.isTaxInclusive {
            rows += invoice.taxes.map { sum($0.label, $0.amount.label) }
        }
        if let carried = invoice.carried {
            rows.append(sum("Added to your credit", carried.label))
        }
        rows.append(
            sum(
                "Total",
                invoice.total.textWithCode,
                InvoiceInk.strong,
                rule: Line(1, InvoiceInk.dark)
            )
        )
        if invoice.isTaxInclusive {
            rows += invoice.taxes.map { sum("Includes \($0.label)", $0.amount.label) }
        }
        if invoice.kind == .invoice {
            let money = invoice.paid - invoice.paidByCredit
            rows.append(sum("Paid", money.isZero ? "–" : (-money).label))
            if invoice.paidByCredit.isPositive {
                rows.append(sum("Paid from credit", (-invoice.paidByCredit).label))
            }
            rows.append(
                sum("Amount due", invoice.due.textWithCode, InvoiceInk.due, fill: InvoiceInk.ground)
            )
        }
        let table = Table(
            columns: [Table.Column(.share(1)), Table.Column(.points(130), .right)],
            rows: rows,
            look: InvoiceInk.sums
        )
        return .columns(
            [Block.Column(.share(1), []), Block.Column(.points(252), [.table(table)])],
            gap: 0
        )
    }

    private func sum(
        _ label: String,
        _ value: String,
        _ style: TextStyle = InvoiceInk.text,
        rule: Line? = nil,
        fill: Ink? = nil
    ) -> Table.Row {
        Table.Row(
            [
                Table.Cell(StyledText(label, style), isHeader: true),
                Table.Cell(StyledText(value, style)),
            ],
            fill: fill,
            ruleAbove: rule
        )
    }

    private var closing: [Block] {
        section("How to pay", invoice.paymentInstructions)
            + section("Notes", invoice.notes + look.settings.notesByLine)
            + section("Why this tax", invoice.taxReasons)
    }

    private func section(_ title: String, _ texts: [String]) -> [Block] {
        guard !texts.isEmpty else { return [] }
        return [
            .space(20), .heading(StyledText(title, InvoiceInk.label), level: 2), .space(2),
        ] + texts.map { .paragraph(StyledText($0, InvoiceInk.text)) }
    }
}

extension Party {
    fileprivate var label: String { company ?? name }
}

extension Money {
    /// The amount with its currency's code, which the symbol alone does not always tell.
    fileprivate var textWithCode: String {
        label.hasSuffix(currency.code) ? label : "\(label) \(currency.code)"
    }
}

/// The colours and sizes of the documents.
private enum InvoiceInk {
    static let dark = Ink(0x172033)
    static let soft = Ink(0x5B6478)
    static let ground = Ink(0xF4F6FA)
    static let good = Ink(0x12693A)
    static let bad = Ink(0xA3211A)
    static let hairline = Line(0.5, Ink(0xDCE1EA))

    static let title = TextStyle(size: 25, isBold: true, ink: dark)
    static let number = TextStyle(size: 11, ink: soft)
    static let mark = TextStyle(size: 14, isBold: true, ink: dark)
    static let label = TextStyle(size: 8, isBold: true, ink: soft)
    static let text = TextStyle(size: 9, ink: dark)
    static let small = TextStyle(size: 7.5, ink: soft)
    static let strong = TextStyle(size: 10, isBold: true, ink: dark)
    static let due = TextStyle(size: 11, isBold: true, ink: dark)

    static let table = Table.Look(
        head: label,
        headRule: Line(1, dark),
        rowRule: hairline,
        padding: 5,
        inset: 8,
        gap: 8
    )
    static let sums = Table.Look(head: label, padding: 4, inset: 8, gap: 10)
}
