import Core
import Foundation
import Postgres

extension Session {
    func lockReconciliations() throws {
        try run("SELECT pg_advisory_xact_lock(hashtext('reconciliations'))")
    }

    /// Where the last comparison ended; before the first, where the books of the processor begin.
    func nextReconciliationStart(now: Date) throws -> Date {
        try one(
            """
            SELECT coalesce(
                (SELECT max(until_time) FROM reconciliations),
                date_trunc('day', (
                    SELECT min(at) FROM ledger_transactions
                    WHERE kind IN ('payment_captured', 'payment_unplaced')
                )),
                \(now.addingTimeInterval(-86_400))
            ) AS start
            """
        ) { try $0.get("start") }
    }

    func store(_ record: ReconciliationRecord) throws {
        try run(
            """
            INSERT INTO reconciliations (
                id, gateway, from_time, until_time, finished_at, moves, matched, found, resolved
            ) VALUES (
                \(record.id.uuid), 'stripe', \(record.from), \(record.until),
                \(record.finishedAt), \(record.moves), \(record.matched), \(record.found),
                \(record.resolved)
            )
            """
        )
    }

    func store(_ move: BalanceMove, seenIn run: ID<Reconciliation>) throws {
        try self.run(
            """
            INSERT INTO balance_moves (
                id, gateway, kind, source, intent, amount_minor, fee_minor, currency, moved_at,
                first_seen_in
            ) VALUES (
                \(move.id), 'stripe', \(move.kind), \(move.source), \(move.intent),
                \(move.amount), \(move.fee), \(move.currency.uppercased()), \(move.created),
                \(run.uuid)
            )
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Stores a payout; false when it is there already.
    func store(
        _ id: ID<Payout>,
        _ gatewayID: String,
        _ amount: Money,
        move: BalanceMove
    ) throws -> Bool {
        try run(
            """
            INSERT INTO payouts (
                id, gateway, gateway_payout_id, balance_move_id, amount_minor, currency, paid_at
            ) VALUES (
                \(id.uuid), 'stripe', \(gatewayID), \(move.id), \(amount.minorUnits),
                \(amount.currency.code), \(move.created)
            )
            ON CONFLICT DO NOTHING
            """
        ) > 0
    }

    /// Keeps that a payout came back; nil when it is not known, or known to have.
    func storeFailure(_ move: BalanceMove, ofPayout gatewayID: String) throws -> ID<Payout>? {
        try first(
            """
            UPDATE payouts SET failure_move_id = \(move.id), failed_at = \(move.created)
            WHERE gateway_payout_id = \(gatewayID) AND failure_move_id IS NULL
            RETURNING id
            """
        ) { try $0.id("id") }
    }

    /// Finds for each move the transaction of the books that is the same. Of what was settled in
    /// another currency, that is the one that changed it.
    func matchMoves() throws {
        try run(
            """
            UPDATE balance_moves m SET transaction_id = t.id
            FROM (
                SELECT balance_move_id AS move, id AS cause, CASE WHEN settled_currency IS NULL
                    THEN 'payment_captured' ELSE 'payment_settled' END AS kind
                FROM payments WHERE balance_move_id IS NOT NULL
                UNION ALL
                SELECT balance_move_id, id, 'payment_unplaced' FROM payments
                WHERE balance_move_id IS NOT NULL AND settled_currency IS NULL
                UNION ALL
                SELECT b.id, r.id, k.kind
                FROM balance_moves b JOIN refunds r ON gateway_refund_id = b.source
                JOIN (VALUES
                    ('refund', 'refund'), ('refund', 'unplaced_returned'),
                    ('payment_refund', 'refund'), ('payment_refund', 'unplaced_returned'),
                    ('refund_failure', 'refund_failed'),
                    ('refund_failure', 'unplaced_return_failed'),
                    ('payment_failure_refund', 'refund_failed'),
                    ('payment_failure_refund', 'unplaced_return_failed'),
                    ('refund', 'refund_settled'), ('payment_refund', 'refund_settled'),
                    ('refund_failure', 'refund_failure_settled'),
                    ('payment_failure_refund', 'refund_failure_settled')
                ) AS k (moved, kind) ON k.moved = b.kind
                    AND (settled_minor IS NOT NULL) = (k.kind LIKE '%_settled')
                WHERE transaction_id IS NULL
                UNION ALL
                SELECT withdrawal_move_id, id, 'dispute_opened'
                FROM disputes WHERE withdrawal_move_id IS NOT NULL
                UNION ALL
                SELECT reinstatement_move_id, id, 'dispute_won'
                FROM disputes WHERE reinstatement_move_id IS NOT NULL
                UNION ALL
                SELECT balance_move_id, id, 'payout' FROM payouts
                UNION ALL
                SELECT failure_move_id, id, 'payout_failed' FROM payouts
                WHERE failure_move_id IS NOT NULL
            ) known JOIN ledger_transactions t ON t.cause_id = known.cause AND t.kind = known.kind
            WHERE m.id = known.move AND m.transaction_id IS NULL
            """
        )
    }

    /// The transaction that changed into another currency what one of a cause and kind moved.
    static func settlement(ofCause cause: SQL, as kind: SQL) -> SQL {
        """
        SELECT FROM ledger_transactions settled
        WHERE settled.cause_id = \(cause) AND settled.kind = CASE \(kind)
            WHEN 'payment_captured' THEN 'payment_settled'
            WHEN 'payment_unplaced' THEN 'payment_settled'
            WHEN 'refund' THEN 'refund_settled'
            WHEN 'unplaced_returned' THEN 'refund_settled'
            WHEN 'refund_failed' THEN 'refund_failure_settled'
            WHEN 'unplaced_return_failed' THEN 'refund_failure_settled' END
        """
    }

    /// Everything that differs: moves that are not in the books, amounts and fees that are others
    /// there, and what the books say moved though the processor does not.
    func differences(before until: Date, most: Int) throws -> [Difference] {
        try all(
            """
            WITH booked AS (
                SELECT t.id, t.kind, t.cause_id, t.at, e.currency,
                    sum(e.amount_minor)::bigint AS amount
                FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
                JOIN ledger_accounts a ON a.id = e.account_id
                WHERE a.kind = 'clearing' AND a.gateway = 'stripe'
                GROUP BY t.id, e.currency
            ), compared AS (
                SELECT m.*, b.amount AS booked_minor,
                    -- A dispute's fee stands in the same transaction.
                    CASE WHEN b.kind LIKE 'dispute_%' THEN m.amount_minor - m.fee_minor
                        ELSE m.amount_minor END AS expected_minor
                FROM balance_moves m
                LEFT JOIN booked b ON b.id = m.transaction_id AND b.currency = m.currency
            )
            SELECT 'not_in_books' AS kind, c.id AS subject, p.id AS payment_id,
                c.amount_minor AS at_processor, NULL::bigint AS in_books, c.currency,
                c.kind || coalesce(' ' || c.source, '') AS detail, moved_at AS happened_at
            FROM compared c LEFT JOIN payments p ON gateway_intent_id = c.intent
            WHERE transaction_id IS NULL
            UNION ALL
            SELECT 'other_amount', c.id, p.id, expected_minor, booked_minor, c.currency,
                c.kind || coalesce(' ' || c.source, ''), moved_at
            FROM compared c LEFT JOIN payments p ON gateway_intent_id = c.intent
            WHERE transaction_id IS NOT NULL AND booked_minor IS DISTINCT FROM expected_minor
            UNION ALL
            SELECT 'other_fee', c.id, p.id, c.fee_minor, coalesce(-f.amount, 0), c.currency,
                'fee of ' || c.kind || coalesce(' ' || c.source, ''), moved_at
            FROM compared c JOIN payments p ON p.balance_move_id = c.id
            LEFT JOIN booked f ON f.kind = 'payment_fee' AND f.cause_id = p.id
            WHERE c.fee_minor <> coalesce(-f.amount, 0)
            UNION ALL
            SELECT 'not_at_processor', b.id::text, coalesce(r.payment_id, d.payment_id, p.id),
                NULL, b.amount, b.currency, b.kind, b.at
            FROM booked b
            LEFT JOIN payments p ON p.id = b.cause_id
            LEFT JOIN refunds r ON r.id = b.cause_id
            LEFT JOIN disputes d ON d.id = b.cause_id
            WHERE b.kind <> 'payment_fee'
                AND b.at >= (
                    SELECT coalesce(min(from_time), 'infinity') FROM reconciliations
                )
                AND b.at < \(until.addingTimeInterval(-3_600))
                AND NOT EXISTS (SELECT FROM balance_moves m WHERE m.transaction_id = b.id)
                AND NOT EXISTS (\(Session.settlement(ofCause: "b.cause_id", as: "b.kind")))
            ORDER BY happened_at LIMIT \(most)
            """
        ) { row in
            Difference(
                kind: try row.choice("kind"),
                subject: try row.get("subject"),
                payment: try row.optionalID("payment_id"),
                atProcessorMinor: try row.optional("at_processor"),
                inBooksMinor: try row.optional("in_books"),
                currency: try row.get("currency"),
                detail: try row.get("detail"),
                happenedAt: try row.get("happened_at")
            )
        }
    }

    func openSubjects() throws -> Set<FindingKey> {
        Set(
            try all(
                "SELECT kind, subject FROM reconciliation_findings WHERE resolved_at IS NULL"
            ) { FindingKey(try $0.choice("kind"), try $0.get("subject")) }
        )
    }

    /// Stores what was found; false when it was found before.
    func store(
        _ difference: Difference,
        _ id: ID<Discrepancy>,
        foundIn run: ID<Reconciliation>,
        now: Date
    ) throws -> Bool {
        try self.run(
            """
            INSERT INTO reconciliation_findings (
                id, gateway, kind, subject, object_id, at_processor_minor, in_books_minor,
                currency, detail, happened_at, found_in, found_at
            ) VALUES (
                \(id.uuid), 'stripe', \(difference.kind.rawValue), \(difference.subject),
                \(difference.payment?.text), \(difference.atProcessorMinor),
                \(difference.inBooksMinor), \(difference.currency), \(difference.detail),
                \(difference.happenedAt), \(run.uuid), \(now)
            )
            ON CONFLICT DO NOTHING
            """
        ) > 0
    }

    func resolve(_ key: FindingKey, saying resolution: String, now: Date) throws {
        try run(
            """
            UPDATE reconciliation_findings SET resolved_at = \(now), resolution = \(resolution)
            WHERE kind = \(key.kind.rawValue) AND subject = \(key.subject)
                AND resolved_at IS NULL
            """
        )
    }

    func countMoves(from: Date, until: Date) throws -> (all: Int, matched: Int) {
        try one(
            """
            SELECT count(*) AS moves, count(transaction_id) AS matched FROM balance_moves
            WHERE moved_at >= \(from) AND moved_at < \(until)
            """
        ) { (try $0.get("moves"), try $0.get("matched")) }
    }

    /// The payments of these names whose fee nobody has asked for yet.
    func paymentsWithoutFee(_ intents: [String]) throws -> [ID<Payment>] {
        try all(
            """
            SELECT id FROM payments
            WHERE gateway_intent_id = ANY(\(intents)) AND balance_move_id IS NULL
            """
        ) { try $0.id("id") }
    }

    func discrepancy(_ id: ID<Discrepancy>) throws -> ReconciliationFinding? {
        try first(
            "SELECT \(ReconciliationFinding.columns) WHERE id = \(id.uuid)",
            ReconciliationFinding.init(row:)
        )
    }

    func findings(
        _ filter: DifferenceFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [ReconciliationFinding] {
        try all(
            """
            SELECT \(ReconciliationFinding.columns)
            WHERE (\(filter.isOpen)::boolean IS NULL OR (resolved_at IS NULL) = \(filter.isOpen))
                AND (\(filter.kind?.rawValue)::text IS NULL OR kind = \(filter.kind?.rawValue))
                AND (\(filter.text)::text IS NULL OR strpos(detail, \(filter.text)) > 0
                    OR subject = \(filter.text) OR object_id = \(filter.text)
                    OR id = \(filter.text.flatMap { ID<Discrepancy>($0) }?.uuid))
                AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            ReconciliationFinding.init(row:)
        )
    }

    func countOpenFindings() throws -> Int64 {
        try one(
            "SELECT count(*) AS count FROM reconciliation_findings WHERE resolved_at IS NULL"
        ) { try $0.get("count") }
    }

    func reconciliations(
        _ filter: ComparisonFilter = ComparisonFilter(),
        after place: [String]? = nil,
        most: Int
    ) throws -> [ReconciliationRecord] {
        try all(
            """
            SELECT id, from_time, until_time, finished_at, moves, matched, found, resolved
            FROM reconciliations
            WHERE \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """
        ) { row in
            ReconciliationRecord(
                id: try row.id("id"),
                from: try row.get("from_time"),
                until: try row.get("until_time"),
                finishedAt: try row.get("finished_at"),
                moves: try row.get("moves"),
                matched: try row.get("matched"),
                found: try row.get("found"),
                resolved: try row.get("resolved")
            )
        }
    }
}

extension ReconciliationFinding {
    fileprivate static let columns: SQL = """
        id, kind, subject, object_id, at_processor_minor, in_books_minor, currency, detail,
        happened_at, found_at, resolved_at, resolution
        FROM reconciliation_findings
        """

    fileprivate init(row: Row) throws {
        let currency = try row.currency("currency")
        func money(_ column: String) throws -> Money? {
            try row.optional(column, as: Int64.self).map { Money(minorUnits: $0, currency) }
        }
        self.init(
            id: try row.id("id"),
            kind: try row.choice("kind"),
            subject: try row.get("subject"),
            payment: try row.optional("object_id", as: String.self).flatMap { ID($0) },
            atProcessor: try money("at_processor_minor"),
            inBooks: try money("in_books_minor"),
            detail: try row.get("detail"),
            happenedAt: try row.get("happened_at"),
            foundAt: try row.get("found_at"),
            resolvedAt: try row.optional("resolved_at"),
            resolution: try row.optional("resolution")
        )
    }
}
