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
