import Core
import Foundation
import Postgres
import Support

/// Compares what is wished of accounts with what their panels say, and mends what differs.
///
/// What is stored is what was wished and done, so the panel is told once more. An account that its
/// panel does not know cannot be mended by telling; staff see it.
struct AccountReconciliation {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that looks at every server which is in use and well.
    func run() async throws -> JobOutcome {
        let servers = try await services.database.transaction(for: .system) {
            try $0.servers().filter { $0.isActive && $0.isHealthy }
        }
        for server in servers {
            do { try await reconcile(server) } catch let failure as RemoteFailure {
                // Whether it is well is another job's affair; the next turn asks again.
                services.log.warning(
                    "a panel's accounts could not be compared",
                    ["server": server.id.text, "error": failure.detail]
                )
            }
        }
        return .done
    }

    private func reconcile(_ server: ServerRecord) async throws {
        let services = services
        // Read before the panel is asked: what is wished meanwhile is not compared.
        let stored = try await services.database.transaction(for: .system) {
            try $0.settledAccounts(on: server.id)
        }
        guard !stored.isEmpty else { return }
        let panel = try PanelServer(server, services.keyring)
        let listed = Dictionary(
            try await services.panel.accounts(on: panel).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        // A number alone names nobody: a panel may have given it to another account since.
        let seen = Dictionary(
            uniqueKeysWithValues: stored.compactMap { account in
                account.remoteUserID.flatMap { listed[$0] }
                    .flatMap { account.isStill($0) ? (account.id, $0) : nil }
            }
        )
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            for account in stored {
                let found = seen[account.id]
                // A panel of a version that does not say how accounts stand says that they are.
                let state = found.map { $0.isSuspended ?? account.isSuspended }
                try session.setPanelState(
                    state.map { $0 ? .suspended : .active } ?? .missing,
                    of: account.id,
                    now: now
                )
            }
        }
        for account in stored {
            guard let isSuspended = seen[account.id]?.isSuspended else { continue }
            if isSuspended != account.isSuspended || account.waits(whileSuspended: isSuspended) {
                try await mend(account)
            }
        }
    }

    /// Wishes again what was wished last, unless something else has been wished meanwhile.
    private func mend(_ account: HostingAccountRecord) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard let current = try session.lockHostingAccount(account.id), current.canBeChanged,
                current.wish?.isPending != true, current.status == account.status,
                // What could not be removed is left to staff.
                current.wish?.goal != .terminated
            else { return }
            // Where a panel did what it was asked and its answers were lost, the wish is what counts.
            try HostingAccounts.wish(
                current.wish?.goal ?? (current.isSuspended ? .suspended : .active),
                current.wish.map(\.reason) ?? current.suspendedReason,
                for: account.id,
                .job(.reconcileAccounts),
                session,
                services,
                now: now
            )
        }
        services.log.warning(
            "a panel did not have an account as it was wished",
            [
                "account": account.id.text,
                "wished": account.wish?.goal.rawValue ?? account.status.rawValue,
            ]
        )
    }
}

extension HostingAccountRecord {
    fileprivate var isSuspended: Bool { status == .suspended }

    /// Whether it waits for a change that was given up while its panel did not answer. What a panel
    /// refuses, it would refuse again.
    fileprivate func waits(whileSuspended isSuspended: Bool) -> Bool {
        guard let wish, wish.isUnanswered else { return false }
        return wish.goal == (isSuspended ? .active : .suspended)
    }

    /// What a panel said of an account when it was last asked.
    enum PanelState: String, Sendable, CaseIterable { case active, suspended, missing }
}
