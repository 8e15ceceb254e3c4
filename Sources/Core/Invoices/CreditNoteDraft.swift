/// What a credit note gives back of one line.
package struct CreditNoteLine: Hashable, Sendable {
    package let line: ID<InvoiceLine>
    /// Positive, tax included.
    package let total: Money
    package let tax: Money

    package var net: Money { total - tax }
}

/// Why a credit note cannot be issued.
package enum CreditNoteRefusal: Error, Hashable, Sendable {
    case nothingCredited
    case notPositive(line: ID<InvoiceLine>)
    case otherCurrency(line: ID<InvoiceLine>)
    case lineTwice(ID<InvoiceLine>)
    case unknownLine(ID<InvoiceLine>)
    /// A part that leaves what cannot be charged in this currency.
    case notWhole(line: ID<InvoiceLine>)
    /// More than the invoice's line has left; nothing is given back twice.
    case tooMuch(line: ID<InvoiceLine>, most: Money)
}

/// A credit note that may be issued.
package struct CreditNoteDraft: Hashable, Sendable {
    package let lines: [CreditNoteLine]
    package let total: Money
    package let tax: Money

    /// Gives back amounts, tax included, of an invoice's lines.
    ///
    /// The tax of a part is what the whole line's tax makes up of it; the last part takes what is
    /// left, so that all notes together give back the line's tax exactly.
    package init(
        _ amounts: [(line: ID<InvoiceLine>, amount: Money)],
        of lines: [CreditableLine],
        _ currency: Currency
    ) throws(CreditNoteRefusal) {
        guard !amounts.isEmpty else { throw .nothingCredited }
        var seen: Set<ID<InvoiceLine>> = []
        var drafted: [CreditNoteLine] = []
        for (id, amount) in amounts {
            guard seen.insert(id).inserted else { throw .lineTwice(id) }
            guard let line = lines.first(where: { $0.id == id }) else { throw .unknownLine(id) }
            guard amount.currency == currency else { throw .otherCurrency(line: id) }
            guard amount.isPositive else { throw .notPositive(line: id) }
            guard amount.minorUnits <= line.remaining.minorUnits else {
                throw .tooMuch(line: id, most: line.remaining)
            }
            let rest = (line.remaining - amount).minorUnits
            guard rest == 0 || amount.minorUnits.isMultiple(of: currency.step) else {
                throw .notWhole(line: id)
            }
            drafted.append(CreditNoteLine(line: id, total: amount, tax: line.tax(of: amount)))
        }
        self.lines = drafted
        total = drafted.map(\.total).sum(currency)
        tax = drafted.map(\.tax).sum(currency)
    }
}
