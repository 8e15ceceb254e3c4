package import Core
package import Foundation
import Support
import Web

/// A line that staff write.
package struct ManualLine: Sendable, Equatable {
    package let description: String
    package let quantity: Int64
    package let unitPrice: Money

    package init(description: String, quantity: Int64, unitPrice: Money) {
        self.description = description
        self.quantity = quantity
        self.unitPrice = unitPrice
    }

    /// What all of it costs; only lines that were checked have one.
    var amount: Money { unitPrice * quantity }
}

/// What staff write on an invoice, until it is issued.
package struct ManualInvoice: Sendable, Equatable {
    /// How many lines one may have.
    package static let mostLines = 200
    /// How many of a thing one line may have.
    package static let mostOfOne: Int64 = 1_000_000

    package var currency: Currency
    package var lines: [ManualLine]
    /// Nil is some days after its issue.
    package var dueAt: Date?
    package var memo: String?

    package init(
        currency: Currency,
        lines: [ManualLine],
        dueAt: Date? = nil,
        memo: String? = nil
    ) {
        self.currency = currency
        self.lines = lines
        self.dueAt = dueAt
        self.memo = memo
    }

    /// What is wrong with the lines, each beside its field; nothing when they can be added up and
    /// be charged.
    var problems: [FieldError] {
        var problems: [FieldError] = []
        var left = currency.maximumCharge.minorUnits
        for (index, line) in lines.enumerated() {
            let field = "lines.\(index).unit_price"
            let price = line.unitPrice
            guard price.currency == currency else {
                problems.append(FieldError(field, "other_currency", "must be in \(currency.code)"))
                continue
            }
            guard price.minorUnits >= 0, price.minorUnits.isMultiple(of: currency.step) else {
                problems.append(FieldError(field, "bad_format", "cannot be charged"))
                continue
            }
            let (amount, isTooMuch) = price.minorUnits
                .multipliedReportingOverflow(by: line.quantity)
            guard !isTooMuch, amount <= left else {
                problems.append(FieldError(field, "out_of_range", "makes the invoice too high"))
                continue
            }
            left -= amount
        }
        return problems
    }

    /// - Throws: a ``Problem`` of status 422 that names every field that is wrong.
    func check() throws {
        let problems = problems
        guard problems.isEmpty else { throw Problem.invalid(problems) }
    }
}
