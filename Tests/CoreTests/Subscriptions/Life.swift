import Core
import Lives

/// A subscription's life, made up from a seed.
struct Life {
    typealias Action = LifeModel.Action

    struct Step {
        /// Seconds after the step before.
        let after: Int64
        /// Nil when only the bill is made.
        let action: Action?
    }

    let zone: String
    let start: Int64
    var steps: [Step]

    init(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        zone = seed.isMultiple(of: 2) ? "UTC" : "Europe/Berlin"
        // A time of day at which no clock is changed.
        let day = Int64.random(in: 19_800...23_000, using: &numbers)
        start = day * 86_400 + Int64.random(in: 21_600...79_200, using: &numbers)
        let first = Step(after: 0, action: .start(Life.terms(&numbers)))
        steps = [first]
        for _ in 0..<Int.random(in: 2...14, using: &numbers) { steps.append(Life.step(&numbers)) }
    }

    private static func terms(_ numbers: inout SeededNumbers) -> LifeModel.Terms {
        LifeModel.Terms(
            plan: .random(in: 1...3, using: &numbers),
            unit: .random(in: 0...20_000, using: &numbers),
            quantity: .random(in: 1...4, using: &numbers),
            cycle: Int.random(in: 0...3, using: &numbers) == 0 ? .yearly : .monthly
        )
    }

    private static func step(_ numbers: inout SeededNumbers) -> Step {
        // Whole days keep the time of day free of clock changes for new anchors.
        let spread: [Int64] = [0, 1, 10, 40, 200]
        let days = Int64.random(
            in: 0...(spread.randomElement(using: &numbers) ?? 0),
            using: &numbers
        )
        let after = days * 86_400 + Int64.random(in: 0...3_600, using: &numbers)
        return Step(after: after, action: action(&numbers))
    }

    private static func action(_ numbers: inout SeededNumbers) -> Action? {
        switch Int.random(in: 0...14, using: &numbers) {
        case 0: .start(terms(&numbers))
        case 1, 2: .restart(terms(&numbers))
        case 3, 4, 5: .change(terms(&numbers), .atOnce)
        case 6, 7: .change(terms(&numbers), .atPeriodEnd)
        case 8: .withdrawChange
        case 9:
            .reprice(
                .random(in: 0...30_000, using: &numbers),
                from: .random(in: -86_400...5_000_000, using: &numbers)
            )
        case 10: .cancel(Bool.random(using: &numbers) ? .credited : .forfeited)
        case 11: .cancelAtEnd
        case 12: .keep
        default: nil
        }
    }

    /// The shortest life that still fails, found by leaving out one step after the other.
    func shrunk(while fails: (Life) -> Bool) -> Life {
        var smallest = self
        var index = smallest.steps.count - 1
        while index >= 0 {
            var shorter = smallest
            shorter.steps.remove(at: index)
            if fails(shorter) { smallest = shorter }
            index -= 1
        }
        return smallest
    }
}

extension LifeModel.Action {
    /// The event that the action is for the engine.
    func event(at now: Int64, zone: BillingZone) throws -> SubscriptionEvent.Kind {
        func made(_ terms: LifeModel.Terms) throws -> SubscriptionTerms {
            try Sample.terms(terms.plan, terms.unit, terms.cycle, quantity: terms.quantity)
        }
        switch self {
        case .start(let terms): return .started(try made(terms), zone: zone)
        case .restart(let terms): return .reactivated(try made(terms), zone: zone)
        case .change(let terms, let timing): return .changed(try made(terms), timing)
        case .withdrawChange: return .changeWithdrawn
        case .reprice(let unit, let from):
            return .repriced(
                unitPrice: Money(minorUnits: unit, .usd),
                price: Sample.price(9),
                from: Instant(seconds: now + from)
            )
        case .cancel(let unused): return .cancelled(.atOnce(unused: unused))
        case .cancelAtEnd: return .cancelled(.atPeriodEnd)
        case .keep: return .cancellationWithdrawn
        }
    }
}
