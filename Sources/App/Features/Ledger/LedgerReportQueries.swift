import Core
import Foundation
import Postgres

extension Session {
    /// Accounts with what stands on them, those after a place when paging.
    func ledgerAccounts(
        _ filter: LedgerAccountFilter = LedgerAccountFilter(),
        after place: [String]? = nil,
        most: Int
    ) throws -> [LedgerAccountRecord] {
        try all(
            """
            SELECT \(LedgerAccountRecord.columns)
            WHERE (\(filter.kind?.rawValue)::text IS NULL OR kind = \(filter.kind?.rawValue))
                AND (\(filter.customer?.uuid)::uuid IS NULL
                    OR customer_id = \(filter.customer?.uuid))
                AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            LedgerAccountRecord.init(row:)
        )
    }

    func ledgerAccount(_ id: ID<LedgerAccount>) throws -> LedgerAccountRecord? {
        try first(
            "SELECT \(LedgerAccountRecord.columns) WHERE a.id = \(id.uuid)",
            LedgerAccountRecord.init(row:)
        )
    }

    /// Entries that a filter lets through, those after a place when paging.
    func ledgerEntries(
        _ filter: LedgerFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [LedgerEntryRecord] {
        let entries = try all(
            """
            SELECT e.id, e.transaction_id, e.account_id, e.amount_minor, e.currency,
                a.kind AS account_kind, c.name AS customer_name, t.kind, t.cause_type,
                t.cause_id, t.at,
                coalesce(i.order_id, p.order_id, returned.order_id, bought.order_id) AS order_id,
                coalesce(i.id, p.invoice_id, returned.invoice_id, u.invoice_id, n.invoice_id)
                    AS invoice_id,
                coalesce(k.customer_id, o.customer_id) AS creditor, k.source AS credit_source,
                k.reason AS credit_reason
            FROM ledger_entries e
            JOIN ledger_accounts a ON a.id = e.account_id
            JOIN ledger_transactions t ON t.id = e.transaction_id
            LEFT JOIN customers c ON c.id = a.customer_id
            LEFT JOIN invoices i ON t.cause_type = 'inv' AND i.id = t.cause_id
            LEFT JOIN payments p ON t.cause_type = 'pay' AND p.id = t.cause_id
            LEFT JOIN refunds r ON t.cause_type = 'ref' AND r.id = t.cause_id
            LEFT JOIN payments returned ON returned.id = r.payment_id
            LEFT JOIN credit_spendings u ON t.cause_type = 'cru' AND u.id = t.cause_id
            LEFT JOIN credits k
                ON k.id = CASE t.cause_type WHEN 'crd' THEN t.cause_id ELSE u.credit_id END
            LEFT JOIN credit_payouts o ON t.cause_type = 'cpo' AND o.id = t.cause_id
            LEFT JOIN credit_notes n ON t.cause_type = 'crn' AND n.id = t.cause_id
            LEFT JOIN domain_operations done ON t.cause_type = 'dop' AND done.id = t.cause_id
            LEFT JOIN domains d ON d.id = done.domain_id
            LEFT JOIN order_items bought ON bought.id = d.order_item_id
            WHERE \(filter.condition) AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            LedgerEntryRecord.init(row:)
        )
        guard let account = filter.account else { return entries }
        return try withBalances(entries, of: account)
    }

    /// Adds what stood on the account after each of its entries.
    private func withBalances(
        _ entries: [LedgerEntryRecord],
        of account: ID<LedgerAccount>
    ) throws -> [LedgerEntryRecord] {
        let ids = entries.map(\.id)
        guard let newest = ids.max(), let oldest = ids.min() else { return [] }
        let balances = try all(
            """
            SELECT id, sum(amount_minor) OVER (ORDER BY id) + (
                    SELECT coalesce(sum(amount_minor), 0) FROM ledger_entries
                    WHERE account_id = \(account.uuid) AND id < \(oldest)
                ) AS balance
            FROM ledger_entries
            WHERE account_id = \(account.uuid) AND id BETWEEN \(oldest) AND \(newest)
            """
        ) { (try $0.get("id", as: Int64.self), try $0.get("balance", as: Int64.self)) }
        let byEntry = Dictionary(balances) { first, _ in first }
        return entries.map { entry in
            var entry = entry
            entry.balance = byEntry[entry.id].map {
                Money(minorUnits: $0, entry.amount.currency)
            }
            return entry
        }
    }

    /// What stood on all accounts of each kind and currency before a moment.
    func trialBalance(before time: Date) throws -> [TrialBalanceLine] {
        try all(
            """
            SELECT kind, gateway, currency, sum(amount) AS balance
            FROM ledger_accounts a JOIN (
                SELECT account_id, sum(amount_minor) AS amount
                FROM ledger_entries e JOIN ledger_transactions t ON t.id = transaction_id
                WHERE at < \(time) GROUP BY 1
            ) sums ON account_id = a.id
            GROUP BY 1, 2, 3 ORDER BY currency, kind, gateway
            """
        ) { row in
            TrialBalanceLine(
                kind: try row.choice("kind"),
                gateway: try row.optional("gateway"),
                balance: try row.money("balance", try row.currency("currency"))
            )
        }
    }
}

extension LedgerFilter {
    /// Only what is asked for is a condition, so that each way of asking finds rows by an index.
    fileprivate var condition: SQL {
        var conditions: [SQL] = ["true"]
        if let account { conditions.append("e.account_id = \(account.uuid)") }
        if let object {
            conditions.append(
                """
                e.transaction_id = ANY (ARRAY(
                    SELECT id FROM ledger_transactions WHERE \(object.condition)
                ))
                """
            )
        }
        if let from { conditions.append("t.at >= \(from)") }
        if let before { conditions.append("t.at < \(before)") }
        return conditions.joined(separator: " AND ")
    }
}

extension LedgerObject {
    /// Which transactions tell of the object or of what belongs to it. Payments are found by their
    /// customer, for whom there is an index.
    fileprivate var condition: SQL {
        switch self {
        case .transaction(let id): "id = \(id.uuid)"
        case .refund(let id): "cause_id = \(id.uuid)"
        case .dispute(let id): "cause_id = \(id.uuid)"
        case .creditNote(let id): "cause_id = \(id.uuid)"
        case .registrarPayment(let id): "cause_id = \(id.uuid)"
        case .payment(let id):
            """
            cause_id IN (
                SELECT \(id.uuid)::uuid
                UNION ALL SELECT id FROM refunds WHERE payment_id = \(id.uuid)
                UNION ALL SELECT id FROM disputes WHERE payment_id = \(id.uuid)
            )
            """
        case .domain(let id):
            "cause_id IN (SELECT id FROM domain_operations WHERE domain_id = \(id.uuid))"
        case .credit(let id):
            """
            cause_id IN (
                SELECT \(id.uuid)::uuid
                UNION ALL SELECT id FROM credit_spendings WHERE credit_id = \(id.uuid)
            )
            """
        case .invoice(let id):
            LedgerObject.causes(
                others: "SELECT id FROM credit_spendings WHERE invoice_id = \(id.uuid)",
                invoices: "id = \(id.uuid)",
                payments: """
                    invoice_id = \(id.uuid)
                    AND customer_id = (SELECT customer_id FROM invoices WHERE id = \(id.uuid))
                    """
            )
        case .order(let id):
            LedgerObject.causes(
                others: """
                    SELECT id FROM credit_spendings
                    WHERE invoice_id IN (SELECT id FROM invoices WHERE order_id = \(id.uuid))
                    UNION ALL
                    SELECT id FROM credits WHERE source = 'returned' AND cause_id = \(id.uuid)
                    UNION ALL
                    SELECT o.id FROM order_items i
                    JOIN domains d ON d.order_item_id = i.id
                    JOIN domain_operations o ON o.domain_id = d.id
                    WHERE i.order_id = \(id.uuid)
                    """,
                invoices: "order_id = \(id.uuid)",
                payments: """
                    order_id = \(id.uuid)
                    AND customer_id = (SELECT customer_id FROM orders WHERE id = \(id.uuid))
                    """
            )
        case .customer(let id):
            LedgerObject.causes(
                others: """
                    SELECT id FROM credits WHERE customer_id = \(id.uuid)
                    UNION ALL SELECT id FROM credit_spendings WHERE customer_id = \(id.uuid)
                    UNION ALL SELECT id FROM domain_operations WHERE customer_id = \(id.uuid)
                    UNION ALL SELECT id FROM credit_payouts WHERE customer_id = \(id.uuid)
                    """,
                invoices: "customer_id = \(id.uuid)",
                payments: "customer_id = \(id.uuid)"
            )
        }
    }

    private static func causes(others: SQL, invoices: SQL, payments: SQL) -> SQL {
        """
        cause_id IN (
            SELECT id FROM invoices WHERE \(invoices)
            UNION ALL SELECT id FROM credit_notes
            WHERE invoice_id IN (SELECT id FROM invoices WHERE \(invoices))
            UNION ALL SELECT id FROM payments WHERE \(payments)
            UNION ALL SELECT id FROM refunds
            WHERE payment_id IN (SELECT id FROM payments WHERE \(payments))
            UNION ALL SELECT id FROM disputes
            WHERE payment_id IN (SELECT id FROM payments WHERE \(payments))
            UNION ALL \(others)
        )
        """
    }
}

extension LedgerAccountRecord {
    fileprivate static let columns: SQL = """
        a.id, kind, customer_id, customers.name AS customer_name, gateway, a.currency, (
            SELECT coalesce(sum(amount_minor), 0) FROM ledger_entries WHERE account_id = a.id
        ) AS balance
        FROM ledger_accounts a LEFT JOIN customers ON customers.id = customer_id
        """

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            kind: try row.choice("kind"),
            customer: try row.optionalID("customer_id"),
            customerName: try row.optional("customer_name"),
            gateway: try row.optional("gateway"),
            balance: try row.money("balance", try row.currency("currency"))
        )
    }
}

extension LedgerEntryRecord {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row.get("id"),
            transaction: try row.id("transaction_id"),
            account: try row.id("account_id"),
            accountKind: try row.choice("account_kind"),
            customerName: try row.optional("customer_name"),
            amount: try row.money("amount_minor", try row.currency("currency")),
            posting: try row.get("kind"),
            cause: LedgerCause(
                type: try row.get("cause_type"),
                uuid: try row.get("cause_id"),
                order: try row.optionalID("order_id"),
                invoice: try row.optionalID("invoice_id"),
                creditor: try row.optionalID("creditor"),
                creditSource: try row.optional("credit_source", as: String.self)
                    .flatMap { CreditSource.Kind(rawValue: $0) },
                creditReason: try row.optional("credit_reason")
            ),
            at: try row.get("at")
        )
    }
}
