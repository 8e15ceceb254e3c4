package import Core
package import Foundation
import Postgres
import Support
import Web
import Wire

/// What staff do with invoices that they write themselves.
package struct InvoiceDrafts: Sendable {
    /// How long after its issue an invoice is due that says nothing else.
    static let usualDays = 14.0

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Stores a draft, and issues it at once when asked to.
    ///
    /// - Throws: a problem of status 422 for amounts that cannot be, or for no customer.
    package func create(
        _ invoice: ManualInvoice,
        for customer: ID<Customer>,
        issuing isIssued: Bool = false,
        actor: Actor
    ) async throws -> ID<Invoice> {
        try invoice.check()
        let services = services
        let now = services.clock.now
        let id = ID<Invoice>(services.ids.next())
        return try await services.database.transaction(for: .system) { session in
            guard try session.customer(customer) != nil else { throw Problem.noSuchCustomer }
            let draft = try InvoiceDrafts.draft(invoice, id, customer, session, services, now: now)
            try draft.store(session, now: now)
            try session.setTerms(of: id, dueAt: invoice.dueAt, memo: invoice.memo)
            try session.record(
                AuditEntry(
                    actor,
                    "invoice.draft",
                    id,
                    customer: customer,
                    after: ["total": .string(draft.bill.total.description)]
                ),
                now: now
            )
            if isIssued { try InvoiceDrafts.issue(id, actor, session, services, now: now) }
            return id
        }
    }

    /// Writes a draft anew; nil stays what it is.
    ///
    /// - Throws: a conflict when it is issued, or is of an order.
    package func change(
        _ id: ID<Invoice>,
        lines: [ManualLine]? = nil,
        dueAt: Date? = nil,
        memo: String? = nil,
        actor: Actor
    ) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let draft = try InvoiceDrafts.lock(id, session)
            let text = memo ?? draft.memo
            let invoice = ManualInvoice(
                currency: draft.total.currency,
                lines: try lines ?? session.lines(of: id).map { ManualLine($0) },
                dueAt: dueAt ?? draft.dueAt,
                memo: text?.isEmpty == true ? nil : text
            )
            try invoice.check()
            let after = try InvoiceDrafts.rewrite(draft, as: invoice, session, services, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "invoice.change",
                    id,
                    customer: draft.customer,
                    before: ["total": .string(draft.total.description)],
                    after: ["total": .string(after.total.description)]
                ),
                now: now
            )
        }
    }

    /// Takes a draft away.
    ///
    /// - Throws: a conflict when it is issued, or is of an order.
    package func remove(_ id: ID<Invoice>, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let draft = try InvoiceDrafts.lock(id, session)
            try session.removeDraft(id)
            try session.record(
                AuditEntry(
                    actor,
                    "invoice.remove",
                    id,
                    customer: draft.customer,
                    before: ["total": .string(draft.total.description)]
                ),
                now: now
            )
        }
    }

    /// Numbers and freezes a draft, and tells its customer.
    ///
    /// - Throws: a conflict when it is issued already, is of an order, or has no lines.
    package func issue(_ id: ID<Invoice>, actor: Actor) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            _ = try InvoiceDrafts.lock(id, session)
            try InvoiceDrafts.issue(id, actor, session, services, now: now)
        }
    }

    private static func issue(
        _ id: ID<Invoice>,
        _ actor: Actor,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let draft = try session.invoice(id).orThrow(Problem.notFound)
        let lines = try session.lines(of: id).map { ManualLine($0) }
        guard !lines.isEmpty else { throw Problem.invoiceIsEmpty }
        let written = ManualInvoice(
            currency: draft.total.currency,
            lines: lines,
            dueAt: draft.dueAt,
            memo: draft.memo
        )
        // Taxed by what is in force now, and not when it was written.
        _ = try rewrite(draft, as: written, session, services, now: now)
        let dueAt = draft.dueAt ?? now.addingTimeInterval(usualDays * 86_400)
        try Invoices.issue(
            id,
            dueAt: max(now, dueAt),
            by: actor,
            session,
            services,
            now: now
        )
        let invoice = try session.invoice(id).orThrow(Problem.notFound)
        if invoice.total.isZero {
            try Invoices.pay(id, invoice.total, session, services, now: now)
        } else if invoice.due.isZero {
            try InvoiceMails.sendPaid(id, session, services, now: now)
        } else {
            try InvoiceMails.sendNew([id], session, services, now: now)
            let wait = (invoice.dueAt ?? now).timeIntervalSince(now)
            try session.enqueue(
                .collecting(id, delaySeconds: wait),
                ids: services.ids,
                now: now
            )
        }
    }

    /// A draft of staff's, which nobody else changes until the transaction ends.
    private static func lock(_ id: ID<Invoice>, _ session: Session) throws -> InvoiceRecord {
        let invoice = try session.lockInvoice(id).orThrow(Problem.notFound)
        guard invoice.status == .draft else { throw Problem.invoiceIsIssued }
        guard invoice.order == nil else { throw Problem.invoiceIsOfOrder }
        return invoice
    }

    /// What somebody wrote as an invoice with its taxes.
    private static func draft(
        _ invoice: ManualInvoice,
        _ id: ID<Invoice>,
        _ customer: ID<Customer>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> DraftInvoice {
        let items = invoice.lines.map { BillItem(.fee, .charge($0.amount)) }
        let bill = try Bill(items, invoice.currency, for: customer, session, now: now)
        let lines = zip(invoice.lines, bill.lines).map { line, amounts in
            DraftLine(ID(services.ids.next()), line, amounts)
        }
        return DraftInvoice(id: id, customer: customer, bill: bill, lines: lines)
    }

    /// Puts what was written in the place of what stood on a draft.
    private static func rewrite(
        _ before: InvoiceRecord,
        as invoice: ManualInvoice,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Bill {
        let draft = try draft(invoice, before.id, before.customer, session, services, now: now)
        try session.removeLines(of: before.id)
        try session.replaceAmounts(with: draft)
        try draft.storeLines(session)
        try session.setTerms(of: before.id, dueAt: invoice.dueAt, memo: invoice.memo)
        return draft.bill
    }
}

extension ManualLine {
    fileprivate init(_ line: InvoiceLineRecord) {
        self.init(
            description: line.description,
            quantity: line.quantity,
            unitPrice: line.unitPrice
        )
    }
}

extension DraftLine {
    /// A line that staff wrote.
    fileprivate init(_ id: ID<InvoiceLine>, _ line: ManualLine, _ amounts: BilledAmounts) {
        self.init(
            id,
            .manual,
            line.description,
            quantity: line.quantity,
            unitPrice: line.unitPrice,
            amounts
        )
    }
}

extension Problem {
    static let noSuchCustomer = invalid("customer_id", "unknown_value", "is no customer")
    static let invoiceIsIssued = conflict(
        "invoice_is_issued",
        "The invoice is issued and never changes any more."
    )
    static let invoiceIsOfOrder = conflict(
        "invoice_of_order",
        "The invoice belongs to an order, which issues it when it is paid."
    )
    static let invoiceIsEmpty = conflict("invoice_is_empty", "The invoice has no lines yet.")
}
