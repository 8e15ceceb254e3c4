package import Core
import Foundation
import Postgres
import Support
import Web

/// Which disputes to list.
package struct DisputeFilter: Sendable {
    package var payment: ID<Payment>?
    package var status: DisputeState.Standing?
    /// A part of the customer's name.
    var text: String?
    var sorting = DisputeColumn.standard

    package init(payment: ID<Payment>? = nil, status: DisputeState.Standing? = nil) {
        self.payment = payment
        self.status = status
    }
}

/// What disputes can be sorted by. There are few of them, so that none of it needs an index.
enum DisputeColumn: String, StoredSortColumn {
    case opened, customer, amount, due

    static let standard = Sorting(DisputeColumn.opened, isDescending: true)
    static var id: SortTerm { .id("disputes.id") }

    var term: SortTerm? {
        switch self {
        case .opened: .moment("disputes.opened_at")
        case .customer: .text("customers.name")
        case .amount: .number("disputes.amount_minor")
        case .due: .end("due_by")
        }
    }
}

extension DisputeFilter: ListFilter {
    static let name = ListName.consoleDisputes
    static let file: [FileColumn<DisputeRecord>] = [
        FileColumn("Dispute") { $0.id.text },
        FileColumn("At the processor") { $0.gatewayID },
        FileColumn("Customer") { $0.customerName },
        FileColumn("Payment") { $0.payment.text },
        FileColumn("Reason") { $0.reason },
        FileColumn("Status") { $0.status.rawValue },
        FileColumn("Amount") { $0.amount.decimalText },
        FileColumn("Currency") { $0.amount.currency.code },
        FileColumn("Answer by") { $0.dueBy?.rfc3339 ?? "" },
        FileColumn("Opened") { $0.openedAt.rfc3339 },
        FileColumn("Decided") { $0.closedAt?.rfc3339 ?? "" },
    ]

    var isActive: Bool { status != nil || text != nil }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [DisputeRecord] {
        try session.disputes(self, after: place, most: most)
    }

    func place(of row: DisputeRecord) -> [String] {
        let value =
            switch sorting.column {
            case .opened: row.openedAt.cursorKey
            case .customer: row.customerName
            case .amount: String(row.amount.minorUnits)
            case .due: row.dueBy?.cursorKey ?? ""
            }
        return [value, row.id.uuid.uuidString]
    }
}

extension Session {
    func dispute(_ id: ID<Dispute>) throws -> DisputeRecord? {
        try first(
            "SELECT \(DisputeRecord.columns) WHERE disputes.id = \(id.uuid)",
            DisputeRecord.init(row:)
        )
    }

    /// Whether a bank decides about a payment.
    func isDisputed(_ payment: ID<Payment>) throws -> Bool {
        try exists(
            "SELECT 1 FROM disputes WHERE payment_id = \(payment.uuid) AND status = 'open'"
        )
    }

    /// Whether a bank took money of a payment back, of which the processor sends nothing back then.
    func isChargedBack(_ payment: ID<Payment>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM disputes
            WHERE payment_id = \(payment.uuid) AND status IN ('open', 'lost')
            """
        )
    }

    func dispute(gatewayID: String) throws -> DisputeRecord? {
        try first(
            "SELECT \(DisputeRecord.columns) WHERE gateway_dispute_id = \(gatewayID)",
            DisputeRecord.init(row:)
        )
    }

    func disputes(
        _ filter: DisputeFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [DisputeRecord] {
        try all(
            """
            SELECT \(DisputeRecord.columns)
            WHERE (\(filter.payment?.uuid)::uuid IS NULL
                    OR disputes.payment_id = \(filter.payment?.uuid))
                AND (\(filter.status?.rawValue)::text IS NULL
                    OR disputes.status = \(filter.status?.rawValue))
                AND (\(filter.text)::text IS NULL
                    OR strpos(lower(customers.name), lower(\(filter.text))) > 0)
                AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            DisputeRecord.init(row:)
        )
    }

    /// Disputes that wait for an answer, the most urgent first.
    func disputesToAnswer(most: Int) throws -> [DisputeRecord] {
        try all(
            """
            SELECT \(DisputeRecord.columns)
            WHERE closed_at IS NULL AND gateway_phase LIKE '%needs_response'
            ORDER BY due_by NULLS LAST, disputes.id LIMIT \(most)
            """,
            DisputeRecord.init(row:)
        )
    }

    func countDisputesToAnswer() throws -> Int64 {
        try one(
            """
            SELECT count(*) AS count FROM disputes
            WHERE closed_at IS NULL AND gateway_phase LIKE '%needs_response'
            """
        ) { try $0.get("count") }
    }

    /// What disputes hold of a payment, whatever their currency: those that are open or lost.
    func disputedAmount(of payment: ID<Payment>, _ currency: Currency) throws -> Money {
        try one(
            """
            SELECT disputed_amount(p) AS amount FROM payments p WHERE p.id = \(payment.uuid)
            """
        ) { try $0.money("amount", currency) }
    }

    /// Stores a dispute that was not known; false when it is there already.
    func store(
        _ state: DisputeState,
        _ id: ID<Dispute>,
        _ amount: Money,
        of payment: PaymentRecord,
        now: Date
    ) throws -> Bool {
        try run(
            """
            INSERT INTO disputes (
                id, payment_id, customer_id, gateway_dispute_id, status, gateway_phase, reason,
                amount_minor, currency, due_by, has_evidence, opened_at, created_at
            ) VALUES (
                \(id.uuid), \(payment.id.uuid), \(payment.customer.uuid), \(state.id), 'open',
                \(state.status), \(state.reason), \(amount.minorUnits), \(amount.currency.code),
                \(state.dueBy), \(state.hasEvidence), \(state.created), \(now)
            )
            ON CONFLICT DO NOTHING
            """
        ) > 0
    }

    func store(_ state: DisputeState, of dispute: ID<Dispute>, now: Date) throws {
        let isClosed = state.standing != .open && state.standing != .inquiry
        try run(
            """
            UPDATE disputes SET status = \(state.standing.rawValue),
                gateway_phase = \(state.status), due_by = \(state.dueBy),
                has_evidence = \(state.hasEvidence),
                closed_at = CASE WHEN \(isClosed) THEN coalesce(closed_at, \(now)) END
            WHERE id = \(dispute.uuid)
            """
        )
    }

    func storeWithdrawal(
        _ amount: Money,
        fee: Money,
        move: String,
        of dispute: ID<Dispute>
    ) throws {
        try run(
            """
            UPDATE disputes SET settled_currency = \(amount.currency.code),
                withdrawn_minor = \(amount.minorUnits), withdrawal_move_id = \(move),
                fee_minor = fee_minor + \(fee.minorUnits)
            WHERE id = \(dispute.uuid)
            """
        )
    }

    func storeReinstatement(
        _ amount: Money,
        fee: Money,
        move: String,
        of dispute: ID<Dispute>
    ) throws {
        try run(
            """
            UPDATE disputes SET reinstated_minor = \(amount.minorUnits),
                reinstatement_move_id = \(move), fee_minor = fee_minor + \(fee.minorUnits)
            WHERE id = \(dispute.uuid)
            """
        )
    }

    /// Keeps that what a dispute's payment has paid for is to be stopped.
    func markFreezing(_ dispute: ID<Dispute>) throws {
        try run("UPDATE disputes SET freezes = true WHERE id = \(dispute.uuid)")
    }

    /// A customer's payments whose disputes, open or lost, stop what they have paid for.
    func freezingDisputes(of customer: ID<Customer>) throws -> [ID<Payment>] {
        try all(
            """
            SELECT payment_id FROM disputes
            WHERE customer_id = \(customer.uuid) AND freezes AND status IN ('open', 'lost')
            """
        ) { try $0.id("payment_id") }
    }

    /// Whether something of this kind stands in the books for a dispute.
    func isPosted(_ kind: String, for dispute: ID<Dispute>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM ledger_transactions WHERE kind = \(kind)
                AND cause_type = \(Dispute.idPrefix) AND cause_id = \(dispute.uuid)
            """
        )
    }

    /// The accounts that a payment has paid for: those of its order, and those of its invoice's
    /// subscriptions.
    func accountsPaid(by payment: PaymentRecord) throws -> [ID<HostingAccount>] {
        try all(
            """
            SELECT DISTINCT a.id FROM hosting_accounts a
            JOIN order_items i ON i.id = a.order_item_id
            LEFT JOIN subscriptions s ON s.order_item_id = i.id
            WHERE a.customer_id = \(payment.customer.uuid)
                AND a.status IN ('provisioning', 'active', 'suspended') AND (
                    i.order_id = \(payment.order?.uuid) OR s.id IN (
                        SELECT subscription_id FROM subscription_lines
                        JOIN invoice_lines ON invoice_lines.id = invoice_line_id
                        WHERE invoice_id = \(payment.invoice.uuid)
                    )
                )
            ORDER BY 1
            """
        ) { try $0.id("id") }
    }

    /// The licence that was delivered with an account.
    func license(of account: ID<HostingAccount>) throws -> ID<License>? {
        try first(
            """
            SELECT l.id FROM licenses l JOIN subscriptions s ON s.id = subscription_id
            JOIN hosting_accounts a ON a.order_item_id = s.order_item_id
            WHERE a.id = \(account.uuid) AND l.status <> 'cancelled'
            """
        ) { try $0.id("id") }
    }
}

extension DisputeRecord {
    fileprivate static let columns: SQL = """
        disputes.id, disputes.payment_id, invoice_id, order_id, disputes.customer_id,
        customers.name AS customer_name, gateway_dispute_id, disputes.status, gateway_phase,
        disputes.reason, disputes.amount_minor, disputes.currency, due_by, has_evidence,
        disputes.settled_currency, withdrawn_minor - reinstated_minor AS held_minor,
        disputes.fee_minor, withdrawal_move_id IS NOT NULL AS is_withdrawn,
        reinstatement_move_id IS NOT NULL AS is_reinstated, opened_at, closed_at
        FROM disputes JOIN payments ON payments.id = disputes.payment_id
        JOIN customers ON customers.id = disputes.customer_id
        """

    fileprivate init(row: Row) throws {
        let settled = try row.optional("settled_currency", as: String.self).map { _ in
            try row.currency("settled_currency")
        }
        self.init(
            id: try row.id("id"),
            payment: try row.id("payment_id"),
            invoice: try row.id("invoice_id"),
            order: try row.optionalID("order_id"),
            customer: try row.id("customer_id"),
            customerName: try row.get("customer_name"),
            gatewayID: try row.get("gateway_dispute_id"),
            status: try row.choice("status"),
            gatewayPhase: try row.get("gateway_phase"),
            reason: try row.get("reason"),
            amount: try row.money("amount_minor", try row.currency("currency")),
            dueBy: try row.optional("due_by"),
            hasEvidence: try row.get("has_evidence"),
            held: try settled.map { try row.money("held_minor", $0) },
            fee: try settled.map { try row.money("fee_minor", $0) },
            isWithdrawn: try row.get("is_withdrawn"),
            isReinstated: try row.get("is_reinstated"),
            openedAt: try row.get("opened_at"),
            closedAt: try row.optional("closed_at")
        )
    }
}
