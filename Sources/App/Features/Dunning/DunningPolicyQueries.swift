import Core
import Foundation
import Postgres

extension Session {
    /// All policies, the default one first.
    func dunningPolicies() throws -> [DunningPolicyRecord] {
        try all(
            "\(DunningPolicyRecord.selection) ORDER BY is_default DESC, name, id",
            DunningPolicyRecord.init(row:)
        )
    }

    func dunningPolicy(_ id: ID<DunningTerms>) throws -> DunningPolicyRecord? {
        try first(
            "\(DunningPolicyRecord.selection) WHERE dunning_policies.id = \(id.uuid)",
            DunningPolicyRecord.init(row:)
        )
    }

    /// What happens while an invoice is not paid: the gentlest policy of the plans that it bills.
    func dunningPolicy(for invoice: ID<Invoice>) throws -> DunningPolicy {
        let policies = try all(
            """
            WITH billed AS (
                SELECT DISTINCT plans.dunning_policy_id AS policy
                FROM subscription_lines
                JOIN invoice_lines ON invoice_lines.id = invoice_line_id
                JOIN plans ON plans.id = plan_id
                WHERE invoice_id = \(invoice.uuid) AND NOT is_reversal
                    AND subscription_lines.kind <> 'credit'
            )
            \(DunningPolicyRecord.selection)
            WHERE dunning_policies.id IN (SELECT policy FROM billed)
                OR is_default AND (NOT EXISTS (SELECT FROM billed)
                    OR EXISTS (SELECT FROM billed WHERE policy IS NULL))
            """,
            DunningPolicyRecord.init(row:)
        )
        return policies.map(\.policy).max { $0.patience < $1.patience } ?? .usual
    }

    func storeDunningPolicy(
        _ id: ID<DunningTerms>,
        _ details: DunningPolicies.Details,
        now: Date
    ) throws {
        let policy = details.policy
        if details.isDefault {
            try run(
                """
                UPDATE dunning_policies SET is_default = false
                WHERE is_default AND id <> \(id.uuid)
                """
            )
        }
        try run(
            """
            INSERT INTO dunning_policies (
                id, name, retry_days, reminder_days, suspension_day, notice_day, termination_day,
                is_default, created_at, updated_at
            ) VALUES (
                \(id.uuid), \(details.name), \(policy.retryDays), \(policy.reminderDays),
                \(policy.suspensionDay), \(policy.termination?.noticeDay),
                \(policy.termination?.day), \(details.isDefault), \(now), \(now)
            )
            ON CONFLICT (id) DO UPDATE SET
                name = excluded.name, retry_days = excluded.retry_days,
                reminder_days = excluded.reminder_days, suspension_day = excluded.suspension_day,
                notice_day = excluded.notice_day, termination_day = excluded.termination_day,
                is_default = excluded.is_default, updated_at = excluded.updated_at
            """
        )
        guard let plans = details.plans else { return }
        try run(
            """
            UPDATE plans SET dunning_policy_id = CASE WHEN id = ANY(\(plans.map(\.uuid)))
                THEN \(id.uuid)::uuid END
            WHERE dunning_policy_id = \(id.uuid) OR id = ANY(\(plans.map(\.uuid)))
            """
        )
    }

    func removeDunningPolicy(_ id: ID<DunningTerms>) throws {
        try run("DELETE FROM dunning_policies WHERE id = \(id.uuid)")
    }

    /// Has open cases looked at now, all of them or a customer's.
    func lookAtDunningAgain(of customer: ID<Customer>? = nil, now: Date) throws {
        try run(
            """
            UPDATE dunning_cases SET next_at = \(now)
            WHERE closed_at IS NULL
                AND (\(customer?.uuid)::uuid IS NULL OR customer_id = \(customer?.uuid))
            """
        )
    }

    /// Whether nothing but reminders happens to a customer's unpaid bills; nil for nobody.
    func isExemptFromDunning(_ customer: ID<Customer>) throws -> Bool? {
        try first("SELECT dunning_exempt FROM customers WHERE id = \(customer.uuid)") {
            try $0.get("dunning_exempt")
        }
    }

    func setDunningExemption(of customer: ID<Customer>, to isExempt: Bool) throws {
        try run(
            "UPDATE customers SET dunning_exempt = \(isExempt) WHERE id = \(customer.uuid)"
        )
    }
}

extension DunningPolicyRecord {
    fileprivate static let selection: SQL = """
        SELECT dunning_policies.id, name, retry_days, reminder_days, suspension_day, notice_day,
            termination_day, is_default, ARRAY(
                SELECT p.id FROM plans p WHERE p.dunning_policy_id = dunning_policies.id
                ORDER BY position, id
            ) AS plan_ids
        FROM dunning_policies
        """

    fileprivate init(row: Row) throws {
        let notice: Int? = try row.optional("notice_day")
        let end: Int? = try row.optional("termination_day")
        self.init(
            id: try row.id("id"),
            name: try row.get("name"),
            policy: try DunningPolicy(
                retryDays: row.get("retry_days"),
                reminderDays: row.get("reminder_days"),
                suspensionDay: row.optional("suspension_day"),
                termination: notice.flatMap { notice in
                    end.map { DunningPolicy.Termination(noticeDay: notice, day: $0) }
                }
            ),
            isDefault: try row.get("is_default"),
            plans: try row.get("plan_ids", as: [UUID].self).map { ID<Plan>($0) }
        )
    }
}
