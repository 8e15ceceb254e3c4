import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What staff do with coupons, and how customers take them.
struct Coupons: Sendable {
    let services: Services

    init(_ services: Services) { self.services = services }

    /// Makes a coupon. What it promises is never changed; another one has another code.
    ///
    /// - Throws: a conflict when the code is taken.
    func create(_ new: NewCoupon, by user: ID<User>, actor: Actor) async throws -> CouponRecord {
        let id = ID<Coupon>(services.ids.next())
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            for plan in new.terms.plans ?? [] where try !session.hasPlan(plan) {
                throw Problem.invalid("plan_ids", "unknown_plan", "There is no such plan.")
            }
            guard try session.store(new, as: id, by: user, now: now) else {
                throw Problem.couponCodeIsTaken
            }
            try session.record(
                AuditEntry(
                    actor,
                    "coupon.create",
                    id,
                    after: ["code": .string(new.code.text), "what": .string(new.terms.words)]
                ),
                now: now
            )
            return try session.coupon(id).orThrow(Problem.notFound)
        }
    }

    /// Ends a coupon: nobody can take it any more. Who has taken it keeps it.
    func end(_ id: ID<Coupon>, actor: Actor) async throws -> CouponRecord {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            if try session.endCoupon(id, now: now) {
                try session.record(AuditEntry(actor, "coupon.end", id), now: now)
            }
            return try session.coupon(id).orThrow(Problem.notFound)
        }
    }

    func show(_ id: ID<Coupon>) async throws -> CouponRecord {
        try await services.database.transaction(for: .system) {
            try $0.coupon(id).orThrow(Problem.notFound)
        }
    }

    /// The coupon with a code, when somebody could take it for a cart now.
    ///
    /// - Throws: a ``Web/Problem`` of the field `coupon_code` that says why not.
    static func check(
        _ code: CouponCode,
        for quote: Quote,
        by customer: ID<Customer>?,
        _ session: Session,
        now: Date
    ) throws -> CouponRecord {
        guard let coupon = try session.coupon(code), coupon.endedAt == nil else {
            throw Problem.unknownCoupon
        }
        let use = try session.use(of: coupon, coupon.used, for: quote, by: customer, now: now)
        if let refusal = coupon.terms.refusal(of: use) { throw Problem(refusal) }
        return coupon
    }

    /// Takes a coupon for an order that is being placed: one of its uses, by the statement that
    /// finds it. The coupon stays locked until the transaction ends, so that what a customer has
    /// taken of it is counted rightly; the customer is locked before, so that two coupons for first
    /// orders are not both taken.
    ///
    /// - Throws: as ``check(_:for:by:_:now:)``; the transaction gives the use back.
    static func take(
        _ code: CouponCode,
        for quote: Quote,
        by customer: ID<Customer>,
        _ session: Session,
        now: Date
    ) throws -> CouponRecord {
        guard let coupon = try session.takeCoupon(code) else {
            _ = try check(code, for: quote, by: customer, session, now: now)
            throw Problem(CouponRefusal.usedUp)
        }
        let use = try session.use(of: coupon, coupon.used - 1, for: quote, by: customer, now: now)
        if let refusal = coupon.terms.refusal(of: use) { throw Problem(refusal) }
        return coupon
    }

    /// Gives the use of an order back that was given up, once.
    static func release(of order: ID<Order>, _ session: Session, now: Date) throws {
        try session.releaseCoupon(of: order, now: now)
    }
}

extension Session {
    fileprivate func use(
        of coupon: CouponRecord,
        _ totalUses: Int,
        for quote: Quote,
        by customer: ID<Customer>?,
        now: Date
    ) throws -> CouponUse {
        CouponUse(
            at: Instant(now),
            currency: quote.currency,
            plans: quote.lines.map(\.plan.id),
            isFirstOrder: try customer.map { try !hasOrdered($0) } ?? true,
            totalUses: totalUses,
            customerUses: try customer.map { try uses(of: coupon.id, by: $0) } ?? 0
        )
    }
}

extension Problem {
    static let couponCodeIsTaken = Problem.conflict(
        "code_taken",
        "There is a coupon with this code already."
    )
    static let unknownCoupon = Problem.invalid(
        "coupon_code",
        "unknown_coupon",
        "This coupon is not known."
    )
    static let couponLeavesTooLittle = Problem.invalid(
        "coupon_code",
        "too_little_left",
        "With this coupon less is left to pay than a card can be charged. Please order without it."
    )

    /// Why a coupon cannot be taken, in words for whoever typed it.
    init(_ refusal: CouponRefusal) {
        let (code, message) =
            switch refusal {
            case .notYetValid(let from):
                ("not_yet_valid", "This coupon is valid from \(from.date.dayText) on.")
            case .expired: ("expired", "This coupon has expired.")
            case .usedUp: ("used_up", "This coupon has been used up.")
            case .usedByCustomer: ("already_used", "You have used this coupon already.")
            case .notFirstOrder: ("not_first_order", "This coupon is for a first order.")
            case .otherPlans: ("other_plans", "This coupon is for other plans than these.")
            case .otherCurrency: ("other_currency", "This coupon is for another currency.")
            }
        self = .invalid("coupon_code", code, message)
    }
}

extension CouponTerms {
    /// What it takes off, and for how long.
    var words: String { "\(reduction.words), \(duration.words)" }
}

extension CouponTerms.Reduction {
    /// `10 %`, `12.5 %`, or `5.00 USD`.
    var words: String {
        switch self {
        case .percent(let points):
            let (whole, part) = points.quotientAndRemainder(dividingBy: 100)
            guard part != 0 else { return "\(whole) %" }
            let digits = part < 10 ? "0\(part)" : "\(part)"
            return "\(whole).\(digits.hasSuffix("0") ? String(digits.dropLast()) : digits) %"
        case .fixed(let amounts):
            return amounts.currencies.compactMap { amounts[$0]?.label }.joined(separator: " / ")
        }
    }
}

extension CouponTerms.Duration {
    var words: String {
        switch self {
        case .once: "once"
        case .periods(let count): "for \(count) periods"
        case .forever: "for ever"
        }
    }
}
