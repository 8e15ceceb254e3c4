package import Core
import FoundationEssentials
package import Postgres

/// Whose rows a transaction may see; row-level security holds it to that.
package enum Scope: Sendable {
    /// Staff, jobs and gateways: every row.
    case system
    /// A customer's own requests: that customer's rows and no others.
    case customer(ID<Customer>)

    /// The customer whose rows these are; nil for every row.
    ///
    /// Row-level security alone shows the right rows, but only a condition finds them by an index.
    var customer: ID<Customer>? { if case .customer(let id) = self { id } else { nil } }

    var settings: [String: String] {
        switch self {
        case .system: ["app.scope": "system"]
        case .customer(let id): ["app.customer_id": id.uuid.uuidString]
        }
    }
}

extension Database {
    /// Runs one transaction for somebody; see ``Postgres/Database/transaction(_:_:)``.
    package func transaction<Value: Sendable>(
        for scope: Scope,
        deadlineSeconds: Double = 10,
        _ body: @escaping @Sendable (Session) throws -> Value
    ) async throws -> Value {
        var options = TransactionOptions()
        options.settings = scope.settings
        options.deadlineSeconds = deadlineSeconds
        return try await transaction(options, body)
    }
}
