import Core
import Foundation
import Postgres

// Drafts that staff or customers change. The database lets nobody change what is issued.
extension Session {
    /// What the lines come to now.
    func replaceAmounts(with draft: DraftInvoice) throws {
        let bill = draft.bill
        try run(
            """
            UPDATE invoices SET currency = \(bill.total.currency.code),
                subtotal_minor = \(bill.subtotal.minorUnits),
                discount_minor = \(bill.discount.minorUnits), tax_minor = \(bill.tax.minorUnits),
                is_tax_inclusive = \(bill.isTaxInclusive),
                carried_minor = \(bill.carriedToCredit.minorUnits),
                tax_unit = \(bill.taxSettings.unit.rawValue),
                tax_rounding = \(bill.taxSettings.rounding.rawValue),
                total_minor = \(bill.total.minorUnits), notes = \(bill.quote.notes),
                tax_reasons = \(bill.quote.reasons)
            WHERE id = \(draft.id.uuid) AND status = 'draft'
            """
        )
    }

    func setTerms(of draft: ID<Invoice>, dueAt: Date?, memo: String?) throws {
        try run(
            """
            UPDATE invoices SET due_at = \(dueAt), memo = \(memo)
            WHERE id = \(draft.uuid) AND status = 'draft'
            """
        )
    }

    func removeLines(of draft: ID<Invoice>) throws {
        try run("DELETE FROM invoice_lines WHERE invoice_id = \(draft.uuid)")
    }

    func removeDraft(_ id: ID<Invoice>) throws {
        try removeLines(of: id)
        try run("DELETE FROM invoices WHERE id = \(id.uuid) AND status = 'draft'")
    }
}
