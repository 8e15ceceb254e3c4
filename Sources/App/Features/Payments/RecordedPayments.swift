package import Core
package import Foundation
import Postgres
import Support
import Web
import Wire

/// Money that came another way than through the processor, as staff record it.
package struct RecordedPayments: Sendable {
    /// How long ago money may have arrived that is recorded now.
    static let mostDaysAgo = 366

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// What staff know of such a payment.
    package struct NewPayment: Sendable {
        package let channel: PaymentChannel
        /// What the bank's statement or the receipt calls it.
        package let reference: String
        /// Nil for all that is due.
        package let amount: Money?
        /// Nil for now.
        package let receivedAt: Date?

        package init(
            channel: PaymentChannel,
            reference: String,
            amount: Money? = nil,
            receivedAt: Date? = nil
        ) {
            self.channel = channel
            self.reference = reference
            self.amount = amount
            self.receivedAt = receivedAt
        }
    }

    /// Records that money for an invoice has arrived, all that is due or a part. What is more than
    /// is due becomes the customer's credit.
    ///
    /// A payment page that is open is closed first, so that nobody pays twice.
    ///
    /// - Throws: a ``Web/Problem`` when the invoice is not to be paid, or not this much.
    package func record(
        _ payment: NewPayment,
        for invoice: ID<Invoice>,
        actor: Actor
    ) async throws -> PaymentRecord {
        let services = services
        let now = services.clock.now
        try RecordedPayments.check(payment.receivedAt ?? now, "received_at", now: now)
        try await services.database.transaction(for: .system) { session in
            let record = try session.invoice(invoice).orThrow(Problem.notFound)
            try RecordedPayments.check(payment, record, session)
        }
        let unpaid = try await services.database.transaction(for: .system) {
            try $0.order(ofInvoice: invoice)
        }
        if let unpaid { try await OrderBills(services).follow(unpaid) }
        try await Checkouts(services).abandon(invoice, for: .system)
        let id = ID<Payment>(services.ids.next())
        return try await services.database.transaction(for: .system) { session in
            let order = try session.order(ofInvoice: invoice).flatMap { try session.lockOrder($0) }
            let record = try session.lockInvoice(invoice).orThrow(Problem.notFound)
            try RecordedPayments.check(payment, record, session)
            let amount = try RecordedPayments.amount(payment.amount, of: record)
            let isMore = amount.minorUnits > record.due.minorUnits
            let excess = isMore ? amount - record.due : .zero(amount.currency)
            try session.store(payment, id, amount, excess: excess, for: record, now: now)
            let stored = try session.payment(id).orThrow(Problem.notFound)
            try RecordedPayments.settle(stored, record, order, session, services, now: now)
            try Ledger.post(
                .paymentCaptured(amount, excess: excess, by: payment.channel),
                cause: id,
                customer: record.customer,
                session,
                ids: services.ids,
                now: now
            )
            try session.record(
                AuditEntry(
                    actor,
                    "payment.record",
                    id,
                    customer: record.customer,
                    after: [
                        "amount": .string(amount.description),
                        "method": .string(payment.channel.rawValue),
                        "reference": .string(payment.reference),
                    ]
                ),
                now: now
            )
            if excess.isPositive {
                try Credits.add(
                    excess,
                    to: record.customer,
                    from: .overpayment(id),
                    session,
                    services,
                    now: now
                )
            }
            return try session.payment(id).orThrow(Problem.notFound)
        }
    }

    /// Refuses a time of arrival that is a slip of the pen. The books take none: they are of today.
    static func check(_ day: Date, _ field: String, now: Date) throws {
        guard day <= now else {
            throw Problem.invalid(field, "out_of_range", "Must not be in the future.")
        }
        let earliest = now.addingTimeInterval(-Double(mostDaysAgo) * 86_400)
        guard day >= earliest else {
            throw Problem.invalid(
                field,
                "out_of_range",
                "Must be at most \(mostDaysAgo) days ago."
            )
        }
    }

    private static func check(
        _ payment: NewPayment,
        _ invoice: InvoiceRecord,
        _ session: Session
    ) throws {
        let isOfOrder = invoice.order != nil && invoice.status == .draft
        guard invoice.isPayable || isOfOrder && invoice.due.isPositive else {
            throw Problem.invoiceIsNotPayable
        }
        guard try !session.hasPaymentInAttention(for: invoice.id) else {
            throw Problem.paymentInAttention
        }
        guard try !session.isRecorded(payment.reference, payment.channel) else {
            throw Problem.referenceIsKnown
        }
        _ = try amount(payment.amount, of: invoice)
    }

    private static func amount(_ wanted: Money?, of invoice: InvoiceRecord) throws -> Money {
        let due = invoice.due
        guard let wanted else { return due }
        guard wanted.currency == due.currency else {
            throw Problem.invalid(
                "amount",
                "other_currency",
                "The invoice asks for \(due.currency.code)."
            )
        }
        guard wanted.isPositive else {
            throw Problem.invalid("amount", "out_of_range", "Must be more than 0.")
        }
        let most = due.currency.maximumCharge
        guard wanted.minorUnits <= most.minorUnits else {
            throw Problem.invalid("amount", "out_of_range", "Must be at most \(most.label).")
        }
        let rest = (due - wanted).minorUnits
        guard rest <= 0 || rest.isMultiple(of: due.currency.step) else {
            throw Problem.invalid(
                "amount",
                "not_whole",
                "What is left could not be charged: \(due.currency.code) has no parts."
            )
        }
        guard invoice.status == .open || wanted.minorUnits >= due.minorUnits else {
            throw Problem.invalid(
                "amount",
                "out_of_range",
                "This is paid whole: \(due.label)."
            )
        }
        return wanted
    }

    /// Takes the money for what it is for: an order is delivered, of an invoice less is due.
    private static func settle(
        _ payment: PaymentRecord,
        _ invoice: InvoiceRecord,
        _ order: OrderRecord?,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        if try session.paymentUnderWay(for: invoice.id) != nil {
            throw Problem.otherPaymentUnderWay
        }
        if invoice.status == .draft {
            guard let order, order.status == .pending else { throw Problem.invoiceIsNotPayable }
            try order.requireCurrency(session)
            try Settlements.finish(order, invoice.id, payment, session, services, now: now)
            return
        }
        let amount = payment.amount - payment.excess
        if amount == invoice.due {
            try Invoices.pay(invoice.id, amount, session, services, now: now)
        } else {
            try session.raisePaid(invoice.id, by: amount)
            try session.hurryDunning(of: invoice.id, now: now)
        }
    }

    /// Takes back a payment that was recorded by mistake. What it paid is owed again.
    ///
    /// - Throws: a ``Web/Problem`` when it was none of these, or something came of it that cannot
    ///   be taken back.
    package func reverse(
        _ id: ID<Payment>,
        because reason: String,
        actor: Actor
    ) async throws -> PaymentRecord {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let payment = try session.lockPayment(id).orThrow(Problem.notFound)
            guard payment.kind == .recorded, payment.status == .succeeded else {
                throw Problem.paymentNotReversible
            }
            guard payment.order == nil, payment.excess.isZero else {
                throw Problem.paymentWasUsed
            }
            guard try session.refundable(payment).remaining == payment.amount else {
                throw Problem.paymentWasRefunded
            }
            let invoice = try session.lockInvoice(payment.invoice).orThrow(Problem.notFound)
            guard invoice.status == .paid || invoice.status == .open else {
                throw Problem.paymentWasUsed
            }
            // A loss is booked once an invoice; one that was made good stays so.
            guard try session.posting("written_off", cause: invoice.id.uuid) == nil else {
                throw Problem.paymentWasUsed
            }
            try session.reverse(payment, now: now)
            try Ledger.post(
                .paymentReversed(.paymentCaptured(payment.amount, by: payment.channel)),
                cause: id,
                customer: payment.customer,
                session,
                ids: services.ids,
                now: now
            )
            try owe(invoice, session, services, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "payment.reverse",
                    id,
                    customer: payment.customer,
                    after: ["reason": .string(reason)]
                ),
                now: now
            )
            return try session.payment(id).orThrow(Problem.notFound)
        }
    }

    /// What happens to an invoice that is owed again: it is collected when it is due. When it has
    /// been due, its customer learns only now that it is not paid, so that the policy begins now.
    private func owe(
        _ paid: InvoiceRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let invoice = try session.invoice(paid.id).orThrow(Problem.notFound)
        guard paid.status == .paid, try !session.subscriptions(on: invoice.id).isEmpty else {
            return
        }
        let due = invoice.dueAt ?? now
        if due > now {
            try session.enqueue(
                .collecting(invoice.id, delaySeconds: due.timeIntervalSince(now)),
                ids: services.ids,
                now: now
            )
            return
        }
        try session.markPastDue(subscriptionsOn: invoice.id)
        try session.restartDunning(of: invoice, now: now)
    }
}

extension Problem {
    static let referenceIsKnown = Problem.conflict(
        "reference_known",
        "A payment with this reference was recorded already."
    )
    static let paymentNotReversible = Problem.conflict(
        "payment_not_reversible",
        "Only a payment that staff have recorded can be taken back."
    )
    static let paymentWasUsed = Problem.conflict(
        "payment_was_used",
        "Something was delivered for this payment, so it cannot be taken back."
    )
    static let paymentWasRefunded = Problem.conflict(
        "payment_was_refunded",
        "Money of this payment was given back, so it cannot be taken back any more."
    )
}
