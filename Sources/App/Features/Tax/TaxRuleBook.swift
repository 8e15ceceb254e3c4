package import Core
package import Foundation
import Postgres
import Support
package import Web
import Wire

/// What administrators can do with tax rules.
///
/// A rule is never edited, because invoices tell of it: it is ended, and another one begins.
package struct TaxRuleBook: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    package func show(_ id: ID<StoredTaxRule>) async throws -> TaxRuleRecord {
        try await services.database.transaction(for: .system) {
            try $0.taxRule(id).orThrow(Problem.notFound)
        }
    }

    /// Lets a rule begin.
    ///
    /// - Throws: a conflict when another one says something of the same thing at the same time.
    package func create(_ rule: TaxRule, actor: Actor) async throws -> TaxRuleRecord {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            try session.lockTaxRules()
            // What has ended says nothing of sales to come.
            guard try !session.taxRules(since: now).contains(where: { $0.overlaps(rule) })
            else { throw Problem.taxRuleOverlaps }
            let id = ID<StoredTaxRule>(services.ids.next())
            try session.store(rule, as: id, now: now)
            try session.record(
                AuditEntry(actor, "tax_rule.create", id, after: rule.auditText),
                now: now
            )
            return try session.taxRule(id).orThrow(Problem.notFound)
        }
    }

    /// Ends a rule, now or at a later moment; one that has not begun is taken away.
    ///
    /// - Throws: a ``Web/Problem`` when the rule has ended, or the moment is past.
    package func end(
        _ id: ID<StoredTaxRule>,
        at moment: Date? = nil,
        actor: Actor
    ) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try session.lockTaxRules()
            let record = try session.taxRule(id).orThrow(Problem.notFound)
            let end = moment ?? now
            guard record.standing(at: now) != .ended else { throw Problem.taxRuleHasEnded }
            guard end >= now else { throw Problem.taxRuleEndIsPast }
            if let last = record.rule.validTo, end.timeIntervalSince(last.date) > 0 {
                throw Problem.taxRuleEndsEarlier
            }
            let isWithdrawn = record.rule.validFrom.map { Instant(end) <= $0 } ?? false
            if isWithdrawn {
                try session.removeTaxRule(id)
            } else {
                try session.setEnd(of: id, to: Instant(end).date)
            }
            try session.record(
                AuditEntry(
                    actor,
                    isWithdrawn ? "tax_rule.withdraw" : "tax_rule.end",
                    id,
                    before: record.rule.auditText,
                    after: ["valid_to": .string(Instant(end).date.rfc3339)]
                ),
                now: now
            )
        }
    }
}

extension TaxRule {
    fileprivate var auditText: JSON {
        [
            "rule": .string(label), "compound": .bool(isCompound),
            "valid_from": validFrom.map { .string($0.date.rfc3339) } ?? .null,
            "valid_to": validTo.map { .string($0.date.rfc3339) } ?? .null,
        ]
    }
}

extension Problem {
    package static let taxRuleOverlaps = Problem.conflict(
        "tax_rule_overlaps",
        "Another rule says what this tax is for the same place and product at that time. End it "
            + "first."
    )
    package static let taxRuleHasEnded = Problem.conflict(
        "tax_rule_ended",
        "The rule has ended already."
    )
    static let taxRuleEndIsPast = Problem.invalid(
        "at",
        "in_the_past",
        "A rule cannot end in the past: what was sold under it stays as it was."
    )
    static let taxRuleEndsEarlier = Problem.invalid(
        "at",
        "too_late",
        "The rule ends earlier than that. Make another one that begins then."
    )
}
