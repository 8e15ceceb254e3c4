import Core
import Foundation
import Postgres
import Support
import Web

/// What panels report of what was made and removed.
///
/// What a panel reports has happened already, so it is written down even when it is more than the
/// licence allows; the check then refuses any more. A count never falls below zero.
struct UsageUpdates: Sendable {
    /// How a count changes.
    enum Change: Sendable, Equatable {
        case by(Int64)
        case to(Int64)
    }

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Counts one event. The same event again changes nothing and gets the first answer.
    ///
    /// - Throws: 404 for a licence that does not exist, 409 for an event that was about another
    ///   resource.
    func record(
        _ change: Change,
        of resource: LicensedResource,
        licenseKey: LicenseKey,
        event: String,
        by key: ID<APIKey>
    ) async throws -> UsageAfter {
        let now = services.clock.now
        let (hash, event) = (licenseKey.hash, UsageEvent(id: event, resource: resource, key: key))
        let after = try await services.database.transaction(for: .system) { session in
            let license = try session.lockLicense(keyHash: hash)
                .orThrow(Problem.licenseNotFound)
            let most = license.quotas[resource]
            if let earlier = try session.usageEvent(event.id, of: license.id) {
                guard earlier.resource == resource else { throw Problem.eventReused }
                return UsageAfter(license: license.id, used: earlier.usedAfter, most: most)
            }
            let used = try session.count(change, event, of: license, now: now)
            return UsageAfter(license: license.id, used: used, most: most)
        }
        services.licenseCache.note(.license(after.license))
        return after
    }
}

/// A count after an event.
struct UsageAfter: Sendable {
    let license: ID<License>
    let used: Int64
    /// Nil is unlimited.
    let most: Int64?
}

/// Something that a panel reports.
struct UsageEvent: Sendable {
    /// The panel's own name for it, by which it counts once.
    let id: String
    let resource: LicensedResource
    let key: ID<APIKey>
}

extension Problem {
    static let licenseNotFound = Problem(
        status: 404,
        code: "license_not_found",
        detail: "There is no licence with this key."
    )
    static let eventReused = Problem.conflict(
        "event_id_reused",
        "An event with this event_id was about another resource."
    )
}
