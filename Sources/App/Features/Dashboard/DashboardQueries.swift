import Core
import Foundation
import InternetNames
import Postgres

/// A subscription with what came of it, as its customer sees it.
struct HostedService: Sendable {
    let subscription: ID<Subscription>
    let planName: String
    let domain: String?
    let status: SubscriptionRecord.Status
    let cycle: BillingCycle
    let renewsAt: Date
    /// When it ends; nil while it renews.
    let endsAt: Date?
    let licenseHint: String?
    let licenseStatus: LicenseStatus?
    let username: String?
    let accountStatus: HostingAccountRecord.Status?
    let suspendedReason: String?
    let panelURL: String?

    /// What the service is in a few words.
    var label: String { domain ?? "\(planName) hosting" }
}

extension Session {
    /// What a customer has bought, newest first; of one order when one is named.
    func hostedServices(
        of customer: ID<Customer>? = nil,
        in order: ID<Order>? = nil,
        most: Int
    ) throws -> [HostedService] {
        try all(
            """
            SELECT s.id, p.name AS plan_name, i.domain_name, s.status, s.billing_cycle,
                s.current_period_end, s.ends_at,
                l.key_hint, l.status AS license_status, a.username, a.status AS account_status,
                a.suspended_reason, v.base_url
            FROM subscriptions s JOIN order_items i ON i.id = s.order_item_id
            JOIN plans p ON p.id = s.plan_id
            LEFT JOIN licenses l ON l.subscription_id = s.id
            LEFT JOIN hosting_accounts a ON a.order_item_id = i.id
                AND a.status IN ('provisioning', 'active', 'suspended')
            LEFT JOIN servers v ON v.id = a.server_id
            WHERE (\(customer?.uuid)::uuid IS NULL OR s.customer_id = \(customer?.uuid))
                AND (\(order?.uuid)::uuid IS NULL OR i.order_id = \(order?.uuid))
            ORDER BY s.id DESC LIMIT \(most)
            """,
            HostedService.init(row:)
        )
    }
}

extension HostedService {
    fileprivate init(row: Row) throws {
        self.init(
            subscription: try row.id("id"),
            planName: try row.get("plan_name"),
            domain: try row.optional("domain_name").map { InternetName.unicode($0) },
            status: try row.choice("status"),
            cycle: try row.choice("billing_cycle"),
            renewsAt: try row.get("current_period_end"),
            endsAt: try row.optional("ends_at"),
            licenseHint: try row.optional("key_hint"),
            licenseStatus: try row.optionalChoice("license_status"),
            username: try row.optional("username"),
            accountStatus: try row.optionalChoice("account_status"),
            suspendedReason: try row.optional("suspended_reason"),
            panelURL: try row.optional("base_url")
        )
    }
}

extension Row {
    fileprivate func optionalChoice<Choice: RawRepresentable<String>>(
        _ column: String
    ) throws -> Choice? {
        guard try optional(column, as: String.self) != nil else { return nil }
        return try choice(column)
    }
}
