import Core
import Lives
import Testing

@Suite struct LifeTests {
    @Test(arguments: UInt64(0)..<20)
    func `ten thousand lives owe what a smaller model says, once`(batch: UInt64) {
        for seed in batch * 500..<(batch + 1) * 500 {
            let life = Life(seed: seed)
            guard let problem = LifeTests.problem(of: life) else { continue }
            let smallest = life.shrunk { LifeTests.problem(of: $0) != nil }
            let reason = LifeTests.problem(of: smallest) ?? problem
            Issue.record("seed \(seed): \(reason)\n\(smallest.zone) \(smallest.start)")
            for step in smallest.steps { Issue.record("\(step)") }
            return
        }
    }

    @Test func `a life is shrunk to the steps that matter`() {
        let life = Life(seed: 42)
        let smallest = life.shrunk { life in
            life.steps.contains { if case .start = $0.action { true } else { false } }
        }
        #expect(life.steps.count > 1 && smallest.steps.count == 1)
    }

    /// What is wrong about the engine's account of a life; nil when all holds.
    private static func problem(of life: Life) -> String? {
        do { return try lived(life) } catch { return "threw \(error)" }
    }

    private static func lived(_ life: Life) throws -> String? {
        guard let zone = BillingZone(life.zone) else { return "no zone" }
        var history = SubscriptionHistory(Sample.subscription, [])
        var model = LifeModel(zone: life.zone)
        var invoiced: [BillingLine] = []
        var now = life.start
        for step in life.steps {
            now += step.after
            let instant = Instant(seconds: now)
            if let action = step.action {
                let isPossible = model.act(action, at: now)
                let event = try action.event(at: now, zone: zone)
                do {
                    history = try history.adding(event, at: instant)
                    if !isPossible { return "\(action) was taken" }
                } catch {
                    if isPossible { return "\(action) was refused: \(error)" }
                }
            }
            model.pass(to: now)
            if history.events.isEmpty { continue }
            let lines = try history.difference(
                at: instant,
                to: invoiced,
                billedAhead: RenewalLead(monthly: 0, yearly: 300_000)
            )
            invoiced += lines
            let again = try history.difference(
                at: instant,
                to: invoiced,
                billedAhead: RenewalLead(monthly: 0, yearly: 300_000)
            )
            guard again.isEmpty else { return "the bill is not settled by its own lines" }
        }
        guard !history.events.isEmpty else { return nil }
        return try disagreement(history, model, invoiced, at: Instant(seconds: now))
    }

    private static func disagreement(
        _ history: SubscriptionHistory,
        _ model: LifeModel,
        _ invoiced: [BillingLine],
        at now: Instant
    ) throws -> String? {
        // Without a lead, what was billed ahead is taken back, so that the model need not know it.
        let all = invoiced + (try history.difference(at: now, to: invoiced))
        let owed = try history.owed(at: now)
        let net = all.map(\.amount).sum(.usd)
        if net != owed.map(\.amount).sum(.usd) {
            return "invoiced \(net), and other lines are owed"
        }
        let revisions = Dictionary(grouping: all, by: \.identity).values.map { $0.map(\.revision) }
        if revisions.contains(where: { Set($0).count != $0.count }) {
            return "a line was invoiced twice"
        }
        if !all.allSatisfy({ $0.recomputedAmount == $0.amount }) { return "a line is not computed" }
        for settled in [now - 86_400 * 45, now - 86_400 * 400] {
            let recent = try history.owed(at: now, settledBefore: settled)
            if recent != owed.filter({ $0.identity.periodStart >= settled }) {
                return "other lines are owed when settled periods are left out"
            }
        }
        let expected = model.slices.map(\.value).reduce(0, +)
        if abs(Double(net.minorUnits) - expected) > 0.5 * Double(owed.count) + 0.01 {
            return "\(net) was billed, and the model says \(expected)"
        }
        switch try history.state(at: now) {
        case .ended: return model.isAlive ? "it ended, and the model goes on" : nil
        case .active(let active):
            if !model.isAlive { return "it goes on, and the model ended" }
            let isSame =
                active.period.to.seconds == model.end && active.isCancelling == model.isEnding
                && active.terms.amount.minorUnits == model.terms.amount
            return isSame ? nil : "its state is not the model's"
        }
    }
}
