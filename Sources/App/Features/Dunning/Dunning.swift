import Core
import Foundation
import Postgres
import Support
import Web
import Wire

extension DunningPolicy {
    /// What happens to an unpaid service unless staff have said otherwise: a fortnight's grace, and
    /// two months until its end, of which a month is notice.
    static let usual: DunningPolicy = {
        do {
            return try DunningPolicy(
                retryDays: [1, 3, 5, 7],
                reminderDays: [3, 7, 13],
                suspensionDay: 14,
                termination: Termination(noticeDay: 30, day: 60)
            )
        } catch {
            preconditionFailure("the usual policy makes no sense: \(error)")
        }
    }()
}

/// Takes the steps about unpaid invoices, each when it is due and once.
struct Dunning: Sendable {
    static let suspendedReason = "An invoice is overdue."
    private static let batch = 200
    /// After how long a case is looked at again about which nothing is left to be done.
    private static let idleSeconds = 30 * 86_400.0

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that looks at every case that is due, one transaction each.
    func run() async throws -> JobOutcome {
        let now = services.clock.now
        let due = try await services.database.transaction(for: .system) {
            try $0.dunningsDue(by: now, most: Dunning.batch)
        }
        var failed = 0
        for invoice in due {
            do { try await step(invoice) } catch {
                failed += 1
                services.log.error(
                    "a step about an unpaid invoice could not be taken",
                    ["invoice": invoice.text, "error": String(reflecting: error)]
                )
            }
        }
        return failed == 0 ? .done : .dead(reason: "\(failed) steps could not be taken")
    }

    private func step(_ id: ID<Invoice>) async throws {
        let services = services
        let now = services.clock.now
        let isTaken = try await services.database.transaction(for: .system) {
            try Dunning.step(id, $0, services, now: now)
        }
        if isTaken { services.faults.reach(.dunningStepStored) }
    }

    /// Takes what is due about one invoice, and stores when to look again.
    ///
    /// - Returns: whether anything was due.
    @discardableResult
    static func step(
        _ id: ID<Invoice>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Bool {
        let invoice = try session.lockInvoice(id).orThrow(Problem.notFound)
        guard try session.lockDunning(of: id) else { return false }
        guard invoice.status == .open else {
            try session.closeDunning(of: id, now: now)
            return false
        }
        // Nobody is asked for what no card can be charged with, and so nobody is cut off for it.
        guard !invoice.due.isTooLittleForCards else {
            try Dunning.restore(after: id, session, services, now: now)
            return false
        }
        var isTaken = false
        while let next = try Dunning.next(invoice, session, now), next.at <= Instant(now) {
            let isNew = try session.storeDunningStep(next.action, of: invoice, now: now)
            guard isNew else { break }
            try Dunning.take(next.action, invoice, session, services, now: now)
            isTaken = true
            if case .retry = next.action {
                // What comes of it is learnt before anything else is done.
                try session.setNextDunning(of: id, at: now.addingTimeInterval(3_600))
                return true
            }
            if next.action == .terminate { return true }
        }
        // As long as the invoice is open its case is: the policy may change, an exemption end.
        let next = try Dunning.next(invoice, session, now)?.at.date
        try session.setNextDunning(
            of: id,
            at: next.map { max($0, now.addingTimeInterval(60)) }
                ?? now.addingTimeInterval(Dunning.idleSeconds)
        )
        return isTaken
    }

    private static func next(
        _ invoice: InvoiceRecord,
        _ session: Session,
        _ now: Date
    ) throws -> DunningTimeline.Step? {
        DunningTimeline(try session.dunningCase(of: invoice), at: Instant(now)).next
    }

    private static func take(
        _ action: DunningAction,
        _ invoice: InvoiceRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        switch action {
        case .retry:
            try session.enqueue(
                .collecting(invoice.id, delaySeconds: 0),
                ids: services.ids,
                now: now
            )
        case .remind, .askToConfirm, .askForCard, .giveNotice:
            try DunningMails.send(action, invoice, session, services, now: now)
        case .suspend:
            for subscription in try session.subscriptions(on: invoice.id) {
                try suspend(subscription, session, services, now: now)
            }
            try DunningMails.send(action, invoice, session, services, now: now)
        case .terminate:
            var day: RemovalDay?
            for subscription in try session.subscriptions(on: invoice.id)
            where subscription.status != .cancelled {
                try SubscriptionBilling.forfeit(subscription, session, services, now: now)
                let end = try AccountRemovals.atEnd(
                    of: subscription.id,
                    session,
                    services,
                    now: now
                )
                day = end.day ?? day
            }
            // What was given back of a bill made ahead may have paid a part of it, or all.
            let left = try session.lockInvoice(invoice.id).orThrow(Problem.notFound)
            if left.status == .open { try Invoices.writeOff(left, session, services, now: now) }
            try session.closeDunning(of: invoice.id, now: now)
            let ended = try session.invoice(invoice.id).orThrow(Problem.notFound)
            try DunningMails.send(
                action,
                ended,
                keptUntil: day,
                session,
                services,
                now: now
            )
        }
        try session.record(
            AuditEntry(
                .job(.runDunning),
                "invoice.dunning",
                invoice.id,
                customer: invoice.customer,
                after: ["step": .string(action.words)]
            ),
            now: now
        )
    }

    private static func suspend(
        _ subscription: SubscriptionRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        guard subscription.status == .pastDue || subscription.status == .active else { return }
        try session.setStatus(.suspended, of: subscription.id)
        if let license = try session.license(of: subscription.id) { try session.suspend(license) }
        guard let account = try session.account(of: subscription.id),
            let record = try session.hostingAccount(account), record.isToRun
        else { return }
        try HostingAccounts.wish(
            .suspended,
            suspendedReason,
            for: account,
            .job(.runDunning),
            session,
            services,
            now: now
        )
    }

    /// Lets everything go on that an unpaid invoice had stopped, in the transaction that pays it.
    static func restore(
        after invoice: ID<Invoice>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.closeDunning(of: invoice, now: now)
        for subscription in try session.subscriptions(on: invoice) {
            switch subscription.status {
            case .pastDue: try session.setStatus(.active, of: subscription.id)
            case .suspended:
                let isHeld = try session.isSuspendedByAnother(than: invoice, subscription.id)
                if !isHeld { try resume(subscription, session, services, now: now) }
            case .active, .trialing, .cancelled: break
            }
        }
    }

    /// What staff have stopped for a reason of their own stays so. The licence goes on whatever
    /// became of the account meanwhile: it was stopped for what is paid now.
    private static func resume(
        _ subscription: SubscriptionRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.setStatus(.active, of: subscription.id)
        let account = try session.account(of: subscription.id)
        let record = try account.flatMap { try session.hostingAccount($0) }
        let isDisputed = try record.map { try DisputeFreezing.holds($0, session) } ?? false
        if !isDisputed, let license = try session.license(of: subscription.id) {
            try session.letGoOn(license)
        }
        guard let account, let record, record.isStopped(for: suspendedReason) else { return }
        try HostingAccounts.wish(
            isDisputed ? .suspended : .active,
            isDisputed ? DisputeFreezing.reason : nil,
            for: account,
            .job(.runDunning),
            session,
            services,
            now: now
        )
    }
}

extension DunningAction {
    /// The step in a few words.
    var words: String {
        switch self {
        case .retry(let number): "card charged again, \(number)"
        case .remind(let number): "reminder \(number)"
        case .askToConfirm: "asked to confirm at the bank"
        case .askForCard: "asked for another card"
        case .suspend: "service suspended"
        case .giveNotice: "notice of termination"
        case .terminate: "service terminated"
        }
    }

    /// What is going to happen, to the customer.
    var announcement: String {
        switch self {
        case .retry: "We charge your card again"
        case .remind: "We remind you by mail"
        case .askToConfirm: "We ask you to confirm the payment"
        case .askForCard: "We ask you for another card"
        case .suspend: "Your service is suspended"
        case .giveNotice: "We give you notice"
        case .terminate: "Your service ends"
        }
    }
}
