import Core
import Foundation
import Postgres
import Support
import Web

/// What customers and staff can see of what licences use.
struct UsageReports: Sendable {
    /// From which part of what is allowed there is an alert.
    static let warningPercent: Int64 = 80

    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The sums over somebody's good licences.
    func totals(for scope: Scope, customer: ID<Customer>?) async throws -> UsageTotals {
        let now = services.clock.now
        return try await services.database.transaction(for: scope) {
            try $0.usageTotals(of: customer, now: now)
        }
    }

    /// What is nearly used up, or is, fullest first.
    func alerts(for scope: Scope, customer: ID<Customer>?, most: Int) async throws -> [UsageAlert] {
        let now = services.clock.now
        return try await services.database.transaction(for: scope) {
            try $0.usageAlerts(
                of: customer,
                fromPercent: UsageReports.warningPercent,
                now: now,
                most: most
            )
        }
    }

    /// What panels have reported about a licence, newest first.
    ///
    /// - Throws: ``Web/Problem/notFound`` when there is none, or it is another customer's.
    func history(
        of license: ID<License>,
        for scope: Scope,
        resource: LicensedResource? = nil,
        before: (at: Date, event: String)? = nil,
        most: Int
    ) async throws -> [CountedEvent] {
        try await services.database.transaction(for: scope) { session in
            _ = try session.license(license).orThrow(Problem.notFound)
            return try session.usageEvents(
                of: license,
                resource: resource,
                before: before,
                most: most
            )
        }
    }
}
