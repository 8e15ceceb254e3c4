package import Core
import Foundation
import Postgres

/// Which hosting accounts are asked for; nil asks for all.
package struct HostingAccountFilter: Sendable {
    package var customer: ID<Customer>?
    package var server: ID<Server>?
    package var status: HostingAccountRecord.Status?

    package init(
        customer: ID<Customer>? = nil,
        server: ID<Server>? = nil,
        status: HostingAccountRecord.Status? = nil
    ) {
        self.customer = customer
        self.server = server
        self.status = status
    }
}

extension Session {
    /// Locks a customer until the transaction ends; nil when there is none.
    @discardableResult
    func lockCustomer(_ id: ID<Customer>) throws -> Void? {
        try first("SELECT 1 AS found FROM customers WHERE id = \(id.uuid) FOR UPDATE") { _ in }
    }

    /// A customer's account of a user name that takes room somewhere.
    func liveAccount(
        named username: String,
        of customer: ID<Customer>
    ) throws -> HostingAccountRecord? {
        try first(
            """
            SELECT \(HostingAccountRecord.columns) FROM hosting_accounts
            WHERE username = \(username) AND customer_id = \(customer.uuid)
                AND status IN ('provisioning', 'active', 'suspended')
            ORDER BY id LIMIT 1
            """,
            HostingAccountRecord.init(row:)
        )
    }

    /// The servers on which a user name is taken.
    func serversWithAccount(named username: String) throws -> [ID<Server>] {
        try all(
            """
            SELECT server_id FROM hosting_accounts
            WHERE username = \(username) AND status IN ('provisioning', 'active', 'suspended')
            """
        ) { try $0.id("server_id") }
    }

    /// Accounts newest first, those that came before one when paging.
    func hostingAccounts(
        _ filter: HostingAccountFilter,
        before: ID<HostingAccount>?,
        most: Int
    ) throws -> [HostingAccountRecord] {
        try all(
            """
            SELECT \(HostingAccountRecord.columns) FROM hosting_accounts
            WHERE (\(filter.customer?.uuid)::uuid IS NULL OR customer_id = \(filter.customer?.uuid))
                AND (\(filter.server?.uuid)::uuid IS NULL OR server_id = \(filter.server?.uuid))
                AND (\(filter.status?.rawValue)::text IS NULL
                    OR status = \(filter.status?.rawValue))
                AND (\(before?.uuid)::uuid IS NULL OR id < \(before?.uuid))
            ORDER BY id DESC LIMIT \(most)
            """,
            HostingAccountRecord.init(row:)
        )
    }
}
