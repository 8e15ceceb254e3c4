import Core
import Foundation
import Postgres

extension Session {
    func store(_ draft: DraftInvoice, now: Date) throws {
        let bill = draft.bill
        try run(
            """
            INSERT INTO invoices (
                id, customer_id, order_id, status, currency, subtotal_minor, discount_minor,
                tax_minor, is_tax_inclusive, tax_unit, tax_rounding, carried_minor, total_minor,
                notes, tax_reasons, created_at
            ) VALUES (
                \(draft.id.uuid), \(draft.customer.uuid), \(draft.order?.uuid), 'draft',
                \(bill.total.currency.code), \(bill.subtotal.minorUnits),
                \(bill.discount.minorUnits), \(bill.tax.minorUnits), \(bill.isTaxInclusive),
                \(bill.taxSettings.unit.rawValue), \(bill.taxSettings.rounding.rawValue),
                \(bill.carriedToCredit.minorUnits), \(bill.total.minorUnits), \(bill.quote.notes),
                \(bill.quote.reasons), \(now)
            )
            """
        )
    }

    func store(_ line: DraftLine, position: Int, of draft: DraftInvoice) throws {
        try run(
            """
            INSERT INTO invoice_lines (
                id, invoice_id, customer_id, position, kind, order_item_id, description, quantity,
                unit_minor, amount_minor, discount_minor, tax_minor, period_start, period_end
            ) VALUES (
                \(line.id.uuid), \(draft.id.uuid), \(draft.customer.uuid), \(position),
                \(line.kind.rawValue), \(line.item?.uuid), \(line.description), \(line.quantity),
                \(line.unitPrice.minorUnits), \(line.amounts.amount.minorUnits),
                \(line.amounts.discount.minorUnits), \(line.amounts.tax.minorUnits),
                \(line.period?.from.date), \(line.period?.to.date)
            )
            """
        )
    }

    func store(
        _ tax: TaxComponent,
        position: Int,
        of line: ID<InvoiceLine>,
        customer: ID<Customer>
    ) throws {
        try run(
            """
            INSERT INTO invoice_line_taxes (
                line_id, customer_id, position, component, country, region, rate, is_compound,
                base_minor, amount_minor
            ) VALUES (
                \(line.uuid), \(customer.uuid), \(position), \(tax.component),
                \(tax.place.country), \(tax.place.region), \(tax.rate.inMillionths),
                \(tax.isCompound), \(tax.base.minorUnits), \(tax.amount.minorUnits)
            )
            """
        )
    }

    /// The taxes on the lines of invoices, in their order.
    func taxes(on invoices: [ID<Invoice>]) throws -> [ID<InvoiceLine>: [TaxComponent]] {
        let taxes = try all(
            """
            SELECT line_id, component, country, region, rate, is_compound, base_minor,
                invoice_line_taxes.amount_minor, currency
            FROM invoice_line_taxes JOIN invoice_lines ON invoice_lines.id = line_id
            JOIN invoices ON invoices.id = invoice_id
            WHERE invoice_id = ANY(\(invoices.map(\.uuid)))
            ORDER BY line_id, invoice_line_taxes.position
            """
        ) { (try $0.id("line_id", of: InvoiceLine.self), try TaxComponent(row: $0)) }
        return Dictionary(grouping: taxes, by: \.0).mapValues { $0.map(\.1) }
    }
}

extension TaxComponent {
    fileprivate init(row: Row) throws {
        let currency = try row.currency("currency")
        self.init(
            component: try row.get("component"),
            place: TaxPlace(try row.get("country"), region: try row.optional("region")),
            rate: .millionths(try row.get("rate")),
            isCompound: try row.get("is_compound"),
            base: try row.money("base_minor", currency),
            amount: try row.money("amount_minor", currency)
        )
    }
}

extension Ratio {
    /// The fraction in millionths, which every rate of a tax is a whole number of.
    var inMillionths: Int64 { numerator * (1_000_000 / denominator) }
}
