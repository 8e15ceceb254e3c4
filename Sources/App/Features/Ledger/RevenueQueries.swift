import Core
import Foundation
import Postgres

extension Session {
    /// Keeps lines from changing while a day is earned.
    func lockEarnings() throws {
        try run("SELECT pg_advisory_xact_lock(hashtext('line_earnings'))")
    }

    /// Follows what is put off of invoices that are issued in this transaction.
    func followEarnings(of invoices: [ID<Invoice>]) throws {
        try run(
            """
            INSERT INTO line_earnings (line_id)
            SELECT id FROM invoice_lines l
            WHERE invoice_id = ANY(\(invoices.map(\.uuid))) AND \(Session.isDeferred)
            """
        )
    }

    /// Looks at the lines of an invoice again, because something was given back of them.
    func reviseEarnings(of invoice: ID<Invoice>) throws {
        try run("SELECT pg_advisory_xact_lock_shared(hashtext('line_earnings'))")
        try run(
            """
            UPDATE line_earnings SET is_running = true
            WHERE line_id IN (SELECT id FROM invoice_lines WHERE invoice_id = \(invoice.uuid))
            """
        )
    }

    /// The last day of which it is known what it earned.
    func lastRevenueDay() throws -> Date? {
        try one("SELECT max(day)::timestamp AT TIME ZONE 'UTC' AS day FROM revenue_runs") {
            try $0.optional("day")
        }
    }

    func storeRevenueRun(_ day: Date, now: Date) throws {
        try run(
            """
            INSERT INTO revenue_runs (day, finished_at)
            VALUES ((\(day)::timestamptz AT TIME ZONE 'UTC')::date, \(now))
            """
        )
    }

    func store(_ earned: EarnedRevenue, as id: ID<RevenueDay>, on day: Date) throws {
        try run(
            """
            INSERT INTO revenue_days (id, day, currency, amount_minor, lines)
            VALUES (
                \(id.uuid), (\(day)::timestamptz AT TIME ZONE 'UTC')::date,
                \(earned.amount.currency.code), \(earned.amount.minorUnits), \(earned.lines)
            )
            """
        )
    }

    /// Brings every running line to what is earned of it at a moment, and ends those whose time is
    /// over; what that comes to, by currency.
    func earn(until moment: Date) throws -> [EarnedRevenue] {
        try all(
            """
            WITH due AS MATERIALIZED (
                SELECT line_id, currency, earned_minor AS before,
                    is_void OR until <= moment AS ends,
                    CASE WHEN is_void THEN 0
                        ELSE earned_part(net_minor, step, since, until, moment) END AS after
                FROM (\(Session.followedLines)) followed
                CROSS JOIN (SELECT \(moment)::timestamptz AS moment) clock
                WHERE is_running AND issued_at < moment
            ), changed AS (
                UPDATE line_earnings e SET earned_minor = after, is_running = NOT ends
                FROM due WHERE due.line_id = e.line_id AND (after <> before OR ends)
                RETURNING currency, after - before AS amount
            )
            SELECT currency, sum(amount)::bigint AS amount, count(*) AS lines FROM changed
            GROUP BY 1 HAVING sum(amount) <> 0 ORDER BY 1
            """
        ) { row in
            EarnedRevenue(
                amount: try row.money("amount", try row.currency("currency")),
                lines: try row.get("lines")
            )
        }
    }

    /// Lines `l` that pay for a time to come.
    static let isDeferred: SQL = """
        (l.kind IN ('plan', 'subscription') OR l.kind = 'manual' AND l.period_start IS NOT NULL)
        """

    /// Lines that are followed, with what is kept of each without tax, and its time. One that has
    /// none is earned when it is issued.
    static let followedLines: SQL = """
        SELECT e.line_id, e.earned_minor, e.is_running, i.currency, i.issued_at,
            i.status = 'void' AS is_void,
            CASE WHEN i.currency IN ('BHD', 'JOD', 'KWD', 'OMR', 'TND') THEN 10
                WHEN i.currency IN ('ISK', 'UGX') THEN 100 ELSE 1 END::bigint AS step,
            CASE WHEN i.status = 'void' THEN 0
                ELSE l.amount_minor - l.discount_minor
                    - CASE WHEN i.is_tax_inclusive THEN l.tax_minor ELSE 0 END
                    - coalesce((
                        SELECT sum(total_minor - c.tax_minor) FROM credit_note_lines c
                        WHERE c.invoice_line_id = l.id
                    ), 0) END::bigint AS net_minor,
            coalesce(s.span_start_at, l.period_start, i.issued_at) AS since,
            coalesce(s.span_end_at, l.period_end, i.issued_at) AS until
        FROM line_earnings e JOIN invoice_lines l ON l.id = e.line_id
        JOIN invoices i ON i.id = l.invoice_id
        LEFT JOIN subscription_lines s ON s.invoice_line_id = l.id
        """
}
