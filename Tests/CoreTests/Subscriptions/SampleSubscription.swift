import Core
import Foundation

/// Terms and moments that the tests of subscriptions are written with.
enum Sample {
    static let subscription = ID<Subscription>(
        UUID(uuid: (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))
    )

    static func plan(_ number: UInt8) -> ID<Plan> {
        ID(UUID(uuid: (2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number)))
    }

    static func price(_ number: UInt8) -> ID<Price> {
        ID(UUID(uuid: (3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number)))
    }

    /// A plan whose number also names its price.
    static func terms(
        _ number: UInt8,
        _ minorUnits: Int64,
        _ cycle: BillingCycle = .monthly,
        quantity: Int64 = 1,
        currency: Currency = .usd
    ) throws -> SubscriptionTerms {
        try SubscriptionTerms(
            plan: plan(number),
            price: price(number),
            unitPrice: Money(minorUnits: minorUnits, currency),
            quantity: quantity,
            cycle: cycle
        )
    }

    static func instant(_ text: String) throws -> Instant {
        Instant(try Date(text, strategy: .iso8601))
    }

    /// A history from kinds of events and the times they happen at.
    static func history(
        _ events: [(String, SubscriptionEvent.Kind)]
    ) throws -> SubscriptionHistory {
        try events.reduce(SubscriptionHistory(subscription, [])) { history, event in
            try history.adding(event.1, at: try instant(event.0))
        }
    }
}

extension BillingLine {
    /// The line as it is read once its bill was cancelled.
    var waived: BillingLine {
        BillingLine(
            identity: identity,
            revision: revision,
            isReversal: isReversal,
            span: span,
            period: period,
            terms: terms,
            rounding: rounding,
            due: due,
            reduces: reduces,
            amount: amount,
            isWaived: true
        )
    }

    /// The line in short: what, from, to, amount.
    var brief: String {
        let kind = isReversal ? "-\(identity.kind.rawValue)" : identity.kind.rawValue
        func text(_ instant: Instant) -> String {
            let text = instant.date.formatted(.iso8601)
            return text.hasSuffix("T00:00:00Z") ? String(text.prefix(10)) : String(text.prefix(16))
        }
        return "\(kind) \(text(span.from)) \(text(span.to)) \(amount.minorUnits)"
    }
}
