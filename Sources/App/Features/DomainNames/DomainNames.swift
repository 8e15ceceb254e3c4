package import Core
import Foundation
import Postgres
import Web

/// The domain names that customers have.
package struct DomainNames: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// One name as somebody may see it.
    package func show(_ id: ID<DomainRecord>, for scope: Scope) async throws -> DomainNameRecord {
        try await services.database.transaction(for: scope) {
            try $0.domain(id).orThrow(Problem.notFound)
        }
    }

    /// Names newest first.
    package func list(
        for scope: Scope,
        customer: ID<Customer>? = nil,
        before: ID<DomainRecord>? = nil,
        most: Int
    ) async throws -> [DomainNameRecord] {
        let filter = DomainFilter(customer: customer ?? scope.customer)
        return try await services.database.transaction(for: scope) {
            try $0.domains(filter, after: before.map { ["", $0.uuid.uuidString] }, most: most)
        }
    }
}
