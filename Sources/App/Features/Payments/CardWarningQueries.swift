import Core
import Foundation
import Postgres

extension Session {
    /// The default cards that expire within a notice's days, of customers with something that
    /// renews, who have not been told yet; one customer's alone when told so.
    func cardsToWarnOf(
        _ notice: CardWarnings.Notice,
        of customer: ID<Customer>? = nil,
        now: Date,
        most: Int
    ) throws -> [ExpiringCard] {
        let latest = now.addingTimeInterval(notice.seconds)
        return try all(
            """
            SELECT customer_id, name, email, brand, last_digits, ends_at, cause
            FROM (\(Session.renewingCards)) cards
            WHERE ends_at > \(now) AND ends_at <= \(latest) AND NOT \(Session.isWarned(notice))
                AND (\(customer?.uuid)::uuid IS NULL OR customer_id = \(customer?.uuid))
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

    /// When a customer is next to be warned of a card; nil when there is nothing to be said.
    func nextCardWarning(of customer: ID<Customer>, now: Date) throws -> Date? {
        try CardWarnings.Notice.allCases.compactMap { notice in
            let end: Date? = try one(
                """
                SELECT min(ends_at) AS ends_at FROM (\(Session.renewingCards)) cards
                WHERE customer_id = \(customer.uuid) AND ends_at > \(now)
                    AND NOT \(Session.isWarned(notice))
                """
            ) { try $0.optional("ends_at") }
            return end?.addingTimeInterval(-notice.seconds)
        }
        .min()
    }

    /// Default cards of customers with something that renews, and when each ends.
    static let renewingCards: SQL = """
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
        """

    /// Whoever is told that there is a week left is not told of a month any more.
    private static func isWarned(_ notice: CardWarnings.Notice) -> SQL {
        let templates = CardWarnings.Notice.allCases.filter { $0.rawValue <= notice.rawValue }
            .map(\.template)
        return """
            EXISTS (
                SELECT FROM email_outbox m
                WHERE m.template = ANY(\(templates)) AND m.cause_id = cause
            )
            """
    }
}
