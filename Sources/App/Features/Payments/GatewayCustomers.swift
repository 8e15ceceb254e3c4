import Core
import Foundation
import Postgres
import Support

/// The card processor's records of our customers, one each.
struct GatewayCustomers {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The customer's identifier at the processor, made at the first need.
    ///
    /// The key is stored before the call, so a lost answer is asked for again and no second record
    /// is made.
    func identifier(of customer: ID<Customer>) async throws -> String {
        let now = services.clock.now
        let stored = try await services.database.transaction(for: .system) { session in
            try session.claimGatewayCustomer(customer, now: now)
        }
        services.faults.reach(.customerStored)
        if let remote = stored.remoteID { return remote }
        let remote = try await services.payments.createCustomer(
            GatewayCustomer(
                email: stored.email,
                name: stored.name,
                metadata: ["customer_id": customer.text]
            ),
            key: stored.key
        )
        services.faults.reach(.customerCreated)
        try await services.database.transaction(for: .system) { session in
            try session.storeGatewayCustomer(remote, of: customer)
        }
        return remote
    }
}

private struct StoredGatewayCustomer: Sendable {
    let key: String
    let remoteID: String?
    let email: String
    let name: String
}

extension Session {
    fileprivate func claimGatewayCustomer(
        _ customer: ID<Customer>,
        now: Date
    ) throws -> StoredGatewayCustomer {
        try run(GatewayCustomerSQL.claim(customer, now: now))
        return try one(GatewayCustomerSQL.read(customer)) { row in
            StoredGatewayCustomer(
                key: try row.get("idempotency_key"),
                remoteID: try row.optional("remote_id"),
                email: try row.get("email"),
                name: try row.get("name")
            )
        }
    }

    fileprivate func storeGatewayCustomer(_ remote: String, of customer: ID<Customer>) throws {
        try run(GatewayCustomerSQL.store(remote, customer))
    }
}
