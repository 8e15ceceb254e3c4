import Core
import Foundation
import Postgres
import Support

/// What happens to what a disputed payment has paid for, when administrators want it stopped.
enum DisputeFreezing {
    static let reason = "A payment for it is disputed."

    /// Stops the services when a bank takes the money, and lets them go on when it is ours after
    /// all. What a lost dispute has stopped stays so: staff decide. An account that is still being
    /// set up is stopped once it is there.
    static func follow(
        _ standing: DisputeState.Standing,
        of dispute: ID<Dispute>,
        _ payment: PaymentRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        switch standing {
        case .open:
            guard try session.flag(DisputePolicy.setting) else { return }
            try session.markFreezing(dispute)
            for account in try session.accountsPaid(by: payment) {
                try stop(account, session, services, now: now)
            }
        case .won, .closed:
            // What another one stopped, open or lost, stays so.
            let others = try session.freezingDisputes(of: payment.customer)
                .compactMap { try session.payment($0) }
            let held = Set(try others.flatMap { try session.accountsPaid(by: $0) })
            for account in try session.accountsPaid(by: payment) where !held.contains(account) {
                try resume(account, session, services, now: now)
            }
        case .inquiry, .lost: break
        }
    }

    /// Whether a dispute keeps an account and its licence stopped.
    static func holds(_ account: HostingAccountRecord, _ session: Session) throws -> Bool {
        if account.isStopped(for: reason) { return true }
        return try session.freezingDisputes(of: account.customer)
            .compactMap { try session.payment($0) }
            .contains { try session.accountsPaid(by: $0).contains(account.id) }
    }

    /// Stops an account that has come to be while what paid for it is disputed.
    static func apply(
        to account: HostingAccountRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let payments = try session.freezingDisputes(of: account.customer)
            .compactMap { try session.payment($0) }
        guard
            try payments.contains(where: { try session.accountsPaid(by: $0).contains(account.id) })
        else { return }
        try stop(account.id, session, services, now: now)
    }

    private static func stop(
        _ id: ID<HostingAccount>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        // Whoever makes the account holds its row too, so that one of both sees the other.
        guard let account = try session.lockHostingAccount(id), account.status == .active,
            account.wish?.isPending != true
        else { return }
        if let license = try session.license(of: id) { try session.suspend(license) }
        try HostingAccounts.wish(
            .suspended,
            reason,
            for: id,
            .job(.applyWebhook),
            session,
            services,
            now: now
        )
    }

    /// What was stopped for another reason stays so; a licence goes on whatever became of its
    /// account meanwhile.
    private static func resume(
        _ id: ID<HostingAccount>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let subscription = try session.subscription(ofAccount: id)
        let other = subscription.flatMap(SubscriptionBilling.stopReason)
        if other == nil, let license = try session.license(of: id) {
            try session.letGoOn(license)
        }
        guard let account = try session.hostingAccount(id), account.isStopped(for: reason) else {
            return
        }
        // What is not paid or has ended stays stopped, for that reason now.
        try HostingAccounts.wish(
            other == nil ? .active : .suspended,
            other,
            for: id,
            .job(.applyWebhook),
            session,
            services,
            now: now
        )
    }
}
