package import Core
package import Foundation

/// A credit note as it was issued.
package struct CreditNoteRecord: Sendable {
    package let id: ID<CreditNote>
    package let invoice: ID<Invoice>
    /// The invoice's number.
    package let invoiceNumber: String
    package let customer: ID<Customer>
    package let number: String
    package let isTaxInclusive: Bool
    package let total: Money
    package let tax: Money
    /// What of it was still due of the invoice and is no more.
    package let owed: Money
    /// Whether the rest goes back to the payer; otherwise it is credit.
    package let isRefunded: Bool
    package let reason: String
    package let seller: Party
    package let buyer: Party
    package let issuedAt: Date

    /// What had been paid already.
    package var rest: Money { total - owed }
    package var label: String { "Credit note \(number)" }
}

/// One line of a credit note.
package struct CreditNoteLineRecord: Sendable {
    package let line: ID<InvoiceLine>
    package let description: String
    /// With the tax.
    package let total: Money
    package let tax: Money

    package var net: Money { total - tax }
}

/// One tax of a credit note.
package struct CreditNoteTax: Sendable, Hashable {
    package let component: String
    package let place: TaxPlace
    package let rate: Ratio
    package let amount: Money
}

/// A credit note with everything that stands on it.
package struct ShownCreditNote: Sendable {
    package let note: CreditNoteRecord
    package let lines: [CreditNoteLineRecord]
    package let taxes: [CreditNoteTax]
}
