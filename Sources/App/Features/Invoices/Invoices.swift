package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// An invoice with its lines.
package struct ShownInvoice: Sendable {
    package let invoice: InvoiceRecord
    package let lines: [InvoiceLineRecord]
    /// How the amounts of subscriptions were computed, in words, by the line's position.
    package let explanations: [Int: String]
    /// What stands below the lines of every document.
    let houseNotes: [String]
    /// What happened and what comes next, while it is overdue.
    package let dunning: DunningTimeline?
    /// What went back of what was paid, oldest first.
    package let refunds: [RefundRecord]
    /// How many links to it work without logging in.
    package let openLinks: Int64
    package let creditNotes: [CreditNoteRecord]
    /// What happened to it, the earliest first.
    package let events: [InvoiceEvent]
}

/// What can be done with invoices.
package struct Invoices: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// One invoice with its lines, as somebody may see it.
    package func show(
        _ id: ID<Invoice>,
        for scope: Scope
    ) async throws -> ShownInvoice {
        let now = services.clock.now
        return try await services.database.transaction(for: scope) { session in
            ShownInvoice(
                invoice: try session.invoice(id).orThrow(Problem.notFound),
                lines: try session.lines(of: id),
                explanations: try session.explanations(on: id),
                houseNotes: try session.documentSettings().notesByLine,
                dunning: try session.dunningTimeline(of: id, at: now),
                refunds: try session.refunds(of: id),
                openLinks: try session.openLinks(of: id, now: now),
                creditNotes: try session.creditNotes(of: id),
                events: try session.events(of: id)
            )
        }
    }

    /// An invoice in a list, with its lines and how their amounts were computed.
    struct ListedWithLines: Sendable {
        let invoice: InvoiceRecord
        let lines: [InvoiceLineRecord]
        let explanations: [Int: String]
    }

    /// Invoices, each with its lines.
    func listWithLines(
        _ filter: InvoiceFilter,
        for scope: Scope,
        after place: [String]?,
        most: Int
    ) async throws -> [ListedWithLines] {
        try await services.database.transaction(for: scope) { session in
            let invoices = try session.invoices(filter, after: place, most: most)
            let lines = try session.lines(of: invoices.map(\.id))
            let explanations = try session.explanations(on: invoices.map(\.id))
            return invoices.map {
                ListedWithLines(
                    invoice: $0,
                    lines: lines[$0.id] ?? [],
                    explanations: explanations[$0.id] ?? [:]
                )
            }
        }
    }

    /// Mails an issued invoice to its customer, with its PDF.
    ///
    /// - Throws: a conflict for a draft.
    package func send(_ id: ID<Invoice>, actor: Actor) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let invoice = try session.invoice(id).orThrow(Problem.notFound)
            guard invoice.number != nil else { throw Problem.invoiceIsDraft }
            try InvoiceMails.sendCopy(invoice, session, services, now: now)
            try session.record(
                AuditEntry(actor, "invoice.send", id, customer: invoice.customer),
                now: now
            )
        }
    }

    /// A thing of an order as its invoice calls it.
    struct OrderedLine {
        let kind: InvoiceLineRecord.Kind
        let item: ID<OrderItem>
        let description: String
        /// Before discount and tax.
        let amount: Money
    }

    /// The lines that an order's things make, in the order of a quote's items.
    static func lines(of order: OrderDetails) -> [OrderedLine] {
        order.items.flatMap { item -> [OrderedLine] in
            let plan = OrderedLine(
                kind: .plan,
                item: item.id,
                description: (item.quantity > 1 ? "\(item.quantity) × " : "")
                    + "\(item.planName) hosting, \(item.cycle.rawValue)",
                amount: item.planAmount
            )
            guard let domain = item.domain, domain.action != .own else { return [plan] }
            return [
                plan,
                OrderedLine(
                    kind: .domain,
                    item: item.id,
                    description: domain.invoiceText,
                    amount: item.domainAmount
                ),
            ]
        }
    }

    /// Stores the draft of an order's invoice.
    static func draft(
        for order: OrderDetails,
        _ bill: Bill,
        _ session: Session,
        ids: IDSource,
        now: Date
    ) throws {
        let lines = zip(lines(of: order), bill.lines).map { line, amounts in
            DraftLine(ID(ids.next()), line.kind, item: line.item, line.description, amounts)
        }
        let draft = DraftInvoice(
            id: ID(ids.next()),
            customer: order.order.customer,
            order: order.order.id,
            bill: bill,
            lines: lines
        )
        try draft.store(session, now: now)
    }

    /// Gives a draft its number, freezes it and posts it to the ledger.
    ///
    /// The number is the next of the year's series and has no gaps: it is taken in the transaction
    /// that issues the invoice.
    static func issue(
        _ id: ID<Invoice>,
        dueAt: Date? = nil,
        by actor: Actor = .system,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let invoice = try session.invoice(id).orThrow(Problem.notFound)
        guard invoice.status == .draft else { return }
        try setPeriods(of: invoice, session, now: now)
        let series = series(services, now: now)
        let number = try session.takeNumber(of: series)
        let label = label(series, number)
        try session.issueInvoice(
            id,
            series: series,
            number: number,
            label: label,
            seller: try session.seller(),
            buyer: try session.buyer(invoice.customer),
            dueAt: dueAt ?? now,
            now: now
        )
        try session.record(
            AuditEntry(
                actor,
                "invoice.issue",
                id,
                customer: invoice.customer,
                after: ["number": .string(label), "total": .string(invoice.total.description)]
            ),
            now: now
        )
        let lines = try session.lines(of: id)
        try session.followEarnings(of: [id])
        try Ledger.post(
            .invoiceIssued(
                total: invoice.total,
                deferred: invoice.net(of: lines.filter(\.isDeferred)),
                earned: invoice.net(of: lines.filter { !$0.isDeferred }),
                tax: invoice.tax,
                carriedToCredit: invoice.carried
            ),
            cause: id,
            customer: invoice.customer,
            session,
            ids: services.ids,
            now: now
        )
        if invoice.carried.isPositive {
            let (carried, customer) = (invoice.carried, invoice.customer)
            try Credits.add(carried, to: customer, from: .carried(id), session, services, now: now)
        }
        // What pays for an order is settled with it.
        guard invoice.order == nil else { return }
        try Credits.spend(on: id, session, services, now: now)
    }

    /// The series of a year.
    static func series(_ services: Services, now: Date) -> String {
        "\(services.invoiceSeries)-\(now.formatted(.iso8601.year()))"
    }

    /// A number of a series as it stands on the document.
    static func label(_ series: String, _ number: Int64) -> String {
        "\(series)-\(digits(number))"
    }

    /// A number of a series as it stands on documents.
    static func digits(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// Marks an invoice as paid, and what it is for as paid with it.
    ///
    /// The amount is what brought this about, and nothing when credit has paid for all of it.
    static func pay(
        _ id: ID<Invoice>,
        _ amount: Money,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try recover(id, session, services, now: now)
        try session.markInvoicePaid(id, amount: amount, now: now)
        try Dunning.restore(after: id, session, services, now: now)
        if amount.isPositive { try InvoiceMails.sendPaid(id, session, services, now: now) }
    }

    /// Gives an open invoice up, and takes what is due of it out of what is owed to us.
    static func writeOff(
        _ invoice: InvoiceRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.markUncollectible(invoice.id)
        try Ledger.post(
            .writtenOff(invoice.due),
            cause: invoice.id,
            customer: invoice.customer,
            session,
            ids: services.ids,
            now: now
        )
    }

    /// Takes an invoice that was given up back into what is owed to us, because it is paid now.
    private static func recover(
        _ id: ID<Invoice>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let invoice = try session.lockInvoice(id), invoice.status == .uncollectible else {
            return
        }
        try session.markCollectible(id)
        try Ledger.post(
            .writeOffRecovered(invoice.due),
            cause: id,
            customer: invoice.customer,
            session,
            ids: services.ids,
            now: now
        )
    }

    private static func setPeriods(
        of invoice: InvoiceRecord,
        _ session: Session,
        now: Date
    ) throws {
        guard let order = invoice.order else { return }
        let zone = try session.timeZone(of: invoice.customer)
        for item in try session.items(of: order) {
            let period = SubscriptionStart(item, in: zone, now: now).period
            try session.setPeriod(period, of: item.id, in: invoice.id)
        }
    }
}

extension InvoiceRecord {
    /// What is paid for some of its lines and is no tax.
    fileprivate func net(of lines: [InvoiceLineRecord]) -> Money {
        lines.map { $0.net(isTaxInclusive: isTaxInclusive) }.sum(total.currency)
    }
}

extension OrderedDomain {
    fileprivate var invoiceText: String {
        switch action {
        case .register: "Registration of \(name.text), \(years) \(years == 1 ? "year" : "years")"
        case .transfer: "Transfer of \(name.text), with one more year"
        case .own: "\(name.text)"
        }
    }
}
