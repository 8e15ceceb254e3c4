package import Core
import Foundation

/// A second, smaller account of what a subscription owes, to hold the engine to.
///
/// Subscriptions of Core alone and those of the whole system are held to it.
///
/// It knows no lines and no credits: it keeps the slices of time that were used, each with its
/// price, cuts the last one when something changes, and counts months by Foundation's calendar.
package struct LifeModel: Sendable {
    package struct Terms: Sendable {
        package var plan: UInt8
        package var unit: Int64
        package var quantity: Int64
        package var cycle: BillingCycle

        package init(plan: UInt8, unit: Int64, quantity: Int64, cycle: BillingCycle) {
            self.plan = plan
            self.unit = unit
            self.quantity = quantity
            self.cycle = cycle
        }

        package var amount: Int64 { unit * quantity }
    }

    /// What somebody does with a subscription.
    package enum Action: Sendable {
        case start(Terms), restart(Terms)
        case change(Terms, ChangeTiming), withdrawChange
        /// At so many seconds from now.
        case reprice(Int64, from: Int64)
        case cancel(SubscriptionEvent.UnusedTime), cancelAtEnd, keep
    }

    package struct Slice: Sendable {
        package var from: Int64
        package var to: Int64
        package var amount: Int64
        package var period: Int64

        package var value: Double { Double(amount) * Double(to - from) / Double(period) }
    }

    package private(set) var slices: [Slice] = []
    package private(set) var isAlive = false
    package private(set) var isEnding = false
    package private(set) var terms = Terms(plan: 0, unit: 0, quantity: 0, cycle: .monthly)
    private var hasStarted = false
    private var next: Terms?
    private var notices: [(from: Int64, unit: Int64)] = []
    private var anchor: Int64 = 0
    private var months = 0
    package private(set) var end: Int64 = 0
    private var calendar: Calendar

    package init(zone: String) {
        calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
    }

    private func boundary(_ months: Int) -> Int64 {
        let start = Date(timeIntervalSince1970: TimeInterval(anchor))
        let date = calendar.date(byAdding: .month, value: months, to: start) ?? start
        return Int64(date.timeIntervalSince1970)
    }

    /// Opens the period that begins `months` after the anchor.
    private mutating func open(_ start: Int64) {
        end = boundary(months + terms.cycle.months)
        slices.append(Slice(from: start, to: end, amount: terms.amount, period: end - start))
    }

    package mutating func pass(to now: Int64) {
        while isAlive, end <= now {
            let start = end
            if isEnding {
                isAlive = false
                isEnding = false
                return
            }
            months += terms.cycle.months
            if let next { put(next) }
            // The latest day holds, and of one day the last word.
            let passed = notices.enumerated().filter { $0.element.from <= start }
            let latest = passed.max { ($0.element.from, $0.offset) < ($1.element.from, $1.offset) }
            if let latest { terms.unit = latest.element.unit }
            notices.removeAll { $0.from <= start }
            open(start)
        }
    }

    private mutating func put(_ new: Terms) {
        if new.plan != terms.plan || new.cycle != terms.cycle { notices = [] }
        terms = new
        next = nil
    }

    /// Whether the action was possible; if not, nothing changed.
    package mutating func act(_ action: Action, at now: Int64) -> Bool {
        pass(to: now)
        switch action {
        case .start(let new):
            guard !hasStarted else { return false }
            begin(new, now)
        case .restart(let new):
            guard hasStarted, !isAlive else { return false }
            begin(new, now)
        case .change(let new, let timing):
            guard isAlive, !isEnding else { return false }
            if timing == .atPeriodEnd { next = new } else { change(new, now) }
        case .withdrawChange:
            guard isAlive, next != nil else { return false }
            next = nil
        case .reprice(let unit, let from):
            guard isAlive, from >= 0 else { return false }
            notices.append((now + from, unit))
        case .cancel(let unused):
            guard isAlive else { return false }
            if unused == .credited { slices[slices.count - 1].to = now }
            isAlive = false
            isEnding = false
        case .cancelAtEnd:
            guard isAlive, !isEnding else { return false }
            isEnding = true
        case .keep:
            guard isAlive, isEnding else { return false }
            isEnding = false
        }
        return true
    }

    private mutating func begin(_ new: Terms, _ now: Int64) {
        (hasStarted, isAlive, isEnding) = (true, true, false)
        (next, notices) = (nil, [])
        (terms, anchor, months) = (new, now, 0)
        open(now)
    }

    private mutating func change(_ new: Terms, _ now: Int64) {
        let last = slices.count - 1
        slices[last].to = now
        let old = terms.cycle
        put(new)
        if new.cycle != old {
            (anchor, months) = (now, 0)
            open(now)
        } else {
            let period = slices[last].period
            slices.append(Slice(from: now, to: end, amount: terms.amount, period: period))
        }
    }
}
