import Core
import Foundation
import Support
import Web

/// What stands in the form of an invoice that staff write.
///
/// Its lines are rows of fields, of which empty ones are nothing; a button asks for more of them.
enum InvoiceForm {
    /// How many rows stand below those that are filled in.
    private static let spareRows = 4

    /// How many rows of lines a form shows.
    static func rows(_ form: FormErrors) -> Int {
        min(max(Int(form.value("rows")) ?? spareRows, 1), ManualInvoice.mostLines)
    }

    static func field(_ row: Int, _ name: String) -> String { "lines.\(row).\(name)" }

    static func empty(currency: Currency, customer: String) -> FormErrors {
        FormErrors(
            values: [
                "currency": currency.code, "customer": customer, "rows": "\(spareRows)",
            ]
        )
    }

    static func values(of invoice: InvoiceRecord, _ lines: [InvoiceLineRecord]) -> FormErrors {
        var values = [
            "due_at": invoice.dueAt?.isoDay ?? "", "memo": invoice.memo ?? "",
            "rows": "\(lines.count + spareRows)",
        ]
        for (row, line) in lines.enumerated() {
            values[field(row, "description")] = line.description
            values[field(row, "quantity")] = String(line.quantity)
            values[field(row, "unit_price")] = line.unitPrice.decimalText
        }
        return FormErrors(values: values)
    }

    /// - Throws: ``Web/FormErrors``.
    static func read(_ form: inout FormReader, _ known: Currency? = nil) throws -> ManualInvoice {
        let currency =
            known
            ?? form.parse("currency", "Enter a currency's code, such as EUR.") { Currency($0) }
        let rows = rows(form.errors)
        var lines: [(row: Int, line: ManualLine)] = []
        for row in 0..<rows {
            if let line = readLine(&form, row, currency) { lines.append((row, line)) }
        }
        let dueAt = form.parseOptional("due_at", "Enter a day, such as 2026-12-31.") {
            Date(day: $0)?.addingTimeInterval(86_399)
        }
        let memo = form.lines("memo", length: 0...2_000)
        let invoice = ManualInvoice(
            currency: try form.values(currency),
            lines: lines.map(\.line),
            dueAt: dueAt,
            memo: memo?.isEmpty == true ? nil : memo
        )
        for problem in invoice.problems {
            let index = problem.field.split(separator: ".").dropFirst().first.flatMap { Int($0) }
            form.fail(field(lines[index ?? 0].row, "unit_price"), "This \(problem.message).")
        }
        try form.check()
        return invoice
    }

    private static func readLine(
        _ form: inout FormReader,
        _ row: Int,
        _ currency: Currency?
    ) -> ManualLine? {
        let names = ["description", "quantity", "unit_price"].map { field(row, $0) }
        let isEmpty = names.allSatisfy { name in
            form.all(name).allSatisfy { $0.allSatisfy(\.isWhitespace) }
        }
        guard !isEmpty else { return nil }
        let description = form.text(names[0], length: 1...500)
        let quantity = form.integer(names[1], 1...Int(ManualInvoice.mostOfOne))
        let price = form.parse(names[2], "Enter an amount such as 29 or 29.50.") { text in
            currency.flatMap { Money(typed: text, $0) }
        }
        guard let description, let quantity, let price else { return nil }
        return ManualLine(
            description: description,
            quantity: Int64(quantity),
            unitPrice: price
        )
    }
}

extension Date {
    /// `2026-11-20`, in UTC.
    fileprivate var isoDay: String { String(rfc3339.prefix(10)) }
}
