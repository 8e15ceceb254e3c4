import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Takes the money of open invoices from saved cards, without their owners.
struct Collections: Sendable {
    /// How long it waits before it looks again whether a customer has paid by hand.
    static let pageSeconds = 3_600.0
    /// How long somebody may pay by hand before the bill counts as unpaid.
    private static let graceSeconds = 86_400.0

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that charges an invoice to its customer's card, once an attempt.
    ///
    /// Without a card the mail of the invoice has said how to pay.
    func collect(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("invoice", of: Invoice.self)
        let found = try await services.database.transaction(for: .system) { session in
            let invoice = try session.invoice(id).orThrow(Problem.notFound)
            return (invoice, try session.defaultPaymentMethod(of: invoice.customer))
        }
        let card = found.1
        try await closePageBehindLink(id)
        let invoice = try await Credits(services).pay(found.0)
        let payable = try await services.database.transaction(for: .system) {
            try Collections.payable(invoice, $0)
        }
        guard let payable else { return .done }
        if let order = payable.order,
            try await Settlements(services).settleWithoutPayment(order)
        {
            return .done
        }
        let isLookedAt = try await services.database.transaction(for: .system) {
            try $0.hasPaymentInAttention(for: id)
        }
        guard !isLookedAt else {
            return .later(seconds: 3_600, reason: "staff have to place a payment of it first")
        }
        guard let card else {
            try await markUnpaid(invoice)
            return .done
        }
        let payment = try await Checkouts(services).begin(
            .savedCard,
            payable,
            for: .system,
            returningTo: Checkouts.ReturnAddresses(success: "", cancel: ""),
            savePaymentMethod: false,
            savedCard: card.gatewayID
        )
        services.faults.reach(.chargeStored)
        guard payment.kind == .savedCard else {
            if Collections.isPastGrace(invoice, now: services.clock.now) {
                try await markUnpaid(invoice)
            }
            return .later(
                seconds: payment.isOpenBehindLink ? 1 : Collections.pageSeconds,
                reason: "the customer is paying by hand"
            )
        }
        // A refusal is no decline: it says that the call is wrong, not that the card does not pay.
        // The job fails then, and the same attempt is made again once it is mended.
        let asked = try await Settlements(services).check(payment.id)
        guard asked.status != .cancelled else {
            return .later(seconds: 60, reason: "the charge never reached the processor")
        }
        return .done
    }

    /// Whoever has a link to a bill keeps neither its customer's card nor credit from paying it.
    func closePageBehindLink(_ invoice: ID<Invoice>) async throws {
        let open = try await services.database.transaction(for: .system) {
            try $0.paymentUnderWay(for: invoice)
        }
        guard let open, open.isOpenBehindLink else { return }
        try await Checkouts(services).abandon(open)
    }

    /// Whether whoever pays by hand has had a day for it.
    static func isPastGrace(_ invoice: InvoiceRecord, now: Date) -> Bool {
        invoice.dueAt.map { now.timeIntervalSince($0) > graceSeconds } ?? false
    }

    /// What is charged: what is due of an issued invoice, or an order that staff have placed; nil
    /// when nothing is to be paid.
    private static func payable(
        _ invoice: InvoiceRecord,
        _ session: Session
    ) throws -> Payable? {
        // Too little for a card is not the customer's fault: it is asked for by nobody.
        guard invoice.due.isPositive, !invoice.due.isTooLittleForCards else { return nil }
        if invoice.status == .open { return Payable(invoice) }
        guard invoice.status == .draft, let order = invoice.order,
            let details = try session.details(of: order), details.order.status == .pending
        else { return nil }
        return try Payable(details)
    }

    /// Asks the processor to charge a stored attempt; the same attempt asks the same again.
    ///
    /// - Returns: nil for an attempt that was closed before it was sent, of which nothing is made.
    func send(_ payment: PaymentRecord) async throws -> IntentState? {
        guard let card = payment.parameters.savedCard else { throw Problem.invoiceIsNotPayable }
        let customer = try await GatewayCustomers(services).identifier(of: payment.customer)
        guard let (before, marked) = try await markSent(payment) else { return nil }
        services.faults.reach(.chargeMarked)
        let state: IntentState
        do {
            state = try await services.payments.charge(
                SavedCardCharge(
                    customer: customer,
                    card: card,
                    amount: payment.amount,
                    description: payment.parameters.lines.map(\.description)
                        .joined(separator: ", "),
                    metadata: payment.metadata
                ),
                key: payment.key
            )
        } catch let refusal as RemoteFailure {
            // A key that was used says that something was sent.
            if case .refused(let code, _) = refusal, code != "idempotency_error",
                before.isUnsentCharge
            {
                try await markUnsent(marked)
            }
            throw refusal
        }
        services.faults.reach(.chargeSent)
        try await services.database.transaction(for: .system) {
            try $0.storeIntent(state.id, of: payment.id)
        }
        return state
    }

    /// Notes, before the call, that a charge may be known to the processor from now on.
    ///
    /// - Returns: how it was stored before and is now; nil when it was closed meanwhile.
    private func markSent(
        _ payment: PaymentRecord
    ) async throws -> (before: PaymentRecord, marked: PaymentRecord)? {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            guard let current = try session.lockPayment(payment.id), current.status.isUnderWay
            else { return nil }
            try session.markSent(payment.id, now: now)
            return (current, try session.payment(payment.id).orThrow(Problem.notFound))
        }
    }

    /// Notes that a charge which was sent once was refused, so that it is closed without asking.
    private func markUnsent(_ payment: PaymentRecord) async throws {
        try await services.database.transaction(for: .system) { session in
            // Whoever has sent it again since waits for an answer of their own.
            guard let current = try session.lockPayment(payment.id), current.status == .created,
                current.chargeSentAt == payment.chargeSentAt
            else { return }
            try session.markUnsent(payment.id)
        }
    }

    private func markUnpaid(_ invoice: InvoiceRecord) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try Collections.markUnpaid(invoice.id, because: nil, $0, services, now: now)
        }
    }

    /// Notes that a charge was declined, and what comes of that for its invoice and its card.
    static func refuse(
        _ payment: PaymentRecord,
        code: String,
        _ message: String,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let current = try session.lockPayment(payment.id), current.status.isUnderWay
        else { return }
        try session.setStatus(
            .failed,
            of: payment.id,
            intent: nil,
            failure: "\(code): \(message)",
            now: now
        )
        try markUnpaid(payment.invoice, because: code, session, services, now: now)
        guard DeclineClass(code: code) == .final, let card = payment.parameters.savedCard else {
            return
        }
        try session.markUnusable(card, of: payment.customer, because: code, now: now)
    }

    /// Shows that an invoice was not paid in time, and asks its customer to pay it by hand. The
    /// draft of an order that staff have placed is not owed: its customer is asked all the same.
    static func markUnpaid(
        _ invoice: ID<Invoice>,
        because code: String?,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let current = try session.lockInvoice(invoice) else { return }
        if current.status == .draft, code != nil, let id = current.order,
            let order = try session.order(id), order.status == .pending
        {
            return try OrderMails.sendDeclined(for: order, session, services, now: now)
        }
        guard current.status == .open else { return }
        try session.markPastDue(subscriptionsOn: invoice)
        try session.openDunning(of: current, now: now)
        if code != nil {
            try InvoiceMails.sendDeclined(invoice, session, services, now: now)
        }
    }
}

extension NewJob {
    /// Charges an invoice when it is due, one attempt at a time.
    static func collecting(_ invoice: ID<Invoice>, delaySeconds: Double) -> NewJob {
        NewJob(
            .collectInvoice,
            payload: ["invoice": .string(invoice.text)],
            dedupKey: invoice.text,
            delaySeconds: max(0, delaySeconds)
        )
    }

    /// Asks the card processor which cards a customer has saved, and which one has just paid.
    static func learningCards(of customer: ID<Customer>, after payment: ID<Payment>) -> NewJob {
        NewJob(
            .learnCards,
            payload: ["customer": .string(customer.text), "payment": .string(payment.text)],
            dedupKey: payment.text
        )
    }
}

extension PaymentRecord {
    /// Whether whoever has a link has begun to pay, and money is not on its way yet.
    fileprivate var isOpenBehindLink: Bool { parameters.isByLink && status != .processing }
}
