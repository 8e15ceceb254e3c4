package import Core
import Cryptography
package import Foundation
import Postgres
import Support
import Web
import Wire

/// What customers and staff do with licences.
package struct Licenses: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Which licences are asked for.
    struct Filter: Sendable {
        var customer: ID<Customer>?
        var status: LicenseStatus?
        /// The end of a key, an identifier, or part of a customer's name or address.
        var text: String?
        var sorting = LicenseColumn.standard
    }

    /// Licences as somebody may see them, newest first.
    func list(
        for scope: Scope,
        _ filter: Filter = Filter(),
        before: ID<License>? = nil,
        most: Int
    ) async throws -> [LicenseRecord] {
        let now = services.clock.now
        var filter = filter
        filter.customer = filter.customer ?? scope.customer
        let place = before.map { ["", $0.uuid.uuidString] }
        return try await services.database.transaction(for: scope) { [filter] in
            try $0.licenses(filter, after: place, most: most, now: now)
        }
    }

    /// One licence as somebody may see it.
    ///
    /// - Throws: ``Web/Problem/notFound`` when there is none, or it is another customer's.
    package func show(_ id: ID<License>, for scope: Scope) async throws -> LicenseRecord {
        try await services.database.transaction(for: scope) {
            try $0.license(id).orThrow(Problem.notFound)
        }
    }

    /// The whole key, and a note of who has seen it.
    ///
    /// - Throws: as ``show(_:for:)`` does.
    package func reveal(
        _ id: ID<License>,
        for scope: Scope,
        actor: Actor
    ) async throws -> (license: LicenseRecord, key: String) {
        let now = services.clock.now
        let license = try await services.database.transaction(for: scope) { session in
            let license = try session.license(id).orThrow(Problem.notFound)
            try session.record(
                AuditEntry(actor, "license.reveal", id, customer: license.customer),
                now: now
            )
            return license
        }
        let key = try services.keyring.openText(
            license.keySealed,
            context: LicenseRecord.context(of: id)
        )
        return (license, key)
    }

    /// Suspends, ends or restores a licence; panels heed it at once. What is suspended or ended so
    /// stays so, whatever is paid, until it is restored here.
    ///
    /// - Throws: ``Web/Problem/notFound`` when there is none, and a conflict when it is not, or is no
    ///   longer, what it must be for this.
    func setStatus(
        _ status: LicenseStatus,
        of id: ID<License>,
        from expected: LicenseStatus? = nil,
        actor: Actor
    ) async throws -> LicenseRecord {
        let now = services.clock.now
        let license = try await services.database.transaction(for: .system) { session in
            try session.lockLicense(id)
            let before = try session.license(id).orThrow(Problem.notFound)
            if let expected, before.status(at: now) != expected {
                throw Problem.licenseIsNot(expected)
            }
            guard before.status != status else { return before }
            try session.setStatus(status, of: id, byStaffAt: now)
            try session.record(
                AuditEntry(
                    actor,
                    "license.set_status",
                    id,
                    customer: before.customer,
                    before: ["status": before.status.json],
                    after: ["status": status.json]
                ),
                now: now
            )
            return try session.license(id).orThrow(Problem.notFound)
        }
        services.licenseCache.note(.license(id))
        return license
    }
}

extension Problem {
    fileprivate static func licenseIsNot(_ status: LicenseStatus) -> Problem {
        .conflict("license_is_not_\(status.rawValue)", "The licence is not \(status.rawValue).")
    }
}

extension LicenseRecord {
    /// What the licence is at a moment: one whose time has passed is expired, even where nobody has
    /// written that down yet.
    package func status(at now: Date) -> LicenseStatus {
        if status == .active, let expiresAt, expiresAt <= now { return .expired }
        return status
    }
}
