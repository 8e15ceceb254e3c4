package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What is for sale, and how staff change it.
///
/// A price is never changed: it is retired and a new one takes its place, so that what was sold
/// keeps the price and the quotas it was sold with.
package struct Plans: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The plans in the order they are shown.
    package func list(
        includingRetired: Bool = false,
        in currency: Currency? = nil
    ) async throws -> [PlanRecord] {
        let currency = currency ?? services.configuration.currency
        return try await services.database.transaction(for: .system) {
            try $0.plans(onlyActive: !includingRetired, currency: currency)
        }
    }

    /// One plan, for sale or not.
    package func show(_ reference: PlanReference) async throws -> PlanRecord {
        let currency = services.configuration.currency
        return try await services.database.transaction(for: .system) { session in
            let id: ID<Plan>? =
                switch reference {
                case .id(let id): id
                case .slug(let slug): try session.planID(slug: slug)
                }
            let plan = try id.flatMap { try session.plan($0, currency: currency) }
            return try plan.orThrow(Problem.notFound)
        }
    }

    package func show(_ id: ID<Plan>) async throws -> PlanRecord { try await show(.id(id)) }

    /// Puts a new plan up for sale.
    ///
    /// - Throws: a ``Web/Problem`` that names the fields that cannot be, or a conflict when another
    ///   plan has its slug.
    package func create(_ details: PlanDetails, actor: Actor) async throws -> PlanRecord {
        try Plans.check(details, soldIn: services.configuration.currencies)
        let id = ID<Plan>(services.ids.next())
        return try await store(id, actor: actor, action: "plan.create") { session, _ in
            try session.lockPlanPositions()
            return (nil, details)
        }
    }

    /// Changes a plan. What stays nil in the change stays what it was.
    package func change(
        _ id: ID<Plan>,
        _ change: PlanChange,
        actor: Actor
    ) async throws -> PlanRecord {
        let currencies = services.configuration.currencies
        return try await store(id, actor: actor, action: "plan.change") { session, currency in
            try session.lockPlan(id).orThrow(Problem.notFound)
            let before = try session.plan(id, currency: currency).orThrow(Problem.notFound)
            let details = change.applied(to: before)
            try Plans.check(details, soldIn: currencies)
            return (before, details)
        }
    }

    /// Takes a plan off sale; whoever has bought it keeps it.
    package func retire(_ id: ID<Plan>, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try session.lockPlan(id).orThrow(Problem.notFound)
            guard try session.retirePlan(id, now: now) else { return }
            try session.record(
                AuditEntry(
                    actor,
                    "plan.retire",
                    id,
                    before: ["active": true],
                    after: ["active": false]
                ),
                now: now
            )
        }
    }

    /// Stores a plan as it becomes under its lock.
    private func store(
        _ id: ID<Plan>,
        actor: Actor,
        action: String,
        decide: @escaping @Sendable (Session, Currency) throws -> (PlanRecord?, PlanDetails)
    ) async throws -> PlanRecord {
        let services = services
        let now = services.clock.now
        let currency = services.configuration.currency
        do {
            return try await services.database.transaction(for: .system) { session in
                let (before, details) = try decide(session, currency)
                let position =
                    try details.position ?? before?.position ?? session.nextPlanPosition()
                try session.storePlan(details.record(id, position: position), now: now)
                for currency in services.configuration.currencies {
                    try session.setPrices(
                        details.prices.filter { $0.amount.currency == currency },
                        of: id,
                        currency,
                        ids: services.ids,
                        now: now
                    )
                }
                let plan = try session.plan(id, currency: currency).orThrow(Problem.notFound)
                try session.record(
                    AuditEntry(
                        actor,
                        action,
                        id,
                        before: before?.auditText,
                        after: plan.auditText
                    ),
                    now: now
                )
                return plan
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.slugIsTaken
        }
    }

    /// Everything about a plan that depends on more than one field.
    private static func check(_ details: PlanDetails, soldIn currencies: [Currency]) throws {
        var errors: [FieldError] = []
        if !details.prices.contains(where: { $0.amount.currency == currencies.first }) {
            errors.append(FieldError("prices", "too_few", "Give the plan at least one price."))
        }
        var known: Set<String> = []
        for (index, price) in details.prices.enumerated() {
            errors += price.faults(at: "prices.\(index)", soldIn: currencies)
            let key = "\(price.cycle.rawValue) \(price.amount.currency.code)"
            if !known.insert(key).inserted {
                errors.append(
                    FieldError(
                        "prices.\(index).billing_cycle",
                        "duplicate",
                        "One price a cycle and currency."
                    )
                )
            }
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
    }
}

extension Problem {
    static let slugIsTaken = Problem.conflict("slug_taken", "Another plan has this slug.")
}

extension PlanPrice {
    /// What a plan may cost for a cycle, in minor units: the card processor takes no payment of
    /// nine digits.
    package static let allowedAmounts: ClosedRange<Int64> = 0...99_999_999

    fileprivate func faults(at field: String, soldIn currencies: [Currency]) -> [FieldError] {
        var errors: [FieldError] = []
        if !currencies.contains(amount.currency) {
            let codes = currencies.map(\.code).joined(separator: ", ")
            let message = "Prices are in \(codes) here."
            errors.append(FieldError("\(field).price.currency", "unknown_currency", message))
        }
        if !amount.minorUnits.isMultiple(of: amount.currency.step) {
            let message = "must be a multiple of \(amount.currency.step)"
            errors.append(FieldError("\(field).price.amount", "not_chargeable", message))
        }
        if !PlanPrice.allowedAmounts.contains(amount.minorUnits) {
            let message = "must be from 0 to \(PlanPrice.allowedAmounts.upperBound)"
            errors.append(FieldError("\(field).price.amount", "out_of_range", message))
        }
        return errors
    }
}

extension PlanRecord {
    /// The plan as the audit log keeps it.
    fileprivate var auditText: JSON {
        func limit(_ value: Int64?) -> JSON { value.map { .integer($0) } ?? .null }
        return [
            "slug": .string(slug), "name": .string(name), "description": .string(description),
            "position": .integer(Int64(position)), "package_id": limit(packageID),
            "features": .array(features.map { .string($0) }), "active": .bool(isActive),
            "quotas": [
                "accounts": limit(quotas.accounts), "domains": limit(quotas.domains),
                "databases": limit(quotas.databases), "emails": limit(quotas.emails),
            ],
            "prices": .object(
                prices.map { JSON.Member($0.cycle.rawValue, .string($0.amount.description)) }
            ),
        ]
    }
}
