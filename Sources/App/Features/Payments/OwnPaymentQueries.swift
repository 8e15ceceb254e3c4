import Core
import Foundation
import Postgres
import Web

/// How a payment stands, as far as its payer has to know.
enum PaymentState: String, CaseIterable, Sendable {
    case paid
    case underWay = "under_way"
    case notPaid = "not_paid"
    case attention, returned, reversed, credited

    init(_ status: PaymentRecord.Status) {
        self =
            switch status {
            case .succeeded: .paid
            case .created, .open, .processing: .underWay
            case .failed, .expired, .cancelled: .notPaid
            case .attention: .attention
            case .returned: .returned
            case .reversed: .reversed
            case .credited: .credited
            }
    }

    fileprivate var statuses: [PaymentRecord.Status] {
        PaymentRecord.Status.allCases.filter { PaymentState($0) == self }
    }
}

/// How something was paid.
enum PaymentMeans: Sendable {
    /// By a card; which one is known of those that were kept.
    case card(label: String?)
    case bankTransfer, cash, credit
}

/// A payment as its payer lists it: money that came, or credit that an invoice took.
struct OwnPayment: Sendable {
    let id: UUID
    let at: Date
    let invoice: ID<Invoice>
    /// Nil while the invoice is a draft.
    let invoiceNumber: String?
    let order: ID<Order>?
    let orderNumber: Int64?
    let means: PaymentMeans
    /// What the bank's statement or the receipt calls it.
    let reference: String?
    let state: PaymentState
    let amount: Money
    let refunded: Money
}

/// Which of a customer's payments to list.
struct OwnPaymentFilter: Sendable {
    var customer: ID<Customer>?
    var state: PaymentState?
    var sorting = OwnPaymentColumn.standard
}

/// What somebody's payments can be sorted by.
enum OwnPaymentColumn: String, StoredSortColumn {
    case date, amount

    static let standard = Sorting(OwnPaymentColumn.date, isDescending: true)
    static var id: SortTerm { .id("made.id") }

    var term: SortTerm? { self == .amount ? .number("made.amount_minor") : nil }
}

extension OwnPaymentFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [OwnPayment] {
        try session.ownPayments(self, after: place, most: most)
    }

    func place(of row: OwnPayment) -> [String] {
        [sorting.column == .amount ? String(row.amount.minorUnits) : "", row.id.uuidString]
    }
}

extension Session {
    /// A customer's payments and what their credit paid. What a row is joined with is looked up
    /// for those that are listed alone.
    func ownPayments(
        _ filter: OwnPaymentFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [OwnPayment] {
        try all(
            """
            SELECT made.id, made.at, made.invoice_id, number_text, made.order_id,
                orders.number AS order_number, made.means, brand, last_digits, made.reference,
                made.status, made.amount_minor, made.currency, (
                    SELECT coalesce(sum(refunds.amount_minor), 0)::bigint FROM refunds
                    WHERE refunds.payment_id = made.id AND refunds.status = 'succeeded'
                        AND refunds.currency = made.currency
                ) AS refunded_minor
            FROM (
                SELECT made.id, made.at, made.invoice_id, made.order_id, made.means, made.card,
                    made.reference, made.status, made.amount_minor, made.currency
                FROM (\(payments(of: filter.customer))) made
                WHERE \(filter.isMeant) AND \(filter.sorting.isAfter(place))
                ORDER BY \(filter.sorting.order) LIMIT \(most)
            ) made
            JOIN invoices ON invoices.id = made.invoice_id
            LEFT JOIN orders ON orders.id = made.order_id
            LEFT JOIN payment_methods ON gateway_method_id = made.card
            ORDER BY \(filter.sorting.order)
            """,
            OwnPayment.init(row:)
        )
    }

    private func payments(of customer: ID<Customer>?) -> SQL {
        """
        SELECT id, created_at AS at, invoice_id, order_id, gateway AS means,
            parameters ->> 'savedCard' AS card, reference, status, amount_minor, currency
        FROM payments WHERE customer_id = \(customer?.uuid)
        UNION ALL
        SELECT s.id, s.at, s.invoice_id, NULL, 'credit', NULL, NULL,
            CASE WHEN EXISTS (
                SELECT FROM invoice_voidances v WHERE v.invoice_id = s.invoice_id
            ) THEN 'returned' ELSE 'succeeded' END, s.amount_minor, c.currency
        FROM credit_spendings s JOIN credits c ON c.id = s.credit_id
        WHERE s.customer_id = \(customer?.uuid) AND s.kind = 'invoice'
        """
    }
}

extension OwnPaymentFilter {
    fileprivate var isMeant: SQL {
        guard let state else { return "true" }
        return "made.status = ANY(\(state.statuses.map(\.rawValue)))"
    }
}

extension OwnPayment {
    fileprivate init(row: Row) throws {
        let currency = try row.currency("currency")
        self.init(
            id: try row.get("id"),
            at: try row.get("at"),
            invoice: try row.id("invoice_id"),
            invoiceNumber: try row.optional("number_text"),
            order: try row.optionalID("order_id"),
            orderNumber: try row.optional("order_number"),
            means: try PaymentMeans(row: row),
            reference: try row.optional("reference"),
            state: PaymentState(try row.choice("status")),
            amount: try row.money("amount_minor", currency),
            refunded: try row.money("refunded_minor", currency)
        )
    }

    /// What the payment is called elsewhere.
    var idText: String {
        if case .credit = means { return ID<CreditUse>(id).text }
        return ID<Payment>(id).text
    }
}

extension PaymentMeans {
    fileprivate init(row: Row) throws {
        let name = try row.get("means", as: String.self)
        guard name != "credit" else {
            self = .credit
            return
        }
        let channel: PaymentChannel = try row.choice("means")
        switch channel {
        case .stripe:
            let digits = try row.optional("last_digits", as: String.self)
            self = .card(
                label: try digits.map {
                    PaymentMethodRecord.label(brand: try row.get("brand"), lastDigits: $0)
                }
            )
        case .bankTransfer: self = .bankTransfer
        case .cash: self = .cash
        }
    }
}
