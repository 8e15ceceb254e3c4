/// The generic cell rate algorithm: one number a key, the moment at which its debt is paid off.
///
/// Each turn costs an equal share of the period; a turn is refused when the debt would exceed the
/// period. Times are seconds of any clock that does not go back.
struct CellRate {
    /// Covers the rounding of floating-point times; far below any share of a period.
    private static let slack = 1e-6

    let limit: RateLimit

    /// Decides about one turn, and moves the moment when it is allowed.
    func take(now: Double, debtPaidAt: inout Double) -> RateDecision {
        let share = limit.perSeconds / Double(limit.limit)
        let before = min(max(debtPaidAt, now), now + limit.perSeconds)
        let after = before + share
        let wait = after - limit.perSeconds - now
        guard wait <= CellRate.slack else { return refusal(wait: wait, debt: before - now) }
        debtPaidAt = after
        return allowance(debt: after - now)
    }

    func allowance(debt: Double) -> RateDecision {
        let share = limit.perSeconds / Double(limit.limit)
        let free = (limit.perSeconds - debt + CellRate.slack) / share
        return RateDecision(
            allowed: true,
            limit: limit.limit,
            remaining: max(0, Int(free)),
            retryAfterSeconds: 0,
            resetSeconds: CellRate.wholeSeconds(debt)
        )
    }

    func refusal(wait: Double, debt: Double) -> RateDecision {
        RateDecision(
            allowed: false,
            limit: limit.limit,
            remaining: 0,
            retryAfterSeconds: max(1, CellRate.wholeSeconds(wait)),
            resetSeconds: max(1, CellRate.wholeSeconds(debt))
        )
    }

    private static func wholeSeconds(_ seconds: Double) -> Int {
        Int((seconds - slack).rounded(.up))
    }
}
