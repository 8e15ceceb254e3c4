package import Core
package import Foundation

/// A tax rule as it is stored.
package struct TaxRuleRecord: Sendable {
    package let id: ID<StoredTaxRule>
    package let rule: TaxRule
    package let createdAt: Date

    /// Where the rule stands at an instant.
    package enum Standing: String, Sendable, CaseIterable {
        case upcoming, inForce = "in_force", ended
    }

    package func standing(at now: Date) -> Standing {
        let instant = Instant(now)
        if let end = rule.validTo, end <= instant { return .ended }
        if let start = rule.validFrom, start > instant { return .upcoming }
        return .inForce
    }

    /// Whether both would hold for the same things at some instant.
    func overlaps(_ other: TaxRule) -> Bool {
        guard rule.component == other.component, rule.place == other.place,
            rule.product == other.product
        else { return false }
        func begins(_ one: TaxRule, before other: TaxRule) -> Bool {
            guard let start = one.validFrom, let end = other.validTo else { return true }
            return start < end
        }
        return begins(rule, before: other) && begins(other, before: rule)
    }
}

extension TaxRule {
    /// `VAT 19 % in DE for hosting`.
    package var label: String {
        let place = [place.country, place.region].compactMap(\.self).joined(separator: "-")
        let product = product.map { " for \($0.rawValue)" } ?? ""
        return "\(component) \(rate.percentText) in \(place)\(product)"
    }
}
