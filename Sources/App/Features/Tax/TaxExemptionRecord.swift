package import Core
package import Foundation

/// A customer's freedom from taxes, as staff have granted it.
package struct TaxExemptionRecord: Sendable {
    package let id: ID<GrantedExemption>
    package let customer: ID<Customer>
    package let exemption: TaxExemption
    package let createdAt: Date

    package func hasEnded(at now: Date) -> Bool {
        exemption.validTo.map { $0 <= Instant(now) } ?? false
    }
}
