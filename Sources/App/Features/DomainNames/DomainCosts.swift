import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What registrars charge us for names.
///
/// It is asked for once a name is ours, and booked once an operation. A registrar that does not
/// tell is believed to charge what administrators have set for the ending.
struct DomainCosts: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that asks what an operation has cost, until that is known.
    func learn(_ job: LeasedJob) async throws -> JobOutcome {
        let services = services
        let id = try DomainCosts.operation(of: job)
        let found = try await services.database.transaction(for: .system) {
            try $0.purchaseWithoutCost(id)
        }
        guard let purchase = found else { return .done }
        guard let cost = try await cost(of: purchase, isLastTry: job.isLastAttempt) else {
            let ending = purchase.name.ending
            return .dead(
                reason: "The registrar does not tell what .\(ending) costs us. Set its cost "
                    + "(PUT /api/v1/admin/domain-costs) and run this job again."
            )
        }
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard try session.store(cost, of: id) else { return }
            try Ledger.post(.domainCost(cost), cause: id, session, ids: services.ids, now: now)
        }
        return .done
    }

    private func cost(of purchase: DomainPurchase, isLastTry: Bool) async throws -> Money? {
        do {
            let told = try await services.registrar.cost(
                of: purchase.name,
                purchase.action,
                years: purchase.years
            )
            if let told { return told }
        } catch let failure as RemoteFailure {
            guard isLastTry || failure.isRefusal else { throw failure }
        }
        return try await services.database.transaction(for: .system) {
            try $0.domainCost(of: purchase.name.ending, purchase.action)
        }
        .map { Money(minorUnits: $0.minorUnits * Int64(purchase.years), $0.currency) }
    }

    /// Jobs that the migration made name the operation as the database does.
    private static func operation(of job: LeasedJob) throws -> ID<DomainOperation> {
        if let id = job.payload["operation"]?.string.flatMap({ UUID(uuidString: $0) }) {
            return ID(id)
        }
        return try job.id("operation")
    }

    /// All that administrators have set.
    func list() async throws -> [SetDomainCost] {
        try await services.database.transaction(for: .system) { try $0.domainCosts() }
    }

    /// Sets what a year of a name costs us. What is booked already stays.
    func set(_ cost: SetDomainCost, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try session.store(cost)
            try session.record(
                AuditEntry(
                    actor,
                    "domain_cost.set",
                    type: "domain_cost",
                    id: cost.ending,
                    after: [
                        "action": .string(cost.action.rawValue),
                        "amount": .string(cost.yearly.description),
                    ]
                ),
                now: now
            )
        }
    }
}

/// A name that was bought from a registrar.
struct DomainPurchase: Sendable {
    let name: DomainName
    let action: DomainAction
    let years: Int
}

/// What a year of names with an ending costs us, as administrators have set it.
struct SetDomainCost: Sendable, Equatable {
    let ending: String
    let action: DomainAction
    let yearly: Money
}

extension RemoteFailure {
    fileprivate var isRefusal: Bool {
        if case .refused = self { true } else { false }
    }
}

extension NewJob {
    /// Asks what a name has cost, once it is ours.
    static func learningCost(of operation: ID<DomainOperation>) -> NewJob {
        NewJob(
            .learnDomainCost,
            payload: ["operation": .string(operation.text)],
            dedupKey: operation.uuid.uuidString.lowercased()
        )
    }
}
