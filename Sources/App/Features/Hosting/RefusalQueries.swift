import Core
import Postgres

/// A server's no to the account of an order's item.
struct AccountRefusal: Sendable {
    let server: ID<Server>
    let serverName: String
    let reason: String
}

extension Session {
    /// The servers that have refused an item's account since staff last tried its order again, the
    /// last one first.
    func refusals(of item: ID<OrderItem>) throws -> [AccountRefusal] {
        try all(
            """
            SELECT server_id, servers.name, refusal FROM hosting_accounts
            JOIN servers ON servers.id = server_id
            WHERE order_item_id = \(item.uuid) AND hosting_accounts.status = 'failed'
                AND terminated_at > coalesce(
                    (SELECT retried_at FROM order_steps
                        WHERE item_id = \(item.uuid) AND name = 'hosting_account'),
                    '-infinity'
                )
            ORDER BY terminated_at DESC, hosting_accounts.id DESC
            """
        ) { row in
            AccountRefusal(
                server: try row.id("server_id"),
                serverName: try row.get("name"),
                reason: try row.optional("refusal") ?? "No reason was kept."
            )
        }
    }

    /// Whether a server that takes accounts, full or not, well or not, is none of these.
    func hasActiveServer(besides others: [ID<Server>]) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM servers WHERE active AND removed_at IS NULL
                AND NOT id = ANY(\(others.map(\.uuid)))
            """
        )
    }
}
