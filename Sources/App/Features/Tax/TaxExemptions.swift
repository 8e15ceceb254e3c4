package import Core
import Foundation
import Postgres
import Support
package import Web
import Wire

/// What staff can do about the taxes of a customer.
package struct TaxExemptions: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Frees a customer from taxes of sales to come.
    package func grant(
        _ exemption: TaxExemption,
        to customer: ID<Customer>,
        actor: Actor
    ) async throws -> TaxExemptionRecord {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            _ = try session.customer(customer).orThrow(Problem.notFound)
            if let end = exemption.validTo, end <= Instant(now) { throw Problem.exemptionIsOver }
            let id = ID<GrantedExemption>(services.ids.next())
            try session.store(exemption, as: id, of: customer, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "tax_exemption.grant",
                    id,
                    customer: customer,
                    after: [
                        "reason": .string(exemption.reason),
                        "components": .string(exemption.componentText),
                    ]
                ),
                now: now
            )
            return try session.lockTaxExemption(id).orThrow(Problem.notFound)
        }
    }

    /// Ends an exemption now.
    ///
    /// - Throws: a conflict when it has ended.
    package func end(
        _ id: ID<GrantedExemption>,
        actor: Actor
    ) async throws -> TaxExemptionRecord {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let record = try session.lockTaxExemption(id).orThrow(Problem.notFound)
            guard !record.hasEnded(at: now) else { throw Problem.exemptionHasEnded }
            try session.setEnd(of: id, to: Instant(now).date)
            try session.record(
                AuditEntry(actor, "tax_exemption.end", id, customer: record.customer),
                now: now
            )
            return try session.lockTaxExemption(id).orThrow(Problem.notFound)
        }
    }
}

extension TaxExemption {
    /// Which taxes it frees from, for people.
    package var componentText: String {
        components?.sorted().joined(separator: ", ") ?? "all taxes"
    }
}

extension Problem {
    static let exemptionIsOver = Problem.invalid(
        "valid_to",
        "in_the_past",
        "An exemption that is over frees from nothing."
    )
    package static let exemptionHasEnded = Problem.conflict(
        "exemption_ended",
        "The exemption has ended already."
    )
}
