package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Documents that give back what an invoice charged.
package struct CreditNotes: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// What somebody wants given back.
    package struct Wish: Sendable {
        /// Amounts with their tax, by line; nil for all that is left of the line.
        package let lines: [(line: ID<InvoiceLine>, amount: Money?)]
        package let reason: String
        /// Whether what was paid already goes back to the payer, and does not become credit.
        package let isRefunded: Bool
        /// The key of a request that may be sent again because nobody answered.
        package let key: String?

        /// Without lines, all that is left of the invoice is given back.
        package init(
            lines: [(line: ID<InvoiceLine>, amount: Money?)] = [],
            reason: String,
            isRefunded: Bool = false,
            key: String? = nil
        ) {
            self.lines = lines
            self.reason = reason
            self.isRefunded = isRefunded
            self.key = key
        }
    }

    /// Issues a credit note. What is due of the invoice becomes less first; what was paid already
    /// becomes the customer's credit, or goes back to the payer.
    ///
    /// A payment that is under way is closed at the processor first, because it asks for what is
    /// not due any more.
    ///
    /// - Throws: a problem of status 422 for more than is left, of 409 for a draft or a void
    ///   invoice; ``Core/RemoteFailure`` when the processor does not answer.
    package func issue(
        _ wish: Wish,
        for invoice: ID<Invoice>,
        actor: Actor
    ) async throws -> ID<CreditNote> {
        try await InvoiceVoidances(services).closePayment(of: invoice)
        let services = services
        let now = services.clock.now
        let id = ID<CreditNote>(services.ids.next())
        return try await services.database.transaction(for: .system) { session in
            let record = try CreditNotes.lock(invoice, session)
            if let key = wish.key,
                let known = try session.creditNote(of: invoice, askedWith: key)
            {
                return known
            }
            let draft = try CreditNotes.draft(wish, of: record, session)
            var state = record.state
            let rest: Money
            do { rest = try state.credit(draft.total) } catch let refusal as InvoiceState.Refusal {
                throw Problem(refusal)
            }
            let owed = draft.total - rest
            try CreditNotes.require(rest, of: invoice, session)
            try CreditNotes.store(
                draft,
                as: id,
                of: record,
                owed: owed,
                isRefunded: wish.isRefunded && rest.isPositive,
                wish,
                session,
                now: now
            )
            try CreditNotes.post(draft, id, of: record, owed: owed, session, services, now: now)
            try session.credit(record, by: owed, becoming: state.status, now: now)
            if state.status == .paid, record.status != .paid {
                try Dunning.restore(after: invoice, session, services, now: now)
            }
            if rest.isPositive, wish.isRefunded {
                try CreditNotes.refund(rest, id, of: record, session, services, now: now)
            } else if rest.isPositive {
                try Credits.add(
                    rest,
                    to: record.customer,
                    from: .creditNote(id),
                    session,
                    services,
                    now: now
                )
            }
            try CreditNoteMails.send(id, session, services, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "invoice.credit",
                    invoice,
                    customer: record.customer,
                    after: [
                        "credit_note": .string(id.text),
                        "amount": .string(draft.total.description),
                        "reason": .string(wish.reason),
                    ]
                ),
                now: now
            )
            return id
        }
    }

    /// One credit note, as somebody may see it.
    package func show(_ id: ID<CreditNote>, for scope: Scope) async throws -> ShownCreditNote {
        try await services.database.transaction(for: scope) {
            try $0.shownCreditNote(id).orThrow(Problem.notFound)
        }
    }

    /// The credit notes of an invoice, oldest first, as somebody may see them.
    package func list(
        of invoice: ID<Invoice>,
        for scope: Scope
    ) async throws -> [ShownCreditNote] {
        try await services.database.transaction(for: scope) { session in
            _ = try session.invoice(invoice).orThrow(Problem.notFound)
            return try session.creditNotes(of: invoice).compactMap {
                try session.shownCreditNote($0.id)
            }
        }
    }

    /// An invoice of which nobody else gives anything back until the transaction ends.
    static func lock(_ id: ID<Invoice>, _ session: Session) throws -> InvoiceRecord {
        // Whoever settles a payment locks it before its invoice.
        for payment in try session.payments(of: id) { _ = try session.lockPayment(payment.id) }
        let invoice = try InvoiceVoidances.lock(id, session)
        try session.lockSubscriptions(on: id)
        return invoice
    }

    /// Refuses to give back of what was paid what was sent back already.
    private static func require(
        _ rest: Money,
        of invoice: ID<Invoice>,
        _ session: Session
    ) throws {
        let left = try session.notGivenBack(of: invoice)
        guard rest.minorUnits <= max(0, left.minorUnits) else {
            throw Problem.alreadySentBack(left)
        }
    }

    /// What a wish comes to; `Core` says whether it may be.
    private static func draft(
        _ wish: Wish,
        of invoice: InvoiceRecord,
        _ session: Session
    ) throws -> CreditNoteDraft {
        let lines = try session.creditableLines(of: invoice)
        let left = CreditNotes.left(of: invoice, lines)
        let wanted: [(line: ID<InvoiceLine>, amount: Money)]
        if wish.lines.isEmpty {
            wanted = CreditNotes.all(of: lines, left)
        } else {
            wanted = wish.lines.map { each in
                let line = lines.first { $0.id == each.line }
                return (each.line, each.amount ?? line?.remaining ?? .zero(left.currency))
            }
        }
        do {
            let draft = try CreditNoteDraft(wanted, of: lines, left.currency)
            guard draft.total.minorUnits <= left.minorUnits else {
                throw Problem.creditExceedsInvoice(left)
            }
            return draft
        } catch let refusal as CreditNoteRefusal {
            throw Problem(refusal)
        }
    }

    /// What notes may still give back of an invoice: what it asked for in all, less what was given
    /// back of its lines. Less than nothing of one that took in more than it asked for.
    static func left(of invoice: InvoiceRecord, _ lines: [CreditableLine]) -> Money {
        invoice.total - lines.map(\.credited).sum(invoice.total.currency)
    }

    /// All that is left of the lines, but no more than of the whole: what a line gave back on the
    /// invoice itself is not given back again.
    static func all(
        of lines: [CreditableLine],
        _ left: Money
    ) -> [(line: ID<InvoiceLine>, amount: Money)] {
        var left = left
        return lines.compactMap { line in
            let amount = line.remaining.minorUnits < left.minorUnits ? line.remaining : left
            guard amount.isPositive else { return nil }
            left = left - amount
            return (line.id, amount)
        }
    }

    private static func store(
        _ draft: CreditNoteDraft,
        as id: ID<CreditNote>,
        of invoice: InvoiceRecord,
        owed: Money,
        isRefunded: Bool,
        _ wish: Wish,
        _ session: Session,
        now: Date
    ) throws {
        guard let number = invoice.number, let buyer = invoice.buyer else {
            throw Problem.invoiceIsDraft
        }
        let billed = try session.lines(of: invoice.id)
        let series = "CN-\(now.formatted(.iso8601.year()))"
        let next = try session.takeNumber(of: series)
        let note = CreditNoteRecord(
            id: id,
            invoice: invoice.id,
            invoiceNumber: number,
            customer: invoice.customer,
            number: "\(series)-\(Invoices.digits(next))",
            isTaxInclusive: invoice.isTaxInclusive,
            total: draft.total,
            tax: draft.tax,
            owed: owed,
            isRefunded: isRefunded,
            reason: wish.reason,
            seller: try session.seller(),
            buyer: buyer,
            issuedAt: now
        )
        try session.store(note, series: series, number: next, askedWith: wish.key)
        for (position, line) in draft.lines.enumerated() {
            let text = billed.first { $0.id == line.line }?.description ?? ""
            try session.store(line, text, position: position, of: note)
        }
        for (position, tax) in draft.taxes(of: billed).enumerated() {
            try session.store(tax, position: position, of: note)
        }
    }

    /// Sends what was paid already back to where it came from.
    ///
    /// - Throws: a conflict when payments have not brought as much, such as when credit had paid.
    private static func refund(
        _ rest: Money,
        _ id: ID<CreditNote>,
        of invoice: InvoiceRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try Ledger.post(
            .creditNoteRefunded(rest),
            cause: id,
            customer: invoice.customer,
            session,
            ids: services.ids,
            now: now
        )
        var left = rest
        for payment in try session.payments(of: invoice.id) where payment.status == .succeeded {
            let most = try session.refundable(payment).remaining
            let amount = most.minorUnits < left.minorUnits ? most : left
            guard amount.isPositive else { continue }
            guard try !session.isDisputed(payment.id) else { throw Problem.paymentIsDisputed }
            let refund = ID<Refund>(services.ids.next())
            try session.store(
                NewRefund(
                    id: refund,
                    payment: payment,
                    amount: amount,
                    reason: "By a credit note.",
                    kind: .staff,
                    source: .refunds
                ),
                now: now
            )
            if payment.channel == .stripe {
                try Refunds.enqueue(refund, of: payment, session, services, now: now)
            } else {
                try RefundSettlements.apply(.paidByHand, to: refund, session, services, now: now)
            }
            left = left - amount
        }
        guard left.isZero else { throw Problem.nothingToSendBack }
    }

    private static func post(
        _ draft: CreditNoteDraft,
        _ id: ID<CreditNote>,
        of invoice: InvoiceRecord,
        owed: Money,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.reviseEarnings(of: invoice.id)
        let deferred = Set(try session.lines(of: invoice.id).filter(\.isDeferred).map(\.id))
        func net(_ lines: [CreditNoteLine]) -> Money {
            lines.map(\.net).sum(invoice.total.currency)
        }
        try Ledger.post(
            .creditNoteIssued(
                deferred: net(draft.lines.filter { deferred.contains($0.line) }),
                earned: net(draft.lines.filter { !deferred.contains($0.line) }),
                tax: draft.tax,
                owed: owed,
                isWrittenOff: invoice.status == .uncollectible
            ),
            cause: id,
            customer: invoice.customer,
            session,
            ids: services.ids,
            now: now
        )
        // Less is due: perhaps too little to be asked for.
        try session.hurryDunning(of: invoice.id, now: now)
    }
}

extension CreditNoteDraft {
    /// The taxes by component and rate: each line's tax is shared out as it was on the invoice.
    fileprivate func taxes(of billed: [InvoiceLineRecord]) -> [CreditNoteTax] {
        var sums: [CreditNoteTax] = []
        for line in lines where line.tax.isPositive {
            guard let origin = billed.first(where: { $0.id == line.line }) else { continue }
            let weights = origin.taxes.map { max($0.amount.minorUnits, 0) }
            guard weights.contains(where: { $0 > 0 }) else { continue }
            for (tax, amount) in zip(origin.taxes, line.tax.allocated(by: weights)) {
                let at = sums.firstIndex {
                    $0.component == tax.component && $0.place == tax.place && $0.rate == tax.rate
                }
                let before = at.map { sums[$0].amount } ?? .zero(amount.currency)
                let sum = CreditNoteTax(
                    component: tax.component,
                    place: tax.place,
                    rate: tax.rate,
                    amount: before + amount
                )
                if let at { sums[at] = sum } else { sums.append(sum) }
            }
        }
        return sums
    }
}

extension Problem {
    /// What cannot be given back, to whoever asked for it.
    init(_ refusal: CreditNoteRefusal) {
        switch refusal {
        case .nothingCredited: self = .nothingLeftToCredit
        case .notPositive:
            self = .invalid("lines", "out_of_range", "must be more than nothing")
        case .otherCurrency:
            self = .invalid("lines", "other_currency", "must be in the invoice's currency")
        case .lineTwice: self = .invalid("lines", "twice", "has a line twice")
        case .unknownLine: self = .invalid("lines", "unknown_value", "is no line of the invoice")
        case .notWhole:
            self = .invalid(
                "lines",
                "not_whole",
                "What is left could not be charged: this currency has no parts."
            )
        case .tooMuch(_, let most):
            self = .invalid("lines", "out_of_range", "has at most \(most) left on a line")
        }
    }

    static let nothingToSendBack = conflict(
        "not_refundable",
        "Payments of this invoice have not brought as much. Make it the customer's credit instead."
    )
    static let nothingLeftToCredit = conflict(
        "nothing_left_to_credit",
        "All of the invoice was given back already."
    )

    /// Money that was sent back by a refund is not given back a second time by a credit note.
    static func alreadySentBack(_ left: Money) -> Problem {
        conflict(
            "already_sent_back",
            "Of what was paid, no more than \(left) is still there: the rest was sent back already."
        )
    }

    static func creditExceedsInvoice(_ left: Money) -> Problem {
        let most = left.isPositive ? left : .zero(left.currency)
        return .invalid("lines", "out_of_range", "must be at most \(most) in all")
    }
}
