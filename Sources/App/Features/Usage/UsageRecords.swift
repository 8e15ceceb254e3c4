import Core
import Foundation

/// A licence as counting needs it.
struct MeteredLicense: Sendable {
    let id: ID<License>
    let customer: ID<Customer>
    let quotas: Quotas
}

/// An event that was counted.
struct CountedEvent: Sendable {
    let id: String
    let resource: LicensedResource
    let usedAfter: Int64
    let at: Date
}

/// A count that has come near what is allowed, or beyond.
struct UsageAlert: Sendable {
    let license: ID<License>
    let planName: String
    let keyHint: String
    let resource: LicensedResource
    let used: Int64
    let most: Int64
}

/// What all licences together allow and use of one thing.
struct ResourceTotal: Sendable {
    let resource: LicensedResource
    let used: Int64
    /// Nil when any of them is unlimited.
    let most: Int64?
}

struct UsageTotals: Sendable {
    let licenses: Int64
    let resources: [ResourceTotal]
}
