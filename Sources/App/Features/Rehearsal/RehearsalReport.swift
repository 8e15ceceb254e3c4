package import Core
package import Foundation
import Support

/// Something that will happen.
package struct RehearsedEvent: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// An invoice is issued.
        case invoice
        /// A saved card is charged, and pays.
        case charge
        /// A saved card is charged, and is declined.
        case decline
        case mail
        /// A step about an unpaid invoice before its worst ones.
        case reminder
        case suspension
        /// The end of a service that was never paid.
        case termination
        /// The end of a subscription.
        case end
        /// Credit expires before anything was bought with it.
        case expiry
        /// The account of a subscription that has ended is removed.
        case removal
    }

    package let at: Date
    package let kind: Kind
    package let customer: ID<Customer>
    package let customerName: String
    package let amount: Money?
    package let detail: String

    /// The day in UTC: `2026-11-20`.
    package var day: String { String(at.rfc3339.prefix(10)) }
}

/// How much of each thing happens.
package struct RehearsedSums: Sendable, Equatable {
    package private(set) var counts: [RehearsedEvent.Kind: Int] = [:]
    private var amounts: [RehearsedEvent.Kind: [Currency: Money]] = [:]

    package func count(_ kind: RehearsedEvent.Kind) -> Int { counts[kind] ?? 0 }

    /// What it comes to, an amount a currency.
    package func amounts(_ kind: RehearsedEvent.Kind) -> [Money] {
        (amounts[kind] ?? [:]).values.sorted { $0.currency.code < $1.currency.code }
    }

    /// So many times as much of everything.
    func scaled(by ratio: Ratio) -> RehearsedSums {
        var scaled = self
        scaled.counts = counts.mapValues {
            Int(Double($0) * Double(ratio.numerator) / Double(ratio.denominator) + 0.5)
        }
        scaled.amounts = amounts.mapValues { $0.mapValues { $0.scaled(by: ratio) } }
        return scaled
    }

    mutating func add(_ event: RehearsedEvent) {
        counts[event.kind, default: 0] += 1
        guard let amount = event.amount else { return }
        let currency = amount.currency
        let sum = amounts[event.kind]?[currency] ?? .zero(currency)
        amounts[event.kind, default: [:]][currency] = sum + amount
    }
}

/// What will happen, by day and in all.
package struct RehearsalReport: Sendable {
    /// How many single events are kept; all of them are counted.
    package static let mostEvents = 500

    package let from: Date
    package let to: Date
    /// How many customers anything is to happen to.
    package let customersInAll: Int
    package private(set) var customersRehearsed = 0
    package private(set) var days: [String: RehearsedSums] = [:]
    package private(set) var sums = RehearsedSums()
    /// The earliest of what happens.
    package private(set) var events: [RehearsedEvent] = []
    /// Whom it could not be said of, and why.
    package private(set) var unrehearsed: [(customer: ID<Customer>, reason: String)] = []

    init(from: Date, to: Date, customersInAll: Int) {
        self.from = from
        self.to = to
        self.customersInAll = customersInAll
    }

    /// Whether these are some customers of more.
    package var isSample: Bool { customersRehearsed + unrehearsed.count < customersInAll }

    /// What it will come to in all, where these are a sample: so many times as much as there are
    /// customers beside those that were rehearsed.
    package var estimatedSums: RehearsedSums? {
        guard isSample, customersRehearsed > 0 else { return nil }
        return sums.scaled(by: Ratio(Int64(customersInAll), Int64(customersRehearsed)))
    }

    mutating func add(_ more: [RehearsedEvent]) {
        customersRehearsed += 1
        for event in more {
            days[event.day, default: RehearsedSums()].add(event)
            sums.add(event)
        }
        events = Array(
            (events + more).sorted { ($0.at, $0.detail) < ($1.at, $1.detail) }
                .prefix(RehearsalReport.mostEvents)
        )
    }

    mutating func addUnrehearsed(_ customer: ID<Customer>, _ reason: String) {
        unrehearsed.append((customer, reason))
    }

    /// What it takes for granted.
    package var assumptions: [String] {
        var all = [
            "Nobody buys, changes, cancels or pays by hand, and no rule, price or plan is changed.",
            "A saved card pays, unless its last charge was declined; then it is declined again.",
            "Panels, the card processor and the mail server answer.",
            "What jobs are still at work on, such as a new price whose customers are being told, "
                + "is as it is now.",
        ]
        if isSample {
            all.insert(
                "These are \(customersRehearsed) of \(customersInAll) customers, chosen without "
                    + "regard to who they are. What is estimated of all is their sums times "
                    + "\(customersInAll) over \(customersRehearsed).",
                at: 0
            )
        }
        return all
    }
}
