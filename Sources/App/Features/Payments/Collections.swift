import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Takes the money of open invoices from saved cards, without their owners.
struct Collections: Sendable {
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
        let invoice = try await Credits(services).pay(found.0)
        let payable = try await services.database.transaction(for: .system) {
            try Collections.payable(invoice, $0)
        }
        guard let payable else { return .done }
        guard let card else {
            try await markUnpaid(invoice, because: nil)
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
            return .later(seconds: 3_600, reason: "the customer is paying by hand")
        }
        do {
            try await Settlements(services).check(payment.id)
        } catch let RemoteFailure.refused(code, message) {
            try await refused(payment, invoice, code: code, message)
        }
        return .done
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
    func send(_ payment: PaymentRecord) async throws -> IntentState {
        guard let card = payment.parameters.savedCard else { throw Problem.invoiceIsNotPayable }
        let customer = try await GatewayCustomers(services).identifier(of: payment.customer)
        let state = try await services.payments.charge(
            SavedCardCharge(
                customer: customer,
                card: card,
                amount: payment.amount,
                description: payment.parameters.lines.map(\.description).joined(separator: ", "),
                metadata: payment.metadata
            ),
            key: payment.key
        )
        services.faults.reach(.chargeSent)
        try await services.database.transaction(for: .system) {
            try $0.storeIntent(state.id, of: payment.id)
        }
        return state
    }

    private func refused(
        _ payment: PaymentRecord,
        _ invoice: InvoiceRecord,
        code: String,
        _ message: String
    ) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try Collections.refuse(
                payment,
                invoice,
                code: code,
                message,
                $0,
                services,
                now: now
            )
        }
    }

    private func markUnpaid(_ invoice: InvoiceRecord, because code: String?) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try Collections.markUnpaid(invoice, because: code, $0, services, now: now)
        }
    }

    /// Notes that a charge was declined, and what comes of that for its invoice.
    static func refuse(
        _ payment: PaymentRecord,
        _ invoice: InvoiceRecord,
        code: String,
        _ message: String,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        if let current = try session.lockPayment(payment.id), current.status.isUnderWay {
            try session.setStatus(
                .failed,
                of: payment.id,
                intent: nil,
                failure: "\(code): \(message)",
                now: now
            )
        }
        try markUnpaid(invoice, because: code, session, services, now: now)
    }

    /// Shows that an invoice was not paid in time, and asks its customer to pay it by hand.
    static func markUnpaid(
        _ invoice: InvoiceRecord,
        because code: String?,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let current = try session.lockInvoice(invoice.id), current.status == .open
        else { return }
        try session.markPastDue(subscriptionsOn: invoice.id)
        try session.openDunning(of: current, now: now)
        if code != nil {
            try InvoiceMails.sendDeclined(invoice.id, session, services, now: now)
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

    /// Asks the card processor which cards a customer has saved.
    static func learningCards(of customer: ID<Customer>) -> NewJob {
        NewJob(
            .learnCards,
            payload: ["customer": .string(customer.text)],
            dedupKey: customer.text
        )
    }
}
