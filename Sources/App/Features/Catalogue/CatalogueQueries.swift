import Core
import Foundation
import Postgres

extension Session {
    /// What is for sale now, by plan and cycle.
    func offeredPlans(currency: Currency) throws -> [PlanOffer: OfferedPlan] {
        let offers = try all(
            """
            SELECT plans.id AS plan_id, name, prices.id AS price_id, billing_cycle, amount_minor,
                currency, max_accounts, max_domains, max_databases, max_emails
            FROM plans JOIN prices ON prices.plan_id = plans.id
            WHERE active AND retired_at IS NULL AND currency = \(currency.code)
            """
        ) { row in
            (
                PlanOffer(plan: try row.id("plan_id"), cycle: try row.choice("billing_cycle")),
                OfferedPlan(
                    id: try row.id("plan_id"),
                    name: try row.get("name"),
                    price: try row.id("price_id"),
                    amount: try row.money("amount_minor", try row.currency("currency")),
                    quotas: try Quotas(row: row)
                )
            )
        }
        return Dictionary(offers) { first, _ in first }
    }

    /// What names cost a year, by ending and action.
    func domainPrices(currency: Currency) throws -> [DomainOffer: Money] {
        let prices = try all(
            """
            SELECT ending, action, amount_minor FROM domain_prices
            WHERE active AND currency = \(currency.code) AND action IN ('register', 'transfer')
            """
        ) { row in
            (
                DomainOffer(ending: try row.get("ending"), action: try row.choice("action")),
                try row.money("amount_minor", currency)
            )
        }
        return Dictionary(prices) { first, _ in first }
    }

    /// The endings that names are sold with, in the order they are shown.
    func soldEndings(currency: Currency) throws -> [String] {
        try all(
            """
            SELECT ending FROM domain_prices
            WHERE active AND currency = \(currency.code) AND action = 'register'
            ORDER BY position, ending
            """
        ) { try $0.get("ending") }
    }

    func packageID(of plan: ID<Plan>) throws -> Int64? {
        try first("SELECT package_id FROM plans WHERE id = \(plan.uuid)") {
            try $0.optional("package_id", as: Int64.self)
        } ?? nil
    }

    /// All plans, or those for sale, in the order they are shown.
    func plans(onlyActive: Bool, currency: Currency) throws -> [PlanRecord] {
        let prices = try currentPrices(currency: currency)
        return try all(
            """
            SELECT \(PlanRecord.columns) FROM plans WHERE active OR NOT \(onlyActive)
            ORDER BY position, name
            """
        ) { try PlanRecord(row: $0, prices: prices, currency) }
    }

    func plan(_ id: ID<Plan>, currency: Currency) throws -> PlanRecord? {
        let prices = try currentPrices(currency: currency)
        return try first("SELECT \(PlanRecord.columns) FROM plans WHERE id = \(id.uuid)") {
            try PlanRecord(row: $0, prices: prices, currency)
        }
    }

    private func currentPrices(
        currency: Currency
    ) throws -> [ID<Plan>: [PlanRecord.CurrentPrice]] {
        let prices = try all(
            """
            SELECT id, plan_id, billing_cycle, amount_minor, currency FROM prices
            WHERE retired_at IS NULL
            ORDER BY currency <> \(currency.code), currency, billing_cycle
            """
        ) { row in
            (
                try row.id("plan_id", of: Plan.self),
                PlanRecord.CurrentPrice(
                    id: try row.id("id"),
                    cycle: try row.choice("billing_cycle"),
                    amount: try row.money("amount_minor", try row.currency("currency"))
                )
            )
        }
        return Dictionary(grouping: prices, by: \.0).mapValues { $0.map(\.1) }
    }

    func storePlan(_ plan: PlanRecord, now: Date) throws {
        try run(
            """
            INSERT INTO plans (
                id, slug, name, description, position, max_accounts, max_domains, max_databases,
                max_emails, features, package_id, active, created_at, updated_at
            ) VALUES (
                \(plan.id.uuid), \(plan.slug), \(plan.name), \(plan.description),
                \(plan.position), \(plan.quotas.accounts), \(plan.quotas.domains),
                \(plan.quotas.databases), \(plan.quotas.emails), \(plan.features),
                \(plan.packageID), \(plan.isActive), \(now), \(now)
            )
            ON CONFLICT (id) DO UPDATE SET
                slug = excluded.slug, name = excluded.name, description = excluded.description,
                position = excluded.position, max_accounts = excluded.max_accounts,
                max_domains = excluded.max_domains, max_databases = excluded.max_databases,
                max_emails = excluded.max_emails, features = excluded.features,
                package_id = excluded.package_id, active = excluded.active, updated_at = \(now)
            """
        )
    }

    /// Retires the price of a plan for a cycle and puts a new one in its place; what was sold keeps
    /// the old one.
    func setPrice(
        _ id: ID<Price>,
        of plan: ID<Plan>,
        cycle: BillingCycle,
        to amount: Money,
        now: Date
    ) throws {
        try run(
            """
            UPDATE prices SET retired_at = \(now)
            WHERE plan_id = \(plan.uuid) AND billing_cycle = \(cycle.rawValue)
                AND currency = \(amount.currency.code) AND retired_at IS NULL
                AND amount_minor <> \(amount.minorUnits)
            """
        )
        try run(
            """
            INSERT INTO prices (id, plan_id, billing_cycle, amount_minor, currency, created_at)
            VALUES (
                \(id.uuid), \(plan.uuid), \(cycle.rawValue), \(amount.minorUnits),
                \(amount.currency.code), \(now)
            )
            ON CONFLICT DO NOTHING
            """
        )
    }

    func storeDomainPrice(
        ending: String,
        action: String,
        amount: Money,
        position: Int
    ) throws {
        try run(
            """
            INSERT INTO domain_prices (ending, action, amount_minor, currency, position, active)
            VALUES (
                \(ending), \(action), \(amount.minorUnits), \(amount.currency.code), \(position),
                true
            )
            ON CONFLICT DO NOTHING
            """
        )
    }
}

extension PlanRecord {
    static let columns: SQL = """
        id, slug, name, description, position, max_accounts, max_domains, max_databases,
        max_emails, features, package_id, active
        """

    init(row: Row, prices: [ID<Plan>: [CurrentPrice]], _ currency: Currency) throws {
        let id: ID<Plan> = try row.id("id")
        self.init(
            id: id,
            slug: try row.get("slug"),
            name: try row.get("name"),
            description: try row.get("description"),
            position: try row.get("position"),
            quotas: try Quotas(row: row),
            features: try row.get("features"),
            packageID: try row.optional("package_id"),
            isActive: try row.get("active"),
            prices: (prices[id] ?? []).filter { $0.amount.currency == currency },
            foreignPrices: (prices[id] ?? []).filter { $0.amount.currency != currency }
        )
    }
}
