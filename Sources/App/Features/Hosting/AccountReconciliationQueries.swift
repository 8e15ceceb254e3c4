import Core
import Foundation
import Postgres

/// An account that is not at its panel as it is here, or whose panel has to be seen to by hand.
struct DifferingAccount: Sendable {
    let account: HostingAccountRecord
    let customerName: String
    let serverName: String
    let panelState: HostingAccountRecord.PanelState?
    let seenAt: Date?
    /// What has to be done at the panel by hand.
    let planNote: String?
}

extension Session {
    /// The accounts on a server of which nothing is on its way.
    func settledAccounts(on server: ID<Server>) throws -> [HostingAccountRecord] {
        try all(
            """
            SELECT \(HostingAccountRecord.columns) FROM hosting_accounts
            WHERE server_id = \(server.uuid) AND status IN ('active', 'suspended')
                AND remote_user_id IS NOT NULL AND wish_number = wish_settled
            ORDER BY id
            """,
            HostingAccountRecord.init(row:)
        )
    }

    func setPanelState(
        _ state: HostingAccountRecord.PanelState,
        of account: ID<HostingAccount>,
        now: Date
    ) throws {
        try run(
            """
            UPDATE hosting_accounts SET panel_state = \(state.rawValue), panel_seen_at = \(now)
            WHERE id = \(account.uuid)
                AND (panel_state IS DISTINCT FROM \(state.rawValue)
                    OR panel_seen_at < \(now)::timestamptz - interval '1 day')
            """
        )
    }

    /// Accounts that differ, were refused a change, or wait for somebody.
    func differingAccounts(most: Int) throws -> [DifferingAccount] {
        try all(
            """
            SELECT \(HostingAccountRecord.columns), panel_state, panel_seen_at, plan_note,
                customer_name, server_name
            FROM hosting_accounts
            JOIN (SELECT id AS owner, name AS customer_name FROM customers) c ON owner = customer_id
            JOIN (SELECT id AS its_server, name AS server_name FROM servers) s
                ON its_server = server_id
            WHERE status IN ('active', 'suspended') AND (
                panel_state <> status OR plan_note IS NOT NULL
                OR wish_failure IS NOT NULL AND wish <> status
            )
            ORDER BY id LIMIT \(most)
            """
        ) { row in
            DifferingAccount(
                account: try HostingAccountRecord(row: row),
                customerName: try row.get("customer_name"),
                serverName: try row.get("server_name"),
                panelState: try row.optional("panel_state", as: String.self).flatMap {
                    HostingAccountRecord.PanelState(rawValue: $0)
                },
                seenAt: try row.optional("panel_seen_at"),
                planNote: try row.optional("plan_note")
            )
        }
    }

    /// Notes that an account's panel has to hear of its plan, and that nobody has told it yet.
    func wishPlan(of account: ID<HostingAccount>) throws {
        try run(
            """
            UPDATE hosting_accounts SET plan_number = plan_number + 1
            WHERE id = \(account.uuid)
            """
        )
    }

    /// Which change of its plan an account's panel has still to hear of; nil for none.
    func pendingPlan(of account: ID<HostingAccount>) throws -> Int? {
        try first(
            """
            SELECT plan_number FROM hosting_accounts
            WHERE id = \(account.uuid) AND plan_number > plan_settled
            """
        ) { try $0.get("plan_number") }
    }

    func settlePlan(_ number: Int, of account: ID<HostingAccount>, note: String?) throws {
        try run(
            """
            UPDATE hosting_accounts SET plan_settled = \(number), plan_note = \(note)
            WHERE id = \(account.uuid) AND plan_settled < \(number)
            """
        )
    }

    /// Forgets what had to be done by hand; false when nothing had.
    func clearPlanNote(of account: ID<HostingAccount>) throws -> Bool {
        try run(
            """
            UPDATE hosting_accounts SET plan_note = NULL
            WHERE id = \(account.uuid) AND plan_note IS NOT NULL
            """
        ) > 0
    }

    /// The package that an account's plan has on the panels now.
    func packageOfPlan(of account: ID<HostingAccount>) throws -> Int64? {
        try first(
            """
            SELECT package_id FROM hosting_accounts a JOIN subscriptions s USING (order_item_id)
            JOIN plans ON plans.id = s.plan_id WHERE a.id = \(account.uuid)
            """
        ) { try $0.optional("package_id", as: Int64.self) } ?? nil
    }
}
