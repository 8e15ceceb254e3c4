package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// The one way in which money becomes ours.
///
/// Webhook, return page, poller and staff all end here. The processor is asked first, outside any
/// transaction; then, under the payment's lock, its answer is compared with what was expected.
package struct Settlements: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Asks how a payment stands, stores that, and settles it when it is paid.
    ///
    /// - Throws: ``Core/RemoteFailure`` when the processor gives no answer; nothing has changed
    ///   then.
    @discardableResult
    package func check(_ id: ID<Payment>, isUnwanted: Bool = false) async throws -> PaymentRecord {
        let payment = try await load(id)
        guard payment.mayBringMoney else { return payment }
        let inquiry = PaymentInquiry(services)
        guard let finding = try await inquiry.ask(payment, isUnwanted: isUnwanted) else {
            return try await load(id)
        }
        services.faults.reach(.settlementAsked)
        let services = services
        let now = services.clock.now
        let settled = try await services.database.transaction(for: .system) { session in
            try Settlements.store(finding, of: payment, session, services, now: now)
            return try session.payment(id).orThrow(Problem.notFound)
        }
        services.faults.reach(.settlementStored)
        return settled
    }

    /// The same because somebody of the staff wants to know, which the audit log keeps.
    @discardableResult
    package func check(_ id: ID<Payment>, by actor: Actor) async throws -> PaymentRecord {
        let payment = try await load(id)
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try $0.record(
                AuditEntry(
                    actor,
                    "payment.check",
                    id,
                    customer: payment.customer,
                    before: ["status": .string(payment.status.rawValue)]
                ),
                now: now
            )
        }
        return try await check(id)
    }

    /// The same for the payment of an order that is under way, when there is one.
    func checkPayment(of order: ID<Order>) async throws {
        let payment = try await services.database.transaction(for: .system) {
            try $0.paymentUnderWay(for: order)
        }
        if let payment { try await check(payment.id) }
    }

    /// The same for the payment of an invoice.
    func checkPayment(of invoice: ID<Invoice>) async throws {
        let payment = try await services.database.transaction(for: .system) {
            try $0.paymentUnderWay(for: invoice)
        }
        if let payment { try await check(payment.id) }
    }

    /// Settles an order that costs nothing, or for which the customer's credit pays, and for which
    /// no payment is ever made.
    ///
    /// - Returns: whether that is so; false when money is needed.
    func settleWithoutPayment(_ id: ID<Order>) async throws -> Bool {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let order = try session.lockOrder(id).orThrow(Problem.notFound)
            guard order.status == .pending,
                try Credits.covers(order, session, now: now)
            else { return false }
            try order.requireCurrency(session)
            let invoice = try session.invoice(ofOrder: id).orThrow(Problem.notFound)
            try Settlements.finish(order, invoice.id, nil, session, services, now: now)
            return true
        }
    }

    /// Issues the invoice of an order, marks both paid and begins the delivery. What the payment
    /// does not bring, credit pays.
    static func finish(
        _ order: OrderRecord,
        _ invoice: ID<Invoice>,
        _ payment: PaymentRecord?,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try Invoices.issue(invoice, session, services, now: now)
        if let payment {
            try Credits.spendHeld(for: payment.id, on: invoice, session, services, now: now)
        } else {
            try Credits.spend(on: invoice, session, services, now: now)
        }
        let brought = payment.map { $0.amount - $0.excess } ?? .zero(order.total.currency)
        try session.markInvoicePaid(invoice, amount: brought, now: now)
        try session.markOrderPaid(order.id, now: now)
        try OrderDelivery.begin(order.id, session, services, now: now)
    }

    /// The job that settles one payment. The processor closes its own pages in time; a payment that
    /// another page began and never ended is closed here, so that the bill can be paid otherwise.
    func settle(_ job: LeasedJob) async throws -> JobOutcome {
        let payment = try await check(try job.id("payment"))
        let age = services.clock.now.timeIntervalSince(payment.createdAt)
        if payment.kind == .intent, payment.status == .open, age > Checkouts.openSeconds {
            try await Checkouts(services).abandon(payment)
        }
        return .done
    }

    /// Asks after payments whose webhooks may be lost.
    func poll() async throws -> JobOutcome {
        let now = services.clock.now
        let ids = services.ids
        try await services.database.transaction(for: .system) { session in
            let forgotten = try session.paymentsToAskAfter(
                uncheckedSince: now.addingTimeInterval(-services.configuration.paymentPollSeconds),
                most: 200
            )
            for id in forgotten {
                // One that cannot be asked after must not keep the others waiting.
                try session.markAskedAfter(id, now: now)
                try session.enqueue(.settling(id), ids: ids, now: now)
            }
        }
        return .done
    }

    private func load(_ id: ID<Payment>) async throws -> PaymentRecord {
        try await services.database.transaction(for: .system) {
            try $0.payment(id).orThrow(Problem.notFound)
        }
    }

    private static func store(
        _ finding: PaymentInquiry.Finding,
        of payment: PaymentRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        switch finding {
        case .report(let report):
            try apply(report, to: payment.id, session, services, now: now)
        case .declined(let code, let message):
            try Collections.refuse(
                payment,
                code: code,
                message,
                session,
                services,
                now: now
            )
        case .neverArrived:
            try giveUp(payment, retryingIn: 0, session, services, now: now)
        case .forestalled:
            // Whoever closes it has time for what they want instead.
            try giveUp(payment, isKeyTaken: true, retryingIn: 60, session, services, now: now)
        }
    }

    /// Ends a payment that never reached the processor, unless it was sent since that was learnt. A
    /// charge of ours is begun anew: nobody declined it.
    private static func giveUp(
        _ payment: PaymentRecord,
        isKeyTaken: Bool = false,
        retryingIn seconds: Double,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let current = try session.lockPayment(payment.id), current.status.isUnderWay,
            current.intentID == nil,
            current.chargeSentAt == payment.chargeSentAt
                || isKeyTaken && payment.chargeSentAt != nil
        else { return }
        guard payment.kind == .savedCard else {
            return try session.setStatus(
                .failed,
                of: payment.id,
                intent: nil,
                failure: "The payment page was never opened.",
                now: now
            )
        }
        try session.setStatus(
            .cancelled,
            of: payment.id,
            intent: nil,
            failure: "The processor never heard of this charge.",
            now: now
        )
        try session.enqueue(
            .collecting(payment.invoice, delaySeconds: seconds),
            ids: services.ids,
            now: now
        )
    }

    /// Stores what the processor said, under the payment's lock.
    static func apply(
        _ report: PaymentReport,
        to id: ID<Payment>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard let payment = try session.lockPayment(id), payment.mayBringMoney else { return }
        // One that has ended stays as it ended, unless its money came all the same.
        let isMoney =
            report.progress == .paid
            && report.isLive == services.configuration.stripe.movesRealMoney
        guard payment.status.isUnderWay || isMoney else { return }
        let expected = ExpectedPayment(
            payment: id,
            total: payment.amount,
            gatewayCustomer: try session.gatewayCustomer(of: payment.customer) ?? "",
            isLive: services.configuration.stripe.movesRealMoney
        )
        switch SettlementDecision(expected, report) {
        case .keepWaiting:
            try session.markAskedAfter(id, now: now)
        case .markProcessing:
            try session.setStatus(.processing, of: id, intent: report.intent, now: now)
        case .markFailed(let reason):
            try session.setStatus(
                .failed,
                of: id,
                intent: report.intent,
                failure: reason,
                now: now
            )
            if payment.kind == .savedCard {
                try Collections.markUnpaid(
                    payment.invoice,
                    because: reason,
                    session,
                    services,
                    now: now
                )
            }
        case .markExpired:
            try session.setStatus(.expired, of: id, intent: report.intent, now: now)
        case .needsAttention(let reason):
            try park(payment, report, because: reason, session, services, now: now)
        case .settle:
            try settle(payment, report, session, services, now: now)
        }
    }

    private static func settle(
        _ payment: PaymentRecord,
        _ report: PaymentReport,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let order = try payment.order.flatMap { try session.lockOrder($0) }
        if let reason = try reasonNotToTake(payment, order, session) {
            return try park(payment, report, because: reason, session, services, now: now)
        }
        try session.setStatus(.succeeded, of: payment.id, intent: report.intent, now: now)
        if let order, order.status == .pending {
            try finish(order, payment.invoice, payment, session, services, now: now)
        } else {
            try Invoices.pay(payment.invoice, payment.amount, session, services, now: now)
        }
        try session.enqueue(
            .learningCards(of: payment.customer, after: payment.id),
            ids: services.ids,
            now: now
        )
        try session.enqueue(.learningFee(of: payment.id), ids: services.ids, now: now)
        try Ledger.post(
            .paymentCaptured(payment.amount),
            cause: payment.id,
            customer: payment.customer,
            session,
            ids: services.ids,
            now: now
        )
        try session.record(
            AuditEntry(
                Actor(.gateway, label: "stripe"),
                "payment.settle",
                payment.id,
                customer: payment.customer,
                after: ["amount": .string(payment.amount.description)]
            ),
            now: now
        )
    }

    /// Why money that is right in itself has nothing to pay any more; nil when it has.
    private static func reasonNotToTake(
        _ payment: PaymentRecord,
        _ order: OrderRecord?,
        _ session: Session
    ) throws -> String? {
        if let order {
            switch order.status {
            case .pending:
                let currency = payment.amount.currency
                if let fixed = try session.otherFixedCurrency(of: order.customer, than: currency) {
                    return "The customer has bought in \(fixed.code) before it arrived."
                }
                return try Credits.reasonNotToSpend(for: payment, order, session)
            case .cancelled: return "The order was cancelled before its payment arrived."
            default: return "The order was paid already."
            }
        }
        let invoice = try session.lockInvoice(payment.invoice).orThrow(Problem.notFound)
        if invoice.status == .paid { return "The invoice was paid already." }
        if invoice.isPayable {
            return invoice.due == payment.amount
                ? nil : "\(invoice.due.label) was due when \(payment.amount.label) arrived."
        }
        return "The invoice was \(invoice.status.rawValue) when its payment arrived."
    }

    /// Money that does not fit is shown to staff and never counts as paid. What the processor holds
    /// of it stands in the books until somebody has placed it or given it back.
    private static func park(
        _ payment: PaymentRecord,
        _ report: PaymentReport,
        because reason: String,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        // Money of the other mode is none, or none of this system's.
        if let received = report.received,
            report.isLive == services.configuration.stripe.movesRealMoney
        {
            try Ledger.post(
                .unplacedPayment(received),
                cause: payment.id,
                customer: payment.customer,
                session,
                ids: services.ids,
                now: now
            )
            try session.enqueue(.learningFee(of: payment.id), ids: services.ids, now: now)
        }
        try session.setStatus(
            .attention,
            of: payment.id,
            intent: report.intent,
            failure: reason,
            now: now
        )
        try session.record(
            AuditEntry(
                Actor(.gateway, label: "stripe"),
                "payment.park",
                payment.id,
                customer: payment.customer,
                after: ["reason": .string(reason)]
            ),
            now: now
        )
    }
}

extension NewJob {
    /// Asks after one payment, once at a time.
    static func settling(_ payment: ID<Payment>) -> NewJob {
        NewJob(
            .settlePayment,
            payload: ["payment": .string(payment.text)],
            dedupKey: payment.text
        )
    }
}
