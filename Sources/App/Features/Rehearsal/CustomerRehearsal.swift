import Core
import Foundation
import Postgres
import Support
import Web

/// The next days of one customer, lived through in a transaction that will be rolled back.
struct CustomerRehearsal: Sendable {
    private let customer: ID<Customer>
    private let start: Date
    private let end: Date
    private let services: Services

    init(_ customer: ID<Customer>, from start: Date, to end: Date, _ services: Services) {
        self.customer = customer
        self.start = start
        self.end = end
        self.services = services
    }

    /// What is due is in somebody else's hands, so nobody can say what comes of it.
    struct InOtherHands: Error {}

    /// Moves from one thing that is due to the next until nothing more is.
    func events(_ session: Session) throws -> [RehearsedEvent] {
        var now = start
        var last: Date?
        var repetitions = 0
        while let next = try nextMoment(session, now), next <= end {
            repetitions = next == last ? repetitions + 1 : 0
            guard repetitions < 5 else { throw InOtherHands() }
            last = next
            now = max(next, now.addingTimeInterval(1))
            try step(session, now)
        }
        return try session.rehearsedEvents(of: customer, after: start)
    }

    private func nextMoment(_ session: Session, _ now: Date) throws -> Date? {
        [
            try session.nextMoment(of: customer),
            try session.collections(of: customer).map(\.at).min(),
            try session.nextCardWarning(of: customer, now: now),
            try session.nextAccountRemoval(of: customer),
            try session.openPages(of: customer).map(\.parameters.expiresAt).min(),
            try session.expiredCredits(by: end, of: customer, most: 1).first?.at,
        ]
        .compactMap { $0 }.min()
    }

    private func step(_ session: Session, _ now: Date) throws {
        for (credit, _) in try session.expiredCredits(by: now, of: customer, most: 100) {
            let record = try session.credit(credit).orThrow(Problem.notFound)
            try Credits.end(record, .expiry, session, services, now: now)
        }
        for notice in CardWarnings.Notice.allCases {
            for card in try session.cardsToWarnOf(notice, of: customer, now: now, most: 100) {
                try CardWarnings.warn(of: card, notice, session, services, now: now)
            }
        }
        for page in try session.openPages(of: customer) where page.parameters.expiresAt <= now {
            try session.setStatus(.expired, of: page.id, intent: nil, now: now)
        }
        for collection in try session.collections(of: customer) where collection.at <= now {
            try session.endCollection(of: collection.invoice, now: now)
            try collect(collection.invoice, session, now)
        }
        if try session.hasSubscriptionsToBill(of: customer, by: now) {
            try Renewals.bill(customer, session, services, now: now)
        }
        for invoice in try session.dunningsDue(of: customer, by: now) {
            try Dunning.step(invoice, session, services, now: now)
        }
        try settleWishes(session, now)
        let retention = try session.accountRetention()
        for account in try session.accountsToRemove(retention, by: now, of: customer, most: 100) {
            try AccountRemovals.step(account, session, services, now: now)
        }
        try session.sendMails(to: customer, storedSince: start, now: now)
    }

    /// Panels are taken to do what is wished. What is to be removed stays, with its room: sales of
    /// others would have to wait for the row of its server.
    private func settleWishes(_ session: Session, _ now: Date) throws {
        for account in try session.pendingWishes(of: customer) {
            guard let wish = account.wish else { continue }
            try HostingAccounts.fulfilled(wish, of: account.id, session, now: now)
        }
    }

    /// What the job does that charges an invoice, with an outcome that is assumed.
    private func collect(_ id: ID<Invoice>, _ session: Session, _ now: Date) throws {
        try Credits.spend(on: id, session, services, now: now)
        guard let invoice = try session.invoice(id), invoice.status == .open,
            invoice.due.isPositive, !invoice.due.isTooLittleForCards
        else { return }
        // Staff have to place a payment of it first.
        guard try !session.hasPaymentInAttention(for: id) else { return }
        guard let card = try session.defaultPaymentMethod(of: customer) else {
            return try Collections.markUnpaid(
                invoice.id,
                because: nil,
                session,
                services,
                now: now
            )
        }
        if let underWay = try session.paymentUnderWay(for: id) {
            return try wait(for: underWay, invoice, session, now)
        }
        let payment = try store(invoice, card.gatewayID, session, now)
        if let code = try lastDecline(of: card.gatewayID, before: payment.id, session) {
            let words = "The card was declined before."
            try Collections.refuse(
                payment,
                code: code,
                words,
                session,
                services,
                now: now
            )
        } else {
            let report = PaymentReport(try paid(payment, session))
            try Settlements.apply(report, to: payment.id, session, services, now: now)
        }
    }

    /// The customer is paying by hand, which takes a day at most before the bill counts as unpaid.
    /// A page closes by itself, and the card is charged then; of money that is on its way nobody
    /// knows more.
    private func wait(
        for payment: PaymentRecord,
        _ invoice: InvoiceRecord,
        _ session: Session,
        _ now: Date
    ) throws {
        guard payment.kind != .savedCard else { return }
        let isLate = Collections.isPastGrace(invoice, now: now)
        if isLate {
            try Collections.markUnpaid(
                invoice.id,
                because: nil,
                session,
                services,
                now: now
            )
        }
        guard payment.status != .processing || !isLate else { return }
        try session.enqueue(
            .collecting(invoice.id, delaySeconds: Collections.pageSeconds),
            ids: services.ids,
            now: now
        )
    }

    private func store(
        _ invoice: InvoiceRecord,
        _ card: String,
        _ session: Session,
        _ now: Date
    ) throws -> PaymentRecord {
        let id = ID<Payment>(services.ids.next())
        let payable = Payable(invoice)
        let parameters = PaymentParameters(
            lines: payable.lines,
            successURL: "",
            cancelURL: "",
            expiresAt: now,
            savePaymentMethod: false,
            savedCard: card
        )
        try session.store(.savedCard, payment: id, for: payable, parameters: parameters, now: now)
        try session.markSent(id, now: now)
        return try session.payment(id).orThrow(Problem.notFound)
    }

    /// Why the last charge of a card failed; nil when it did not, or there was none.
    private func lastDecline(
        of card: String,
        before payment: ID<Payment>,
        _ session: Session
    ) throws -> String? {
        let charges = try session.payments(
            PaymentFilter(customer: customer),
            after: ["", payment.uuid.uuidString],
            most: 100
        ).filter { $0.kind == .savedCard && $0.parameters.savedCard == card }
        let last = charges.first { $0.status == .succeeded || $0.status == .failed }
        guard let last, last.status == .failed else { return nil }
        return String((last.failure ?? "").prefix { $0 != ":" })
    }

    /// What the processor would say of a charge that went through.
    private func paid(_ payment: PaymentRecord, _ session: Session) throws -> IntentState {
        IntentState(
            id: "rehearsal_\(payment.id.text)",
            status: .succeeded,
            amount: payment.amount.minorUnits,
            amountReceived: payment.amount.minorUnits,
            currency: payment.amount.currency.code.lowercased(),
            customer: try session.gatewayCustomer(of: customer) ?? "",
            clientSecret: nil,
            isLive: services.configuration.stripe.movesRealMoney,
            metadata: payment.metadata,
            failure: nil
        )
    }
}
