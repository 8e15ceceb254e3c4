import Core
import Foundation
import Postgres
import Support

extension SubscriptionBilling {
    /// Does to an account that has come to be what happened to its subscription meanwhile: it may
    /// have ended, be unpaid, or be of another plan.
    static func apply(
        _ subscription: SubscriptionRecord,
        to account: HostingAccountRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        if let reason = stopReason(of: subscription) {
            try HostingAccounts.wish(
                .suspended,
                reason,
                for: account.id,
                .job(.fulfilItem),
                session,
                services,
                now: now
            )
        }
        guard let item = try account.item.flatMap({ try session.item($0) }),
            item.plan != subscription.plan
        else { return }
        try PlanTelling.wish(for: account.id, session, services, now: now)
    }

    /// Why the account of a subscription does not run; nil when it does.
    static func stopReason(of subscription: SubscriptionRecord) -> String? {
        switch subscription.status {
        case .cancelled: endedReason
        case .suspended: Dunning.suspendedReason
        case .active, .pastDue, .trialing: nil
        }
    }
}
