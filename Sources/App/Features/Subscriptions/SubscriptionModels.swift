import Core
import Foundation
import Web

extension SubscriptionRecord.Status: APIEnum {}

/// When a change shall be made.
enum ChangeMoment: String, APIEnum {
    case now
    case periodEnd = "period_end"

    var timing: ChangeTiming { self == .now ? .atOnce : .atPeriodEnd }
}

/// A subscription as the API shows it.
struct SubscriptionBody: APIModel {
    let id: ID<Subscription>
    let customerID: ID<Customer>
    let status: SubscriptionRecord.Status
    let planID: ID<Plan>
    let planName: String
    let cycle: BillingCycle
    let quantity: Int64
    let unitPrice: MoneyBody
    let periodStart: Date
    let periodEnd: Date
    let isEnding: Bool
    let endsAt: Date?
    let next: NextTermsBody?
    let coupon: KeptCouponBody?
    let createdAt: Date
    let cancelledAt: Date?
    let accountRemovedAt: Date?

    static let model = Model(
        "subscription",
        "What a customer has subscribed to.",
        SubscriptionBody.init(
            id:
            customerID:
            status:
            planID:
            planName:
            cycle:
            quantity:
            unitPrice:
            periodStart:
            periodEnd:
            isEnding:
            endsAt:
            next:
            coupon:
            createdAt:
            cancelledAt:
            accountRemovedAt:
        ),
        Field("id", \.id, "Starts with sub_."),
        Field("customer_id", \.customerID, "Who pays."),
        Field("status", \.status, "Where it stands."),
        Field("plan_id", \.planID, "The plan."),
        Field("plan_name", \.planName, "What the plan is called."),
        Field("billing_cycle", \.cycle, "How often it is paid."),
        Field("quantity", \.quantity, "How many."),
        Field("unit_price", \.unitPrice, "For one and one period, without tax."),
        Field("current_period_start", \.periodStart, "Since when the present period runs."),
        Field("current_period_end", \.periodEnd, "When the next one begins."),
        Field("cancel_at_period_end", \.isEnding, "Whether it ends then."),
        Field("ends_at", \.endsAt, "When it ends or has ended; null while no end is set."),
        Field("next", \.next, "What it will be from the next period on; null for the same."),
        Field("coupon", \.coupon, "The coupon that reduces its bills; null for none."),
        Field("created_at", \.createdAt, "When it was bought."),
        Field("cancelled_at", \.cancelledAt, "When it ended."),
        Field(
            "account_removed_at",
            \.accountRemovedAt,
            "When the account of an ended one and everything in it are deleted, unless it is taken "
                + "up again; null where nothing deletes them by itself."
        ),
    )
}

struct KeptCouponBody: APIModel {
    let code: String
    let periodsLeft: Int?

    static let model = Model(
        "subscription_coupon",
        "The coupon that a subscription was bought with.",
        KeptCouponBody.init(code:periodsLeft:),
        Field("code", \.code, "Its code."),
        Field(
            "periods_left",
            \.periodsLeft,
            "How many periods that are not billed yet it reduces; null for all."
        ),
    )

    init(code: String, periodsLeft: Int?) {
        self.code = code
        self.periodsLeft = periodsLeft
    }

    init(_ coupon: KeptCoupon) {
        self.init(code: coupon.code.text, periodsLeft: coupon.periodsLeft)
    }
}

struct NextTermsBody: APIModel {
    let planID: ID<Plan>
    let planName: String
    let cycle: BillingCycle
    let quantity: Int64
    let unitPrice: MoneyBody

    static let model = Model(
        "next_terms",
        "What a subscription will be.",
        NextTermsBody.init,
        Field("plan_id", \.planID, "The plan."),
        Field("plan_name", \.planName, "What the plan is called."),
        Field("billing_cycle", \.cycle, "How often it is paid."),
        Field("quantity", \.quantity, "How many."),
        Field("unit_price", \.unitPrice, "For one and one period, without tax."),
    )
}

extension SubscriptionBody {
    init(_ subscribed: SubscribedPlan) {
        let record = subscribed.record
        let next = subscribed.next.map {
            NextTermsBody(
                planID: $0.plan,
                planName: subscribed.nextPlanName ?? "",
                cycle: $0.cycle,
                quantity: $0.quantity,
                unitPrice: MoneyBody($0.unitPrice)
            )
        }
        self.init(
            id: record.id,
            customerID: record.customer,
            status: record.status,
            planID: record.plan,
            planName: subscribed.planName,
            cycle: record.cycle,
            quantity: record.quantity,
            unitPrice: MoneyBody(subscribed.unitPrice),
            periodStart: record.periodStart,
            periodEnd: record.periodEnd,
            isEnding: record.status != .cancelled && record.endsAt != nil,
            endsAt: record.endsAt,
            next: next,
            coupon: subscribed.coupon.map { KeptCouponBody($0) },
            createdAt: record.createdAt,
            cancelledAt: record.cancelledAt,
            accountRemovedAt: subscribed.remains?.removal?.at
        )
    }
}

/// A change that is asked for.
struct SubscriptionChangeBody: APIModel {
    let planID: ID<Plan>?
    let cycle: BillingCycle?
    let quantity: Int64?
    let when: ChangeMoment?
    let terms: String?

    static let model = Model(
        "subscription_change",
        "What to change; what is left out stays.",
        SubscriptionChangeBody.init,
        Field("plan_id", \.planID, "Another plan."),
        Field("billing_cycle", \.cycle, "Another cycle."),
        Field("quantity", \.quantity, "How many.", .range(1...SubscriptionTerms.mostQuantity)),
        Field(
            "when",
            \.when,
            "Unless told, what costs more comes now, and what costs less at the period's end."
        ),
        Field(
            "terms",
            \.terms,
            "Those of a preview: with others nothing is changed. A preview does not look at it.",
            .length(1...100)
        ),
    )

    var change: SubscriptionChange {
        .terms(plan: planID, cycle: cycle, quantity: quantity, when?.timing)
    }
}

/// What whoever takes a subscription up again was shown.
struct ReactivationBody: APIModel {
    let terms: String?

    static let model = Model(
        "subscription_reactivation",
        "What was shown.",
        ReactivationBody.init,
        Field(
            "terms",
            \.terms,
            "Those of the preview: with others nothing is done.",
            .length(1...100)
        ),
    )
}

struct CancellationBody: APIModel {
    let atPeriodEnd: Bool?
    let unused: SubscriptionEvent.UnusedTime?

    static let model = Model(
        "subscription_cancellation",
        "When to end.",
        CancellationBody.init,
        Field(
            "at_period_end",
            \.atPeriodEnd,
            "True, the default, keeps what is paid for until its end; false ends it now."
        ),
        Field(
            "unused",
            \.unused,
            "What becomes of the time that is paid for, when it ends now; staff alone choose."
        ),
    )

    /// The cancellation, by what is set of unused time unless staff choose.
    ///
    /// - Throws: a problem of the field when somebody else chooses.
    func change(
        _ policy: SubscriptionEvent.UnusedTime,
        isStaff: Bool
    ) throws -> SubscriptionChange {
        if unused != nil, !isStaff {
            throw Problem.invalid("unused", "staff_only", "Our staff decide this.")
        }
        guard atPeriodEnd == false else { return .cancel(.atPeriodEnd) }
        return .cancel(.atOnce(unused: unused ?? policy))
    }
}

extension SubscriptionEvent.UnusedTime: APIEnum {}

/// A line that a change would make.
struct PreviewLineBody: APIModel {
    let description: String
    let explanation: String
    let amount: MoneyBody
    let from: Date
    let to: Date

    static let model = Model(
        "subscription_preview_line",
        "A line of the invoice that would result.",
        PreviewLineBody.init,
        Field("description", \.description, "What for."),
        Field("explanation", \.explanation, "How the amount is computed, in words."),
        Field("amount", \.amount, "Below zero for what is taken back."),
        Field("period_start", \.from, "From when."),
        Field("period_end", \.to, "Until when, that moment not included."),
    )

    init(description: String, explanation: String, amount: MoneyBody, from: Date, to: Date) {
        self.description = description
        self.explanation = explanation
        self.amount = amount
        self.from = from
        self.to = to
    }

    init(_ line: BilledLine) {
        self.init(
            description: line.description,
            explanation: line.explanation,
            amount: MoneyBody(line.amount),
            from: line.line.span.from.date,
            to: line.line.span.to.date
        )
    }
}
