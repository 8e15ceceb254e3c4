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

    /// Payments, newest first unless the filter says otherwise.
    func list(
        _ filter: PaymentFilter,
        for scope: Scope,
        after place: [String]?,
        most: Int
    ) async throws -> [PaymentRecord] {
        try await services.database.transaction(for: scope) {
            try $0.payments(filter, after: place, most: most)
        }
    }
}
