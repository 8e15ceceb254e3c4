package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// The two ways in which an invoice that was not paid ends: cancelled, or given up.
///
/// A payment that is under way is closed at the processor first. Whoever is faster wins: an invoice
/// that turns out to be paid is not voided, and one that is void takes no money any more.
package struct InvoiceVoidances: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Cancels an issued invoice that no money has paid, and takes its posting back. What credit
    /// has paid of it is credit again.
    ///
    /// The time of a subscription that it bills stays billed and costs nothing: nothing of it is
    /// asked for again, and nothing of it is given back.
    ///
    /// - Throws: a conflict when it was paid or credited in part; ``Core/RemoteFailure`` when the
    ///   processor does not answer.
    package func void(_ id: ID<Invoice>, reason: String, actor: Actor) async throws {
        try await closePayment(of: id)
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let invoice = try InvoiceVoidances.lock(id, session)
            try session.lockSubscriptions(on: id)
            // What a later bill gave back of it would be given back twice, and what it gave back of
            // an earlier one would be lost.
            guard try !session.isGivenBackLater(id), try !session.givesBack(id) else {
                throw Problem(InvoiceState.Refusal.partlyCredited)
            }
            var state = invoice.state
            let credit: Money
            do {
                credit = try state.void(paidByCredit: invoice.paidByCredit)
            } catch let refusal as InvoiceState.Refusal {
                throw Problem(refusal)
            }
            try session.markVoid(invoice, because: reason, now: now)
            try InvoiceVoidances.takeBack(invoice, credit, session, services, now: now)
            try Dunning.restore(after: id, session, services, now: now)
            try session.revokeLinks(of: id, now: now)
            try InvoiceMails.sendVoid(id, session, services, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "invoice.void",
                    id,
                    customer: invoice.customer,
                    after: ["reason": .string(reason)]
                ),
                now: now
            )
        }
    }

    /// Gives an open invoice up: what is due of it is a loss.
    ///
    /// - Throws: a conflict when it is not open.
    package func giveUp(_ id: ID<Invoice>, actor: Actor) async throws {
        try await closePayment(of: id)
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let invoice = try InvoiceVoidances.lock(id, session)
            var state = invoice.state
            let lost: Money
            do { lost = try state.writeOff() } catch let refusal as InvoiceState.Refusal {
                throw Problem(refusal)
            }
            try Invoices.writeOff(invoice, session, services, now: now)
            try session.closeDunning(of: id, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "invoice.give_up",
                    id,
                    customer: invoice.customer,
                    after: ["amount": .string(lost.description)]
                ),
                now: now
            )
        }
    }

    /// Closes a payment that is under way, so that nobody pays for what is cancelled.
    func closePayment(of id: ID<Invoice>) async throws {
        let invoice = try await services.database.transaction(for: .system) {
            try $0.invoice(id).orThrow(Problem.notFound)
        }
        guard invoice.isPayable else { return }
        do {
            try await Checkouts(services).abandon(id, for: .system)
        } catch let problem as Problem where problem == .orderIsPaid {
            throw Problem.invoiceIsBeingPaid
        }
    }

    /// An invoice for which no money is on its way.
    static func lock(_ id: ID<Invoice>, _ session: Session) throws -> InvoiceRecord {
        let invoice = try session.lockInvoice(id).orThrow(Problem.notFound)
        guard try session.paymentUnderWay(for: id) == nil else { throw Problem.invoiceIsBeingPaid }
        return invoice
    }

    /// Takes out of the books what an invoice asked for, and makes credit of what credit had paid.
    private static func takeBack(
        _ invoice: InvoiceRecord,
        _ credit: Money,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        func post(_ posting: Posting) throws {
            try Ledger.post(
                posting,
                cause: invoice.id,
                customer: invoice.customer,
                session,
                ids: services.ids,
                now: now
            )
        }
        try session.reviseEarnings(of: invoice.id)
        if invoice.status == .uncollectible { try post(.writeOffTakenBack(invoice.due)) }
        if let issued = try session.posting("invoice_issued", cause: invoice.id.uuid) {
            try post(.invoiceVoided(issued))
        }
        guard credit.isPositive else { return }
        try post(.creditUnspent(credit))
        let source = CreditSource.voided(invoice.id)
        try Credits.add(credit, to: invoice.customer, from: source, session, services, now: now)
    }
}

extension InvoiceRecord {
    /// The invoice as `Core` weighs it.
    var state: InvoiceState {
        InvoiceState(
            status: InvoiceStatus(rawValue: status.rawValue) ?? .draft,
            total: total,
            paid: paid,
            credited: credited
        )
    }
}

extension Problem {
    /// What cannot happen to an invoice, to whoever asked for it.
    init(_ refusal: InvoiceState.Refusal) {
        switch refusal {
        case .wrongStatus(let status):
            self = .conflict(
                "invoice_is_\(status.rawValue)",
                "The invoice is \(status.words), so that cannot be done."
            )
        case .partlyPaid:
            self = .conflict(
                "invoice_is_partly_paid",
                "Something was paid for the invoice already. Write a credit note instead."
            )
        case .partlyCredited:
            self = .conflict(
                "invoice_is_credited",
                "The invoice has a credit note already. Write another one for the rest."
            )
        case .otherCurrency, .notPositive:
            self = .refused("bad_amount", "The amount cannot be used for this invoice.")
        }
    }

    static let invoiceIsBeingPaid = conflict(
        "invoice_is_being_paid",
        "The invoice is paid, or is being paid right now."
    )
}

extension InvoiceStatus {
    fileprivate var words: String {
        switch self {
        case .draft: "a draft"
        case .open: "open"
        case .paid: "paid"
        case .void: "void"
        case .uncollectible: "given up"
        }
    }
}
