package import Core
import Postgres
import Web

/// Reading payments; what changes them is ``Settlements``.
package struct Payments: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// One payment as somebody may see it.
    package func show(_ id: ID<Payment>, for scope: Scope) async throws -> PaymentRecord {
        try await services.database.transaction(for: scope) {
            try $0.payment(id).orThrow(Problem.notFound)
        }
    }

    /// Payments newest first.
    package func list(
        for scope: Scope,
        customer: ID<Customer>? = nil,
        before: ID<Payment>? = nil,
        most: Int
    ) async throws -> [PaymentRecord] {
        try await services.database.transaction(for: scope) {
            try $0.payments(of: customer ?? scope.customer, before: before, most: most)
        }
    }
}
