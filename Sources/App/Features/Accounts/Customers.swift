package import Core
import Foundation
import Postgres
import Web

/// The customers as staff see them.
package struct Customers: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Customers newest first, those with a text in name, company or address when given.
    package func list(
        matching text: String? = nil,
        before: ID<Customer>? = nil,
        most: Int
    ) async throws -> [CustomerRecord] {
        try await services.database.transaction(for: .system) {
            try $0.customers(matching: text, before: before, most: most)
        }
    }

    package func show(_ id: ID<Customer>) async throws -> CustomerRecord {
        try await services.database.transaction(for: .system) {
            try $0.customer(id).orThrow(Problem.notFound)
        }
    }
}
