import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Keeps the bill of an unpaid order in step with what its tax depends on.
///
/// Prices and coupon are those of the order. The tax is that of the day on which it is paid, and of
/// the address, VAT number and exemptions that the buyer has then.
struct OrderBills: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Makes the bill of an unpaid order again before it is paid. A payment page that asks for
    /// another sum is closed first, and money that arrives by it all the same is shown to staff,
    /// since it is not what the order costs.
    ///
    /// - Throws: a conflict that names the sum when it is another one now, since nobody pays what
    ///   they have not seen; asking again goes on with it.
    func follow(_ id: ID<Order>) async throws {
        let services = services
        let now = services.clock.now
        let stale = try await services.database.transaction(for: .system) { session in
            try session.order(id).flatMap { try OrderBill($0, session, now: now) }
        }
        guard let stale, stale.isOutdated else { return }
        if stale.costsOtherwise { try await Checkouts(services).abandon(id, for: .system) }
        let total = try await services.database.transaction(for: .system) {
            try OrderBills.rewrite(id, $0, services, now: now)
        }
        if let total { throw Problem.orderCostsOtherwise(total) }
    }

    /// Writes order and draft anew; the total when it is another one.
    private static func rewrite(
        _ id: ID<Order>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Money? {
        guard let order = try session.lockOrder(id),
            let made = try OrderBill(order, session, now: now), made.isOutdated
        else { return nil }
        if made.costsOtherwise, try session.paymentUnderWay(for: id) != nil {
            throw Problem.otherPaymentUnderWay
        }
        let draft = try made.draft(session, ids: services.ids)
        try session.replaceAmounts(with: draft)
        try session.removeLines(of: draft.id)
        try draft.storeLines(session)
        try session.replaceAmounts(of: id, with: made.bill)
        try session.record(
            AuditEntry(
                .system,
                "order.bill_anew",
                id,
                customer: order.customer,
                before: ["total": .string(order.total.description)],
                after: ["total": .string(made.bill.total.description)]
            ),
            now: now
        )
        return made.costsOtherwise ? made.bill.total : nil
    }
}

/// What an unpaid order comes to now, beside the draft that was made of it.
private struct OrderBill {
    let bill: Bill
    private let details: OrderDetails
    private let invoice: InvoiceRecord
    private let lines: [InvoiceLineRecord]

    /// Nil for an order that does not wait for its payment.
    init?(_ order: OrderRecord, _ session: Session, now: Date) throws {
        guard order.status == .pending, let details = try session.details(of: order.id),
            let invoice = try session.invoice(ofOrder: order.id), invoice.status == .draft
        else { return nil }
        self.details = details
        self.invoice = invoice
        lines = try session.lines(of: invoice.id)
        bill = try Bill(
            details.items.flatMap(\.billItems),
            order.total.currency,
            for: order.customer,
            coupons: try session.coupon(ofOrder: order.id).map { [$0.terms] } ?? [],
            session,
            now: now
        )
    }

    /// Whether another sum is to be paid.
    var costsOtherwise: Bool { bill.total != invoice.total }

    /// Whether anything of it reads otherwise than in the draft.
    var isOutdated: Bool {
        costsOtherwise || bill.isTaxInclusive != invoice.isTaxInclusive
            || bill.quote.notes != invoice.notes || bill.quote.reasons != invoice.taxReasons
            || bill.lines.map(\.taxes) != lines.map(\.taxes)
    }

    func draft(_ session: Session, ids: IDSource) throws -> DraftInvoice {
        DraftInvoice(
            id: invoice.id,
            customer: invoice.customer,
            order: invoice.order,
            bill: bill,
            lines: zip(Invoices.lines(of: details), bill.lines).map { line, amounts in
                DraftLine(ID(ids.next()), line.kind, item: line.item, line.description, amounts)
            }
        )
    }
}

extension OrderItemRecord {
    /// What stands on the bill, at the prices of the order; as ``Core/Quote/items``.
    fileprivate var billItems: [BillItem] {
        let hosting = BillItem(.hosting, plan: plan, .charge(planAmount))
        guard let domain, domain.action != .own else { return [hosting] }
        return [hosting, BillItem(.domain, .charge(domainAmount))]
    }
}

extension Problem {
    /// The sum of an unpaid order has followed its tax.
    static func orderCostsOtherwise(_ total: Money) -> Problem {
        conflict(
            "order_costs_otherwise",
            "What you pay has changed with your address or your taxes: it is \(total.label) now. "
                + "Please look at it, and pay again."
        )
    }

    static let orderTotalHasChanged = conflict(
        "order_costs_otherwise",
        "What the order costs has changed with the buyer's address or taxes. Look at it and try "
            + "again."
    )
}
