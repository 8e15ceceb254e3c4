import Core
import Foundation
import Postgres
import Wire

// Drafts are stored by one statement a table, however many they are.
extension Session {
    func store(_ drafts: [DraftInvoice], now: Date) throws {
        let bills = drafts.map(\.bill)
        try run(
            """
            INSERT INTO invoices (
                id, customer_id, order_id, status, currency, subtotal_minor, discount_minor,
                tax_minor, is_tax_inclusive, tax_unit, tax_rounding, carried_minor, total_minor,
                notes, tax_reasons, created_at
            )
            SELECT id, customer, order_id, 'draft', currency, subtotal, discount, tax, inclusive,
                unit, rounding, carried, total, ARRAY(SELECT jsonb_array_elements_text(notes)),
                ARRAY(SELECT jsonb_array_elements_text(reasons)), \(now)
            FROM unnest(
                \(drafts.map(\.id.uuid)), \(drafts.map(\.customer.uuid)),
                \(drafts.map { $0.order?.uuid }), \(bills.map(\.total.currency.code)),
                \(bills.map(\.subtotal.minorUnits)), \(bills.map(\.discount.minorUnits)),
                \(bills.map(\.tax.minorUnits)), \(bills.map(\.isTaxInclusive)),
                \(bills.map(\.taxSettings.unit.rawValue)),
                \(bills.map(\.taxSettings.rounding.rawValue)),
                \(bills.map(\.carriedToCredit.minorUnits)), \(bills.map(\.total.minorUnits)),
                \(bills.map { JSONText(strings: $0.quote.notes) }),
                \(bills.map { JSONText(strings: $0.quote.reasons) })
            ) AS d (
                id, customer, order_id, currency, subtotal, discount, tax, inclusive, unit,
                rounding, carried, total, notes, reasons
            )
            """
        )
        try storeLines(of: drafts)
    }

    func storeLines(of drafts: [DraftInvoice]) throws {
        let lines = drafts.flatMap { draft in
            draft.lines.enumerated().map { (draft: draft, position: $0, line: $1) }
        }
        try run(
            """
            INSERT INTO invoice_lines (
                id, invoice_id, customer_id, position, kind, order_item_id, description, quantity,
                unit_minor, amount_minor, discount_minor, tax_minor, period_start, period_end
            )
            SELECT * FROM unnest(
                \(lines.map(\.line.id.uuid)), \(lines.map(\.draft.id.uuid)),
                \(lines.map(\.draft.customer.uuid)), \(lines.map(\.position)),
                \(lines.map(\.line.kind.rawValue)), \(lines.map { $0.line.item?.uuid }),
                \(lines.map(\.line.description)), \(lines.map(\.line.quantity)),
                \(lines.map(\.line.unitPrice.minorUnits)),
                \(lines.map(\.line.amounts.amount.minorUnits)),
                \(lines.map(\.line.amounts.discount.minorUnits)),
                \(lines.map(\.line.amounts.tax.minorUnits)),
                \(lines.map { $0.line.period?.from.date }), \(lines.map { $0.line.period?.to.date })
            )
            """
        )
        try storeTaxes(
            of: lines.flatMap { each in
                each.line.amounts.taxes.enumerated().map {
                    StoredTax(line: each.line.id, each.draft.customer, position: $0, $1)
                }
            }
        )
    }

    private func storeTaxes(of taxes: [StoredTax]) throws {
        guard !taxes.isEmpty else { return }
        try run(
            """
            INSERT INTO invoice_line_taxes (
                line_id, customer_id, position, component, country, region, rate, is_compound,
                base_minor, amount_minor
            )
            SELECT * FROM unnest(
                \(taxes.map(\.line.uuid)), \(taxes.map(\.customer.uuid)),
                \(taxes.map(\.position)), \(taxes.map(\.tax.component)),
                \(taxes.map(\.tax.place.country)), \(taxes.map(\.tax.place.region)),
                \(taxes.map(\.tax.rate.inMillionths)), \(taxes.map(\.tax.isCompound)),
                \(taxes.map(\.tax.base.minorUnits)), \(taxes.map(\.tax.amount.minorUnits))
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

/// A tax on a line of somebody's invoice.
private struct StoredTax {
    let line: ID<InvoiceLine>
    let customer: ID<Customer>
    let position: Int
    let tax: TaxComponent

    init(line: ID<InvoiceLine>, _ customer: ID<Customer>, position: Int, _ tax: TaxComponent) {
        self.line = line
        self.customer = customer
        self.position = position
        self.tax = tax
    }
}

extension JSONText {
    fileprivate init(strings: [String]) { self.init(JSON.array(strings.map { .string($0) }).text) }
}
