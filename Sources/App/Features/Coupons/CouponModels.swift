import Core
import Foundation
import Support
import Web

extension CouponRecord.Status: APIEnum {}

/// For how many bills a coupon is.
enum CouponDuration: String, APIEnum {
    case once, periods, forever
}

/// A coupon that is to be made.
struct NewCouponBody: APIModel {
    let code: String
    let note: String?
    let percent: Int64?
    let amounts: [MoneyBody]?
    let duration: CouponDuration
    let periods: Int?
    let planIDs: [ID<Plan>]?
    let isFirstOrderOnly: Bool?
    let validFrom: Date?
    let validTo: Date?
    let totalLimit: Int?
    let customerLimit: Int?

    static let model = Model(
        "new_coupon",
        "A coupon takes off a part, or an amount in each currency.",
        NewCouponBody.init,
        Field("code", \.code, "Letters, digits, - and _; capitals do not matter.", .length(2...40)),
        Field("note", \.note, "What staff say of it.", .length(1...200), .singleLine),
        Field(
            "percent_basis_points",
            \.percent,
            "Hundredths of a per cent, or null for an amount.",
            .range(1...10_000)
        ),
        Field("amounts", \.amounts, "Off each bill, one a currency.", .count(1...20)),
        Field("duration", \.duration, "How many periods of a subscription it reduces."),
        Field("periods", \.periods, "How many, when it is for some.", .range(1...1_000)),
        Field("plan_ids", \.planIDs, "The plans it is for; null for all.", .count(1...100)),
        Field("first_order_only", \.isFirstOrderOnly, "Whether it is for a first order alone."),
        Field("valid_from", \.validFrom, "When it may first be taken."),
        Field("valid_to", \.validTo, "When it may not be taken any more."),
        Field("total_limit", \.totalLimit, "How often in all.", .range(1...1_000_000_000)),
        Field("customer_limit", \.customerLimit, "How often a customer.", .range(1...1_000_000)),
    )

    /// The coupon that this describes.
    ///
    /// - Throws: a problem of the field that makes no sense.
    func coupon() throws -> NewCoupon {
        guard let code = CouponCode(code) else {
            throw Problem.invalid("code", "bad_format", CouponForm.codeMessage)
        }
        guard (percent == nil) != (amounts == nil) else {
            let message = "Give a percentage, or amounts, and not both."
            throw Problem.invalid("percent_basis_points", "required", message)
        }
        let money = try (amounts ?? []).enumerated().map { index, amount in
            guard amount.amount > 0, let currency = Currency(amount.currency),
                amount.amount <= currency.maximumCharge.minorUnits
            else {
                throw Problem.invalid("amounts.\(index)", "bad_format", "Enter an amount.")
            }
            return Money(minorUnits: amount.amount, currency)
        }
        if duration == .periods, periods == nil {
            throw Problem.invalid("periods", "required", "Say for how many periods.")
        }
        return NewCoupon(
            code: code,
            note: note,
            terms: try CouponTerms(
                checking: percent.map { .percent(basisPoints: $0) },
                money,
                CouponTerms.Duration(duration, periods: periods),
                plans: planIDs.map { Set($0) },
                isForFirstOrderOnly: isFirstOrderOnly ?? false,
                validity: (validFrom, validTo),
                limits: (totalLimit, customerLimit)
            ),
            amounts: money
        )
    }
}

extension CouponTerms.Duration {
    init(_ duration: CouponDuration, periods: Int?) {
        switch duration {
        case .once: self = .once
        case .periods: self = .init(periods: periods ?? 1)
        case .forever: self = .forever
        }
    }
}

extension CouponTerms {
    /// The terms that staff have asked for, with a problem of the field that makes no sense.
    init(
        checking percent: Reduction?,
        _ amounts: [Money],
        _ duration: Duration,
        plans: Set<ID<Plan>>?,
        isForFirstOrderOnly: Bool,
        validity: (from: Date?, to: Date?),
        limits: (total: Int?, customer: Int?)
    ) throws {
        do {
            self = try CouponTerms(
                percent ?? .fixed(NativePrices(amounts)),
                duration,
                plans: plans,
                isForFirstOrderOnly: isForFirstOrderOnly,
                validFrom: validity.from.map { Instant($0) },
                validTo: validity.to.map { Instant($0) },
                totalLimit: limits.total,
                customerLimit: limits.customer
            )
        } catch is NativePrices.Refusal {
            throw Web.Problem.invalid(
                "amounts",
                "not_possible",
                "Enter each currency once, with an amount that it is charged in."
            )
        } catch {
            throw Web.Problem.invalid(
                "valid_to",
                "never_usable",
                "Nobody could ever use this coupon. It has to end after it begins."
            )
        }
    }
}

/// A coupon as the API shows it to staff.
struct CouponBody: APIModel {
    let id: ID<Coupon>
    let code: String
    let note: String?
    let status: CouponRecord.Status
    let percent: Int64?
    let amounts: [MoneyBody]
    let duration: CouponDuration
    let periods: Int?
    let planIDs: [ID<Plan>]?
    let isFirstOrderOnly: Bool
    let validFrom: Date?
    let validTo: Date?
    let totalLimit: Int?
    let customerLimit: Int?
    let used: Int
    let createdAt: Date
    let endedAt: Date?

    static let model = Model(
        "coupon",
        "What reduces bills for those who know its code.",
        CouponBody.init(
            id:
            code:
            note:
            status:
            percent:
            amounts:
            duration:
            periods:
            planIDs:
            isFirstOrderOnly:
            validFrom:
            validTo:
            totalLimit:
            customerLimit:
            used:
            createdAt:
            endedAt:
        ),
        Field("id", \.id, "Starts with cpn_."),
        Field("code", \.code, "In capital letters."),
        Field("note", \.note, "What staff say of it."),
        Field("status", \.status, "Where it stands."),
        Field("percent_basis_points", \.percent, "Hundredths of a per cent; null for an amount."),
        Field("amounts", \.amounts, "Off each bill; empty for a percentage."),
        Field("duration", \.duration, "How many periods of a subscription it reduces."),
        Field("periods", \.periods, "How many, when it is for some."),
        Field("plan_ids", \.planIDs, "The plans it is for; null for all."),
        Field("first_order_only", \.isFirstOrderOnly, "Whether it is for a first order alone."),
        Field("valid_from", \.validFrom, "When it may first be taken."),
        Field("valid_to", \.validTo, "When it may not be taken any more."),
        Field("total_limit", \.totalLimit, "How often in all; null for any number of times."),
        Field("customer_limit", \.customerLimit, "How often a customer."),
        Field("used", \.used, "How often it is taken now."),
        Field("created_at", \.createdAt, "When it was made."),
        Field("ended_at", \.endedAt, "When staff ended it."),
    )
}

extension CouponBody {
    init(_ coupon: CouponRecord, now: Date) {
        let terms = coupon.terms
        var percent: Int64?
        if case .percent(let points) = terms.reduction { percent = points }
        let (duration, periods): (CouponDuration, Int?) =
            switch terms.duration {
            case .once: (.once, nil)
            case .periods(let count): (.periods, count)
            case .forever: (.forever, nil)
            }
        self.init(
            id: coupon.id,
            code: coupon.code.text,
            note: coupon.note,
            status: coupon.status(at: now),
            percent: percent,
            amounts: coupon.amounts.map { MoneyBody($0) },
            duration: duration,
            periods: periods,
            planIDs: terms.plans?.sorted { $0.text < $1.text },
            isFirstOrderOnly: terms.isForFirstOrderOnly,
            validFrom: terms.validFrom?.date,
            validTo: terms.validTo?.date,
            totalLimit: terms.totalLimit,
            customerLimit: terms.customerLimit,
            used: coupon.used,
            createdAt: coupon.createdAt,
            endedAt: coupon.endedAt
        )
    }
}

/// Somebody who has taken a coupon, as the API shows it to staff.
struct CouponUseBody: APIModel {
    let id: ID<CouponTaking>
    let customerID: ID<Customer>
    let orderID: ID<Order>
    let discount: MoneyBody
    let takenAt: Date
    let releasedAt: Date?

    static let model = Model(
        "coupon_use",
        "An order that a coupon was taken for.",
        CouponUseBody.init(id:customerID:orderID:discount:takenAt:releasedAt:),
        Field("id", \.id, "Starts with cpt_."),
        Field("customer_id", \.customerID, "Who has taken it."),
        Field("order_id", \.orderID, "For which order."),
        Field("discount", \.discount, "What the order was reduced by."),
        Field("taken_at", \.takenAt, "When."),
        Field("released_at", \.releasedAt, "When the order was given up; null while it counts."),
    )
}

extension CouponUseBody {
    init(_ use: CouponUseRecord) {
        self.init(
            id: use.id,
            customerID: use.customer,
            orderID: use.order,
            discount: MoneyBody(use.discount),
            takenAt: use.takenAt,
            releasedAt: use.releasedAt
        )
    }
}
