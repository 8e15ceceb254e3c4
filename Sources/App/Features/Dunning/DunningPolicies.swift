package import Core
import Foundation
import Postgres
import Support
package import Web
import Wire

/// A policy about unpaid bills as it is stored, with the plans that it is for.
package struct DunningPolicyRecord: Sendable {
    package let id: ID<DunningTerms>
    package let name: String
    package let policy: DunningPolicy
    /// Whether plans without a policy of their own have this one.
    package let isDefault: Bool
    package let plans: [ID<Plan>]
}

/// The policies about unpaid bills, and how staff change them.
///
/// A plan belongs to one policy; an invoice over several plans follows the gentlest of theirs, so
/// that nobody is suspended earlier than one of the plans promises. A change holds for bills that
/// are overdue already as well.
package struct DunningPolicies: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// What staff say of a policy.
    package struct Details: Sendable {
        package let name: String
        package let policy: DunningPolicy
        /// The plans that have this policy from now on; nil leaves plans where they are.
        package let plans: [ID<Plan>]?
        /// True makes it the one that plans without a policy have.
        package let isDefault: Bool

        package init(name: String, policy: DunningPolicy, plans: [ID<Plan>]?, isDefault: Bool) {
            self.name = name
            self.policy = policy
            self.plans = plans
            self.isDefault = isDefault
        }
    }

    /// All policies, the default one first.
    package func list() async throws -> [DunningPolicyRecord] {
        try await services.database.transaction(for: .system) { try $0.dunningPolicies() }
    }

    /// - Throws: 404 when there is none.
    package func show(_ id: ID<DunningTerms>) async throws -> DunningPolicyRecord {
        try await services.database.transaction(for: .system) {
            try $0.dunningPolicy(id).orThrow(Problem.notFound)
        }
    }

    package func create(_ details: Details, actor: Actor) async throws -> DunningPolicyRecord {
        let id = ID<DunningTerms>(services.ids.next())
        return try await store(id, details, "dunning_policy.create", actor) { _ in nil }
    }

    /// - Throws: 404 when there is none, 409 when the default one would have no successor.
    package func change(
        _ id: ID<DunningTerms>,
        _ details: Details,
        actor: Actor
    ) async throws -> DunningPolicyRecord {
        try await store(id, details, "dunning_policy.change", actor) { session in
            let before = try session.dunningPolicy(id).orThrow(Problem.notFound)
            guard details.isDefault || !before.isDefault else { throw Problem.policyIsDefault }
            return before
        }
    }

    /// Removes a policy; its plans have the default one then.
    ///
    /// - Throws: 409 for the default one.
    package func remove(_ id: ID<DunningTerms>, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let policy = try session.dunningPolicy(id).orThrow(Problem.notFound)
            guard !policy.isDefault else { throw Problem.policyIsDefault }
            try session.removeDunningPolicy(id)
            try session.lookAtDunningAgain(now: now)
            try session.record(
                AuditEntry(actor, "dunning_policy.remove", id, before: policy.auditText),
                now: now
            )
        }
    }

    private func store(
        _ id: ID<DunningTerms>,
        _ details: Details,
        _ action: String,
        _ actor: Actor,
        before: @escaping @Sendable (Session) throws -> DunningPolicyRecord?
    ) async throws -> DunningPolicyRecord {
        let now = services.clock.now
        do {
            return try await services.database.transaction(for: .system) { session in
                let old = try before(session)
                for plan in details.plans ?? [] {
                    _ = try session.lockPlan(plan).orThrow(Problem.planIsNotThere)
                }
                try session.storeDunningPolicy(id, details, now: now)
                // What is overdue may have its next step earlier or later now.
                try session.lookAtDunningAgain(now: now)
                let stored = try session.dunningPolicy(id).orThrow(Problem.notFound)
                try session.record(
                    AuditEntry(
                        actor,
                        action,
                        id,
                        before: old?.auditText,
                        after: stored.auditText
                    ),
                    now: now
                )
                return stored
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.policyNameIsTaken
        }
    }

    /// Switches what happens to one customer's unpaid bills: while exempt, nothing but reminders.
    /// What is suspended already stays so until it is paid.
    package func setExemption(
        of customer: ID<Customer>,
        to isExempt: Bool,
        actor: Actor
    ) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let before = try session.isExemptFromDunning(customer).orThrow(Problem.notFound)
            guard before != isExempt else { return }
            try session.setDunningExemption(of: customer, to: isExempt)
            if isExempt { try session.withdrawRemovals(ofExempt: customer, now: now) }
            try session.lookAtDunningAgain(of: customer, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "customer.dunning_exemption",
                    customer,
                    customer: customer,
                    before: ["exempt": .bool(before)],
                    after: ["exempt": .bool(isExempt)]
                ),
                now: now
            )
        }
    }

    /// - Throws: 404 when there is no such customer.
    package func isExempt(_ customer: ID<Customer>) async throws -> Bool {
        try await services.database.transaction(for: .system) {
            try $0.isExemptFromDunning(customer).orThrow(Problem.notFound)
        }
    }
}

extension DunningPolicyRecord {
    fileprivate var auditText: JSON {
        [
            "name": .string(name), "timeline": .string(policy.words), "default": .bool(isDefault),
            "plans": .array(plans.map { .string($0.text) }),
        ]
    }
}

extension DunningPolicy {
    /// `charged again after 1, 3, 5 and 7 days, …`: what happens, for people.
    var words: String {
        var parts: [String] = []
        if !retryDays.isEmpty {
            parts.append("charged again on day \(DunningPolicy.list(retryDays))")
        }
        if !reminderDays.isEmpty {
            parts.append("reminded on day \(DunningPolicy.list(reminderDays))")
        }
        parts.append(suspensionDay.map { "suspended on day \($0)" } ?? "never suspended")
        if let termination {
            parts.append("notice on day \(termination.noticeDay)")
            parts.append("ended on day \(termination.day)")
        }
        return parts.joined(separator: ", ")
    }

    private static func list(_ days: [Int]) -> String {
        days.map { String($0) }.joined(separator: ", ")
    }

    /// How gentle it is: when it suspends, then when it ends; never is latest.
    var patience: (Int, Int) { (suspensionDay ?? .max, termination?.day ?? .max) }
}

extension Problem {
    static let policyIsDefault = Problem.conflict(
        "policy_is_default",
        "Plans without a policy have this one. Make another the default first."
    )
    static let policyNameIsTaken = Problem.conflict(
        "policy_name_taken",
        "Another policy has this name."
    )
    static let planIsNotThere = Problem.invalid([
        FieldError("plan_ids", "unknown_plan", "One of the plans is not there.")
    ])

    /// Why days make no policy, beside the field they were given in.
    package init(_ problem: DunningPolicy.Problem) {
        let error =
            switch problem {
            case .daysOutOfOrder:
                FieldError("retry_days", "out_of_order", "Days count upwards, each once.")
            case .dayOutOfRange(let most):
                FieldError("retry_days", "out_of_range", "A day is from 0 to \(most).")
            case .tooManyRetries(let most):
                FieldError("retry_days", "too_many", "A card is tried at most \(most) times.")
            case .terminatedBeforeSuspended:
                FieldError(
                    "termination_day",
                    "too_early",
                    "A service is suspended before it is ended."
                )
            case .terminatedWithoutNotice:
                FieldError("notice_day", "too_late", "Notice is given before the end.")
            }
        self = .invalid([error])
    }
}
