import Core
import Foundation

/// What one customer does, made up from a seed: a deed at each stop of the clock.
struct AppLife: Sendable {
    enum Deed: Sendable {
        case change(plan: Int, cycle: BillingCycle, quantity: Int64, ChangeTiming)
        case cancel(SubscriptionEvent.UnusedTime), cancelAtEnd
        /// Withdraws a cancellation, or comes back after the end.
        case reactivate
        /// A part of the newest payment goes back, in cents.
        case refund(Int64)
        /// A part of the newest paid invoice is given back, in per cents.
        case creditNote(Int64, isRefunded: Bool)
        /// Staff give credit, in cents.
        case grant(Int64)
        /// What is left of paid credit goes back to the card.
        case payOut
        /// The card declines from now on, until the next stop.
        case loseCard
        case nothing

        /// Whether time that was billed may be taken back for it.
        var mayGiveTimeBack: Bool {
            switch self {
            case .change, .cancel, .cancelAtEnd: true
            default: false
            }
        }
    }

    let seed: UInt64
    let zone: String
    /// Whether tax is charged, of 19 per cent.
    let isTaxed: Bool
    /// Whether everything is a tenth cheaper until the subscription's end.
    let hasCoupon: Bool
    var deeds: [Deed]

    init(seed: UInt64, stops: Int) {
        var numbers = Dice(state: seed)
        self.seed = seed
        zone = ["UTC", "Europe/Berlin"][Int.random(in: 0...1, using: &numbers)]
        isTaxed = Bool.random(using: &numbers)
        hasCoupon = Int.random(in: 0...2, using: &numbers) == 0
        var deeds: [Deed] = []
        for _ in 0..<stops { deeds.append(AppLife.deed(&numbers)) }
        self.deeds = deeds
    }

    private static func deed(_ numbers: inout Dice) -> Deed {
        switch Int.random(in: 0...15, using: &numbers) {
        case 0...4:
            return .change(
                plan: .random(in: 0...2, using: &numbers),
                cycle: Int.random(in: 0...3, using: &numbers) == 0 ? .yearly : .monthly,
                quantity: .random(in: 1...3, using: &numbers),
                Bool.random(using: &numbers) ? .atOnce : .atPeriodEnd
            )
        case 5: return .cancel(Bool.random(using: &numbers) ? .credited : .forfeited)
        case 6: return .cancelAtEnd
        case 7, 8: return .reactivate
        case 9: return .refund(.random(in: 1...1_500, using: &numbers))
        case 10, 11:
            return .creditNote(
                .random(in: 1...60, using: &numbers),
                isRefunded: Bool.random(using: &numbers)
            )
        case 12: return .grant(.random(in: 1...4_000, using: &numbers))
        case 13: return .payOut
        case 14: return .loseCard
        default: return .nothing
        }
    }

    /// The life without what happens at one stop.
    func without(_ stop: Int) -> AppLife {
        var shorter = self
        shorter.deeds[stop] = .nothing
        return shorter
    }
}

/// When lives begin and how long they rest at each stop: the same for all that share a clock.
struct AppCalendar: Sendable {
    let start: Date
    let days: [Double]

    init(seed: UInt64, stops: Int) {
        var numbers = Dice(state: seed ^ 0x5eed)
        // At a time of day at which no clock is changed.
        let day = Int64.random(in: 20_800...21_500, using: &numbers)
        let second = Int64.random(in: 28_800...72_000, using: &numbers)
        start = Date(timeIntervalSince1970: Double(day * 86_400 + second))
        let rests: [ClosedRange<Int>] = [0...1, 1...12, 20...40, 28...31, 28...31]
        var days: [Double] = []
        for _ in 0..<stops {
            let range = rests[Int.random(in: 0..<rests.count, using: &numbers)]
            days.append(Double(Int.random(in: range, using: &numbers)))
        }
        self.days = days
    }
}

/// Numbers that a seed decides (splitmix64).
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
