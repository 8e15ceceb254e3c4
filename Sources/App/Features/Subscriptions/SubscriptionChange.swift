package import Core
import Postgres
import Support
import Web

/// What can be asked of a subscription.
package enum SubscriptionChange: Sendable, Equatable {
    /// Another plan, cycle or quantity; nil keeps what is. Without a timing, what costs more comes
    /// at once and what costs less at the period's end.
    case terms(plan: ID<Plan>?, cycle: BillingCycle?, quantity: Int64?, ChangeTiming?)
    case withdrawTerms
    case cancel(SubscriptionEvent.Cancellation)
    case withdrawCancellation
    case reactivate

    /// What the audit log calls it.
    var name: String {
        switch self {
        case .terms: "change"
        case .withdrawTerms: "withdraw_change"
        case .cancel: "cancel"
        case .withdrawCancellation: "withdraw_cancellation"
        case .reactivate: "reactivate"
        }
    }

    var words: String {
        switch self {
        case .terms(let plan, let cycle, let quantity, let timing):
            [
                plan?.text, cycle?.rawValue, quantity.map { "quantity \($0)" }, timing?.rawValue,
            ].compactMap { $0 }.joined(separator: ", ")
        case .cancel(.atPeriodEnd): "at the period's end"
        case .cancel(.atOnce): "at once"
        case .withdrawTerms, .withdrawCancellation, .reactivate: ""
        }
    }

    /// The event that the change is, for a subscription as it stands.
    func event(
        on record: SubscriptionRecord,
        _ state: SubscriptionState,
        _ session: Session,
        _ services: Services
    ) throws -> SubscriptionEvent.Kind {
        switch self {
        case .withdrawTerms: return .changeWithdrawn
        case .cancel(let cancellation): return .cancelled(cancellation)
        case .withdrawCancellation: return .cancellationWithdrawn
        case .reactivate:
            // What was undone has been paid back.
            guard try session.isDelivered(record.id) else { throw Problem.orderIsNotDelivered }
            guard let account = try session.account(of: record.id),
                let stored = try session.hostingAccount(account)
            else { throw Problem.accountIsRemoved }
            guard stored.wish?.goal != .terminated else { throw Problem.accountIsBeingRemoved }
            let isHeld = try DisputeFreezing.holds(stored, session)
            guard stored.isToRun || stored.isStoppedByItsEnd, !isHeld
            else { throw Problem.serviceIsHeld }
            // Whoever is cut off for want of payment does not come back around the bill.
            guard try !session.isOwing(record.id) else { throw Problem.payFirst }
            let terms = try SubscriptionChange.termsToComeBack(to: record, session)
            return .reactivated(terms, zone: try session.timeZone(of: record.customer))
        case .terms(let plan, let cycle, let quantity, let timing):
            guard let active = state.active else { throw Problem.subscriptionHasEnded }
            guard try !session.isOwing(record.id) else { throw Problem.payFirst }
            let terms = try SubscriptionChange.terms(
                replacing: active.terms,
                plan: plan ?? active.terms.plan,
                cycle: cycle ?? active.terms.cycle,
                quantity: quantity ?? active.terms.quantity,
                session
            )
            guard !terms.buysTheSame(as: active.nextTerms ?? active.terms) else {
                throw Problem.nothingChanges
            }
            return .changed(terms, timing ?? active.terms.usualTiming(of: terms))
        }
    }

    /// The terms that others are replaced by. As long as plan and cycle stay, so does the price
    /// that they were sold for, whatever the plan costs now, or if it is not sold any more.
    private static func terms(
        replacing sold: SubscriptionTerms,
        plan: ID<Plan>,
        cycle: BillingCycle,
        quantity: Int64,
        _ session: Session
    ) throws -> SubscriptionTerms {
        guard plan == sold.plan, cycle == sold.cycle else {
            return try terms(
                plan: plan,
                cycle: cycle,
                quantity: quantity,
                in: sold.currency,
                session
            )
        }
        do {
            return try sold.counted(quantity)
        } catch {
            throw Problem(HistoryProblem.terms(error))
        }
    }

    /// What a subscription costs that is taken up again: what its plan costs now or, where it is
    /// not sold any more, what it cost.
    private static func termsToComeBack(
        to record: SubscriptionRecord,
        _ session: Session
    ) throws -> SubscriptionTerms {
        let sold = try session.price(record.price)
        let plan = try session.plan(record.plan, currency: sold.currency)
        let price = plan.flatMap { $0.isActive ? $0.price(record.cycle) : nil }
        return try terms(
            plan: record.plan,
            price: price?.id ?? record.price,
            price?.amount ?? sold,
            cycle: record.cycle,
            quantity: record.quantity
        )
    }

    /// What a plan costs now.
    private static func terms(
        plan: ID<Plan>,
        cycle: BillingCycle,
        quantity: Int64,
        in currency: Currency,
        _ session: Session
    ) throws -> SubscriptionTerms {
        guard let record = try session.plan(plan, currency: currency),
            record.isActive, let price = record.price(cycle)
        else { throw Problem.invalid([FieldError("plan_id", "not_sold", "This is not sold now.")]) }
        return try terms(
            plan: plan,
            price: price.id,
            price.amount,
            cycle: cycle,
            quantity: quantity
        )
    }

    private static func terms(
        plan: ID<Plan>,
        price: ID<Price>,
        _ amount: Money,
        cycle: BillingCycle,
        quantity: Int64
    ) throws -> SubscriptionTerms {
        do {
            return try SubscriptionTerms(
                plan: plan,
                price: price,
                unitPrice: amount,
                quantity: quantity,
                cycle: cycle
            )
        } catch {
            throw Problem(HistoryProblem.terms(error))
        }
    }
}

extension SubscribedPlan {
    /// What makes it go on: from today when it has ended.
    var wayBack: SubscriptionChange {
        record.status == .cancelled ? .reactivate : .withdrawCancellation
    }
}

extension SubscriptionTerms {
    /// Whether nothing but the price could differ.
    fileprivate func buysTheSame(as other: SubscriptionTerms) -> Bool {
        plan == other.plan && cycle == other.cycle && quantity == other.quantity
    }
}

extension Problem {
    static let orderIsNotDelivered = Problem.conflict(
        "order_not_delivered",
        "The order of this subscription was not delivered. Please order again."
    )
    static let accountIsRemoved = Problem.conflict(
        "account_removed",
        "The hosting account of this subscription has been removed. Please order again."
    )
    static let accountIsBeingRemoved = Problem.conflict(
        "account_removed",
        "The hosting account of this subscription is being removed. Please order again."
    )
    static let serviceIsHeld = Problem.conflict(
        "service_held",
        "This service was stopped for another reason. Please write to us."
    )
    static let payFirst = Problem.conflict(
        "invoice_open",
        "Pay the open invoice of this subscription first."
    )
    static let nothingChanges = Problem.conflict(
        "nothing_changes",
        "The subscription is like this already."
    )
}
