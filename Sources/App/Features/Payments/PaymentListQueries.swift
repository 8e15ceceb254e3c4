import Core
import Foundation
import Postgres
import Web

/// Which payments to list.
struct PaymentFilter: Sendable {
    var customer: ID<Customer>?
    var invoice: ID<Invoice>?
    var status: PaymentRecord.Status?
    /// Only those that were begun at this moment or later, and before the other one.
    var from: Date?
    var before: Date?
    /// An identifier, a reference, or a part of a payer's name or address.
    var text: String?
    var sorting = PaymentColumn.standard

    /// Where a payment stands in the list.
    func place(of payment: PaymentRecord) -> [String] {
        [sorting.column.key(payment), payment.id.uuid.uuidString]
    }
}

/// A payment with its payer and what it pays, as staff list it.
struct PaymentWithPayer: Sendable {
    let payment: PaymentRecord
    let customerName: String
    let email: String
    /// Nil while the invoice is a draft.
    let invoiceNumber: String?
}

/// What payments can be sorted by.
enum PaymentColumn: String, StoredSortColumn {
    case date, amount

    static let standard = Sorting(PaymentColumn.date, isDescending: true)
    static var id: SortTerm { .id("payments.id") }

    var term: SortTerm? {
        switch self {
        case .date: nil
        case .amount: .number("amount_minor")
        }
    }

    /// What a payment is sorted by, as it stands in a cursor.
    func key(_ payment: PaymentRecord) -> String {
        switch self {
        case .date: ""
        case .amount: String(payment.amount.minorUnits)
        }
    }
}

extension Session {
    func payments(
        _ filter: PaymentFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [PaymentRecord] {
        try all(
            """
            SELECT \(PaymentRecord.columns) FROM payments
            WHERE \(try conditions(filter)) AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            PaymentRecord.init(row:)
        )
    }

    /// Payments with their payers and the numbers of their invoices.
    func paymentsWithPayers(
        _ filter: PaymentFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [PaymentWithPayer] {
        try all(
            """
            SELECT \(PaymentRecord.columns), payer_name, payer_email, its_number
            FROM payments
            JOIN (SELECT id AS payer_id, name AS payer_name, email AS payer_email FROM customers) c
                ON payer_id = customer_id
            JOIN (SELECT id AS its_invoice, number_text AS its_number FROM invoices) i
                ON its_invoice = invoice_id
            WHERE \(try conditions(filter)) AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """
        ) { row in
            PaymentWithPayer(
                payment: try PaymentRecord(row: row),
                customerName: try row.get("payer_name"),
                email: try row.get("payer_email"),
                invoiceNumber: try row.optional("its_number")
            )
        }
    }

    /// What the filter asks of a payment. Each condition stands there only when it is asked for,
    /// so that the statement is planned for what it finds.
    private func conditions(_ filter: PaymentFilter) throws -> SQL {
        var conditions: [SQL] = []
        if let customer = filter.customer { conditions.append("customer_id = \(customer.uuid)") }
        if let invoice = filter.invoice { conditions.append("invoice_id = \(invoice.uuid)") }
        if let status = filter.status { conditions.append("status = \(status.rawValue)") }
        if let moment = filter.from { conditions.append("created_at >= \(moment)") }
        if let moment = filter.before { conditions.append("created_at < \(moment)") }
        if let text = filter.text { conditions.append(try matches(text)) }
        return conditions.reduce("true") { "\($0) AND \($1)" }
    }

    private func matches(_ text: String) throws -> SQL {
        let payers = try customers(matching: text, before: nil, most: 500).map(\.id.uuid)
        let named = [
            ID<Payment>(text)?.uuid, ID<Invoice>(text)?.uuid, ID<Order>(text)?.uuid,
            ID<Customer>(text)?.uuid,
        ]
        return """
            (payments.id = \(named[0]) OR invoice_id = \(named[1]) OR order_id = \(named[2])
                OR customer_id = \(named[3]) OR customer_id = ANY(\(payers))
                OR reference = \(text))
            """
    }
}
