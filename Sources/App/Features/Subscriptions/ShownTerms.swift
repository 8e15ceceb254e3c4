import Core
import Cryptography
import Foundation
import Support
import Web

// What a preview has shown and a change is held to. It is everything that the price is computed
// from except the moment: what is left of a period costs less with each second, and nobody is
// refused because they read for a while.
extension ChangePreview {
    /// A digest of plan, price, quantity, cycle, currency, period, coupon and taxes.
    package var terms: String {
        let parts = standing + made.lines.map(\.shown)
        let digest = SHA256.hash(Array(parts.joined(separator: "\n").utf8))
        return String(Hex.encode(digest).prefix(32))
    }

    /// How the subscription would stand. A period that begins with the change ends whenever it was
    /// made; one that goes on ends when it was going to.
    private var standing: [String] {
        guard let active = state.active else { return ["ended"] }
        let end = active.period.to.date == periodEnd ? "\(active.period.to.seconds)" : "new"
        return [active.terms.shown, active.nextTerms?.shown ?? "", end]
    }

    /// What is to be paid now, and for each period from then on.
    var figures: String {
        let now = waitsForNext ? "" : "\(total.label) now, "
        guard let terms = state.active.map({ $0.nextTerms ?? $0.terms }) else {
            return "\(total.label) now"
        }
        return "\(now)\(terms.amount.label) \(terms.cycle.rawValue)"
    }
}

extension BilledLine {
    fileprivate var shown: String {
        let taxes = (amounts?.taxes ?? []).map { "\($0.component) \($0.rate) \($0.isCompound)" }
        // A whole period costs the same whenever it begins.
        let isWhole = line.identity.kind == .period && !line.isReversal
        let discount = amounts.map { isWhole ? "\($0.discount)" : "\($0.discount.isZero)" } ?? ""
        let kind = "\(line.identity.kind.rawValue) \(line.isReversal)"
        let left = reduced.map { "\($0.remaining)" } ?? ""
        let isInclusive = "\(amounts?.isTaxInclusive ?? false)"
        return ([kind, line.terms.shown, discount, left, isInclusive] + taxes)
            .joined(separator: "|")
    }
}

extension SubscriptionTerms {
    fileprivate var shown: String {
        "\(plan.text) \(unitPrice) \(quantity) \(cycle.rawValue)"
    }
}

extension Problem {
    /// The price is not the one that was shown; with what it is now.
    static func priceChanged(_ figures: String) -> Problem {
        .conflict(
            "price_changed",
            "This costs something else now than was shown: \(figures). Nothing was changed; please "
                + "look at it again."
        )
    }
}
