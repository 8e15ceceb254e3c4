import Core
import Foundation
import Postgres
import Web

/// Which invoices to list.
struct InvoiceFilter: Sendable {
    var customer: ID<Customer>?
    var status: InvoiceRecord.Status?
    var issuedOnly = false
    /// Only those that should have been paid by this moment and are not.
    var overdueAt: Date?
    /// Only the one of this number.
    var number: String?
    /// Only those that were issued at this moment or later, and before the other one.
    var issuedFrom: Date?
    var issuedBefore: Date?
    /// The beginning of a number, an identifier, or a part of a payer's name or address.
    var text: String?
    var sorting = InvoiceColumn.standard
}

/// What invoices can be sorted by.
enum InvoiceColumn: String, StoredSortColumn {
    case date, due, total

    static let standard = Sorting(InvoiceColumn.date, isDescending: true)
    static var id: SortTerm { .id("invoices.id") }

    var term: SortTerm? {
        switch self {
        case .date: nil
        case .due: .end("due_at")
        case .total: .number("total_minor")
        }
    }

    /// What an invoice is sorted by, as it stands in a cursor.
    func key(_ invoice: InvoiceRecord) -> String {
        switch self {
        case .date: ""
        case .due: invoice.dueAt?.cursorKey ?? ""
        case .total: String(invoice.total.minorUnits)
        }
    }
}

extension InvoiceFilter: ListFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [InvoiceRecord] {
        try session.invoices(self, after: place, most: most)
    }

    func place(of row: InvoiceRecord) -> [String] {
        [sorting.column.key(row), row.id.uuid.uuidString]
    }
}

/// An invoice with its payer, as staff list it.
struct ListedInvoice: Sendable {
    let invoice: InvoiceRecord
    let customerName: String
    let email: String
}

/// The same for staff, who see whose each invoice is.
struct ConsoleInvoiceFilter: ListFilter {
    var invoices: InvoiceFilter

    var sorting: Sorting<InvoiceColumn> {
        get { invoices.sorting }
        set { invoices.sorting = newValue }
    }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [ListedInvoice] {
        try session.listedInvoices(invoices, after: place, most: most)
    }

    func place(of row: ListedInvoice) -> [String] { invoices.place(of: row.invoice) }
}

extension Session {
    func invoices(
        _ filter: InvoiceFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [InvoiceRecord] {
        try all(
            """
            SELECT \(InvoiceRecord.columns) FROM invoices
            WHERE \(try conditions(filter)) AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            InvoiceRecord.init(row:)
        )
    }

    /// Invoices with their payers.
    func listedInvoices(
        _ filter: InvoiceFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [ListedInvoice] {
        try all(
            """
            SELECT \(InvoiceRecord.columns), payer_name, payer_email FROM invoices
            JOIN (SELECT id AS payer_id, name AS payer_name, email AS payer_email FROM customers) c
                ON payer_id = customer_id
            WHERE \(try conditions(filter)) AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """
        ) { row in
            ListedInvoice(
                invoice: try InvoiceRecord(row: row),
                customerName: try row.get("payer_name"),
                email: try row.get("payer_email")
            )
        }
    }

    /// What the filter asks of an invoice. Each condition stands there only when it is asked for,
    /// so that the statement is planned for what it finds.
    private func conditions(_ filter: InvoiceFilter) throws -> SQL {
        var conditions: [SQL] = []
        if let customer = filter.customer { conditions.append("customer_id = \(customer.uuid)") }
        if let status = filter.status { conditions.append("status = \(status.rawValue)") }
        if filter.issuedOnly { conditions.append("status <> 'draft'") }
        if let moment = filter.overdueAt {
            conditions.append("status = 'open' AND coalesce(due_at, 'infinity') < \(moment)")
        }
        if let number = filter.number { conditions.append(isNumbered(number)) }
        if let moment = filter.issuedFrom { conditions.append("issued_at >= \(moment)") }
        if let moment = filter.issuedBefore { conditions.append("issued_at < \(moment)") }
        if let text = filter.text { conditions.append(try matches(text)) }
        return conditions.reduce("true") { "\($0) AND \($1)" }
    }

    private func isNumbered(_ number: String) -> SQL {
        "number_text COLLATE \"C\" = \(number.uppercased())"
    }

    /// Who is meant is looked up first, so that all that is left can be found by indexes.
    private func matches(_ text: String) throws -> SQL {
        let payers = try all(
            """
            SELECT id FROM customers
            WHERE strpos(lower(name), lower(\(text))) > 0
                OR strpos(lower(email), lower(\(text))) > 0
                OR strpos(lower(coalesce(company, '')), lower(\(text))) > 0
            ORDER BY id DESC LIMIT 500
            """
        ) { try $0.get("id", as: UUID.self) }
        let named = [
            ID<Invoice>(text)?.uuid, ID<Order>(text)?.uuid, ID<Customer>(text)?.uuid,
        ]
        let number = text.uppercased()
        return """
            (invoices.id = \(named[0]) OR order_id = \(named[1]) OR customer_id = \(named[2])
                OR customer_id = ANY(\(payers))
                OR number_text COLLATE "C" BETWEEN \(number) AND \(number + "~"))
            """
    }
}
