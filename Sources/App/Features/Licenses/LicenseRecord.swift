package import Core
package import Foundation

/// A licence as it is stored; its key is sealed.
package struct LicenseRecord: Sendable {
    package let id: ID<License>
    package let customer: ID<Customer>
    package let subscription: ID<Subscription>
    package let plan: ID<Plan>
    package let planName: String
    package let planSlug: String
    package let keySealed: String
    package let keyHint: String
    package let status: LicenseStatus
    package let quotas: Quotas
    package let used: [LicensedResource: Int64]
    package let expiresAt: Date?
    package let createdAt: Date

    /// What the sealed key is bound to.
    package static func context(of id: ID<License>) -> String { "licenses.key.\(id.text)" }
}
