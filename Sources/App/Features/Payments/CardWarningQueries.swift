import Core
import Foundation
import Postgres

extension Session {
    /// The default cards that expire within a notice's days, of customers with something that
    /// renews, who have not been told yet.
    func cardsToWarnOf(
        _ notice: CardWarnings.Notice,
        now: Date,
        most: Int
    ) throws -> [ExpiringCard] {
        let latest = now.addingTimeInterval(Double(notice.rawValue) * 86_400)
        // Whoever is told that there is a week left is not told of a month any more.
        let templates = CardWarnings.Notice.allCases.filter { $0.rawValue <= notice.rawValue }
            .map(\.template)
        return try all(
            """
            SELECT customer_id, name, email, brand, last_digits, ends_at, cause
            FROM (
                SELECT p.customer_id, c.name, c.email, brand, last_digits, p.id::text || '.'
                        || expires_year || '-' || expires_month AS cause,
                    make_timestamptz(
                        expires_year + expires_month / 12, expires_month % 12 + 1, 1, 0, 0, 0, 'UTC'
                    ) AS ends_at
                FROM payment_methods p JOIN customers c ON c.id = p.customer_id
                WHERE is_default AND removed_at IS NULL AND EXISTS (
                    SELECT FROM subscriptions s
                    WHERE s.customer_id = p.customer_id AND s.status <> 'cancelled'
                )
            ) cards
            WHERE ends_at > \(now) AND ends_at <= \(latest) AND NOT EXISTS (
                SELECT FROM email_outbox m
                WHERE m.template = ANY(\(templates)) AND m.cause_id = cause
            )
            ORDER BY ends_at LIMIT \(most)
            """
        ) { row in
            ExpiringCard(
                customer: try row.id("customer_id"),
                name: try row.get("name"),
                email: try row.get("email"),
                label: try row.get("brand", as: String.self).capitalized + " •••• "
                    + row.get("last_digits"),
                endsAt: try row.get("ends_at"),
                cause: try row.get("cause")
            )
        }
    }
}
