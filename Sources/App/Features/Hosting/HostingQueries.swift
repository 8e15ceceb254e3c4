import Core
import Cryptography
import Foundation
import Postgres
import Support

extension Session {
    func server(_ id: ID<Server>) throws -> ServerRecord? {
        try first(
            """
            SELECT \(ServerRecord.columns) FROM servers
            WHERE id = \(id.uuid) AND removed_at IS NULL
            """,
            ServerRecord.init(row:)
        )
    }

    func servers() throws -> [ServerRecord] {
        try all(
            """
            SELECT \(ServerRecord.columns) FROM servers WHERE removed_at IS NULL ORDER BY name
            """,
            ServerRecord.init(row:)
        )
    }

    /// Stores a server with its credentials sealed.
    func storeServer(
        _ id: ID<Server>,
        _ server: NewServer,
        keyring: Keyring,
        isHealthy: Bool,
        now: Date
    ) throws {
        let key = try keyring.seal(server.apiKey, context: ServerRecord.keyContext(of: id))
        let secret = try keyring.seal(
            server.apiSecret.exposed,
            context: ServerRecord.secretContext(of: id)
        )
        try run(
            """
            INSERT INTO servers (
                id, name, description, base_url, api_key_sealed, api_secret_sealed, capacity,
                location, tags, active, healthy, checked_at, created_at
            ) VALUES (
                \(id.uuid), \(server.name), \(server.description), \(server.baseURL), \(key),
                \(secret), \(server.capacity), \(server.location), \(server.tags), true,
                \(isHealthy), \(now), \(now)
            )
            """
        )
    }

    /// Takes one account's room on the healthy server with the most of it, or on one that was
    /// named.
    ///
    /// The room is taken by the statement that finds it, so that no server is ever overfilled.
    func takeRoom(
        on named: ID<Server>?,
        excluding: [ID<Server>]
    ) throws -> ServerRecord? {
        // Between finding the server and locking it, another order may have taken its last room:
        // the statement then finds nothing, and looks again.
        for _ in 0..<20 {
            let taken = try first(
                """
                UPDATE servers SET current_accounts = current_accounts + 1
                WHERE id = (
                    SELECT id FROM servers
                    WHERE active AND removed_at IS NULL AND current_accounts < capacity
                        AND (healthy OR id = \(named?.uuid))
                        AND (\(named?.uuid)::uuid IS NULL OR id = \(named?.uuid))
                        AND NOT id = ANY(\(excluding.map(\.uuid)))
                    ORDER BY capacity - current_accounts DESC, id LIMIT 1 FOR UPDATE
                ) AND current_accounts < capacity
                RETURNING \(ServerRecord.columns)
                """,
                ServerRecord.init(row:)
            )
            if let taken { return taken }
            guard try hasRoom(on: named, excluding: excluding) else { return nil }
        }
        return nil
    }

    private func hasRoom(on named: ID<Server>?, excluding: [ID<Server>]) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM servers
            WHERE active AND removed_at IS NULL AND current_accounts < capacity
                AND (healthy OR id = \(named?.uuid))
                AND (\(named?.uuid)::uuid IS NULL OR id = \(named?.uuid))
                AND NOT id = ANY(\(excluding.map(\.uuid)))
            """
        )
    }

    /// Gives an account's room back. Only the statement that ends an account may do so, once.
    func releaseRoom(on server: ID<Server>) throws {
        try run(
            "UPDATE servers SET current_accounts = current_accounts - 1 WHERE id = \(server.uuid)"
        )
    }

    /// Stores whether a server is well, or what is wrong with it.
    func setHealth(of server: ID<Server>, problem: String?, now: Date) throws {
        try run(
            """
            UPDATE servers SET healthy = \(problem == nil), checked_at = \(now),
                health_problem = left(\(problem), 1000)
            WHERE id = \(server.uuid)
            """
        )
    }

    func hostingAccount(_ id: ID<HostingAccount>) throws -> HostingAccountRecord? {
        try first(
            "SELECT \(HostingAccountRecord.columns) FROM hosting_accounts WHERE id = \(id.uuid)",
            HostingAccountRecord.init(row:)
        )
    }

    func lockHostingAccount(_ id: ID<HostingAccount>) throws -> HostingAccountRecord? {
        try first(
            """
            SELECT \(HostingAccountRecord.columns) FROM hosting_accounts
            WHERE id = \(id.uuid) FOR UPDATE
            """,
            HostingAccountRecord.init(row:)
        )
    }

    /// The account of an order's item that takes room somewhere.
    func hostingAccount(ofItem item: ID<OrderItem>) throws -> HostingAccountRecord? {
        try first(
            """
            SELECT \(HostingAccountRecord.columns) FROM hosting_accounts
            WHERE order_item_id = \(item.uuid)
                AND status IN ('provisioning', 'active', 'suspended')
            """,
            HostingAccountRecord.init(row:)
        )
    }

    func hostingAccounts(
        of customer: ID<Customer>?,
        before: ID<HostingAccount>?,
        most: Int
    ) throws -> [HostingAccountRecord] {
        try all(
            """
            SELECT \(HostingAccountRecord.columns) FROM hosting_accounts
            WHERE (\(customer?.uuid)::uuid IS NULL OR customer_id = \(customer?.uuid))
                AND (\(before?.uuid)::uuid IS NULL OR id < \(before?.uuid))
            ORDER BY id DESC LIMIT \(most)
            """,
            HostingAccountRecord.init(row:)
        )
    }

    func store(
        _ account: ID<HostingAccount>,
        customer: ID<Customer>,
        item: ID<OrderItem>?,
        on server: ID<Server>,
        username: String,
        email: String,
        type: PanelAccountType,
        parameters: HostingAccountParameters,
        passwordSealed: String,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO hosting_accounts (
                id, customer_id, order_item_id, server_id, username, email, account_type,
                parameters, password_sealed, status, created_at
            ) VALUES (
                \(account.uuid), \(customer.uuid), \(item?.uuid), \(server.uuid), \(username),
                \(email), \(type.rawValue), \(try JSONText(encoding: parameters)),
                \(passwordSealed), 'provisioning', \(now)
            )
            """
        )
    }

    /// Notes when a panel was last asked to make an account, or when its answer was lost; nil when
    /// nothing has come of it.
    func markSent(_ account: ID<HostingAccount>, at time: Date?) throws {
        try run("UPDATE hosting_accounts SET sent_at = \(time) WHERE id = \(account.uuid)")
    }

    /// Gives an account that is not made yet another address at its panel.
    func setAddress(_ email: String, of account: ID<HostingAccount>) throws {
        try run(
            """
            UPDATE hosting_accounts SET email = \(email), sent_at = NULL
            WHERE id = \(account.uuid) AND status = 'provisioning'
            """
        )
    }

    /// Gives an account that its panel refused another name.
    func renameAccount(_ account: ID<HostingAccount>, to username: String) throws {
        try run(
            """
            UPDATE hosting_accounts SET username = \(username), renames = renames + 1,
                sent_at = NULL
            WHERE id = \(account.uuid) AND status = 'provisioning'
            """
        )
    }

    /// Notes that a panel has an account, under the name that it has there.
    func markActive(
        _ account: ID<HostingAccount>,
        remoteUserID: Int64,
        username: String? = nil
    ) throws {
        try run(
            """
            UPDATE hosting_accounts SET status = 'active', remote_user_id = \(remoteUserID),
                username = coalesce(\(username), username)
            WHERE id = \(account.uuid) AND status = 'provisioning'
            """
        )
    }

    /// Ends an account and gives its room back; false when it had ended already.
    func endAccount(
        _ account: ID<HostingAccount>,
        as status: HostingAccountRecord.Status,
        refusal: String? = nil,
        now: Date
    ) throws -> Bool {
        let server = try first(
            """
            UPDATE hosting_accounts SET status = \(status.rawValue), terminated_at = \(now),
                suspended_reason = NULL, password_sealed = NULL, refusal = \(refusal)
            WHERE id = \(account.uuid) AND status IN ('provisioning', 'active', 'suspended')
            RETURNING server_id
            """
        ) { try $0.id("server_id", of: Server.self) }
        guard let server else { return false }
        try releaseRoom(on: server)
        return true
    }

    /// Stores what the panel has done, which is how the account stands there, too.
    func setSuspended(_ account: ID<HostingAccount>, reason: String?) throws {
        let status = reason == nil ? "active" : "suspended"
        try run(
            """
            UPDATE hosting_accounts SET status = \(status), suspended_reason = \(reason),
                panel_state = CASE WHEN panel_state IS NOT NULL THEN \(status) END
            WHERE id = \(account.uuid) AND status IN ('active', 'suspended')
            """
        )
    }

    func setPanelLicense(_ status: String, of account: ID<HostingAccount>) throws {
        try run(
            """
            UPDATE hosting_accounts SET panel_license_status = \(status)
            WHERE id = \(account.uuid)
            """
        )
    }

    /// Forgets the initial password, once its owner has seen it.
    func forgetPassword(of account: ID<HostingAccount>) throws {
        try run(
            "UPDATE hosting_accounts SET password_sealed = NULL WHERE id = \(account.uuid)"
        )
    }
}

extension ServerRecord {
    static let columns: SQL = """
        id, name, description, base_url, api_key_sealed, api_secret_sealed, capacity,
        current_accounts, location, tags, active, healthy, health_problem, checked_at, created_at
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            name: try row.get("name"),
            description: try row.optional("description"),
            baseURL: try row.get("base_url"),
            keySealed: try row.get("api_key_sealed"),
            secretSealed: try row.get("api_secret_sealed"),
            capacity: try row.get("capacity"),
            currentAccounts: try row.get("current_accounts"),
            location: try row.optional("location"),
            tags: try row.get("tags"),
            isActive: try row.get("active"),
            isHealthy: try row.get("healthy"),
            healthProblem: try row.optional("health_problem"),
            checkedAt: try row.optional("checked_at"),
            createdAt: try row.get("created_at")
        )
    }
}

extension HostingAccountRecord {
    static let columns: SQL = """
        id, customer_id, order_item_id, server_id, remote_user_id, username, email, account_type,
        parameters::text AS parameters, password_sealed, status, suspended_reason,
        panel_license_status, sent_at, refusal, renames, wish, wish_reason, wish_number,
        wish_settled, wish_failure, wish_unanswered, created_at
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            item: try row.optionalID("order_item_id"),
            server: try row.id("server_id"),
            remoteUserID: try row.optional("remote_user_id"),
            username: try row.get("username"),
            email: try row.get("email"),
            type: try row.choice("account_type"),
            parameters: try JSONDecoder().decode(
                HostingAccountParameters.self,
                from: Data(try row.get("parameters", as: String.self).utf8)
            ),
            passwordSealed: try row.optional("password_sealed"),
            status: try row.choice("status"),
            suspendedReason: try row.optional("suspended_reason"),
            panelLicenseStatus: try row.optional("panel_license_status"),
            sentAt: try row.optional("sent_at"),
            refusal: try row.optional("refusal"),
            renames: try row.get("renames"),
            wish: try AccountWish(row: row),
            createdAt: try row.get("created_at")
        )
    }
}
