package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Disputes as staff see them. They are answered in the processor's dashboard, which keeps the
/// evidence; what comes of it reaches us by itself.
package struct Disputes: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    package func show(_ id: ID<Dispute>) async throws -> DisputeRecord {
        try await services.database.transaction(for: .system) {
            try $0.dispute(id).orThrow(Problem.notFound)
        }
    }

    /// Disputes newest first.
    package func list(
        _ filter: DisputeFilter,
        after place: [String]? = nil,
        most: Int
    ) async throws -> [DisputeRecord] {
        try await services.database.transaction(for: .system) {
            try $0.disputes(filter, after: place, most: most)
        }
    }

    /// Asks the processor how a dispute stands.
    func check(_ id: ID<Dispute>) async throws {
        let dispute = try await show(id)
        try await DisputeSettlements(services).discover(dispute.payment)
    }

    func policy() async throws -> DisputePolicy {
        try await services.database.transaction(for: .system) {
            DisputePolicy(freezesServices: try $0.flag(DisputePolicy.setting))
        }
    }

    func change(_ policy: DisputePolicy, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let before = try session.flag(DisputePolicy.setting)
            guard before != policy.freezesServices else { return }
            try session.setSetting(
                DisputePolicy.setting,
                to: .bool(policy.freezesServices),
                now: now
            )
            try session.record(
                AuditEntry(
                    actor,
                    "settings.change",
                    type: "settings",
                    id: "all",
                    before: [DisputePolicy.setting: .bool(before)],
                    after: [DisputePolicy.setting: .bool(policy.freezesServices)]
                ),
                now: now
            )
        }
    }
}

/// What happens by itself when a payment is disputed.
struct DisputePolicy: Sendable {
    static let setting = "disputes_freeze_services"

    /// Whether what the payment has paid for is stopped until the dispute is won.
    let freezesServices: Bool
}
