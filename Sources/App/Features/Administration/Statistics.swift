package import Core
import Foundation
import Postgres
import Support

/// What staff see at a glance.
package struct Statistics: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    package struct Overview: Sendable {
        package let customers: Int64
        package let orders: [OrderStatus: Int64]
        /// What was paid in the last 30 days, less what was given back in them.
        package let revenue: Money
        package let queuedJobs: Int64
        package let deadJobs: Int64
        package let activeAccounts: Int64
        package let activeLicenses: Int64
    }

    package func overview() async throws -> Overview {
        let currency = services.configuration.currency
        let monthAgo = services.clock.now.addingTimeInterval(-30 * 86_400)
        return try await services.database.transaction(for: .system) {
            try $0.overview(currency: currency, since: monthAgo)
        }
    }
}
