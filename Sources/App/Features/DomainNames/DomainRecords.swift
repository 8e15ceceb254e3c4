package import Core
package import Foundation

/// A customer's domain name as it is stored.
package struct DomainNameRecord: Sendable {
    package enum Kind: String, Sendable { case registered, transferred, own }
    package enum Status: String, Sendable, CaseIterable {
        case pending, active, failed, expired, cancelled
    }

    package let id: ID<DomainRecord>
    package let customer: ID<Customer>
    package let item: ID<OrderItem>
    package let name: DomainName
    package let kind: Kind
    package let status: Status
    package let registrar: String?
    package let registrarOrder: String?
    package let expiresAt: Date?
    package let createdAt: Date
}

/// A call that costs money at the registrar, as it is stored before it is made.
package struct DomainOperationRecord: Sendable {
    package enum Status: String, Sendable {
        case queued
        /// On its way: after a crash this means that nobody knows what became of it.
        case sent
        /// Accepted, and not done yet.
        case pending
        case confirmed, rejected, unknown
    }

    package let id: ID<DomainOperation>
    package let domain: ID<DomainRecord>
    package let status: Status
    package let outcome: String?
    package let sentAt: Date?
}
