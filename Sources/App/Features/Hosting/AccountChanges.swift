package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

extension HostingAccounts {
    /// Stops an account at its panel.
    ///
    /// - Throws: a ``Web/Problem`` when the account has ended or the panel does not do it.
    @discardableResult
    package func suspend(
        _ id: ID<HostingAccount>,
        reason: String,
        actor: Actor
    ) async throws -> HostingAccountRecord {
        try await change(id, "hosting_account.suspend", actor, after: ["reason": .string(reason)]) {
            try await services.panel.suspend($0, reason: reason, on: $1)
        } store: {
            try $0.setSuspended(id, reason: reason)
        }
    }

    /// Lets a stopped account go on.
    @discardableResult
    package func unsuspend(
        _ id: ID<HostingAccount>,
        actor: Actor
    ) async throws -> HostingAccountRecord {
        try await change(id, "hosting_account.unsuspend", actor, after: nil) {
            try await services.panel.unsuspend($0, on: $1)
        } store: {
            try $0.setSuspended(id, reason: nil)
        }
    }

    /// Removes an account at its panel and gives its room back.
    @discardableResult
    package func delete(
        _ id: ID<HostingAccount>,
        actor: Actor
    ) async throws -> HostingAccountRecord {
        let now = services.clock.now
        return try await change(id, "hosting_account.delete", actor, after: nil) {
            try await services.panel.delete($0, on: $1)
        } store: {
            _ = try $0.endAccount(id, as: .terminated, now: now)
        }
    }

    /// What an account uses, as its panel counts it.
    package func statistics(_ id: ID<HostingAccount>) async throws -> PanelStatistics {
        let account = try await show(id)
        guard let remote = account.remoteUserID, account.status.takesRoom else {
            throw Problem.accountIsNotThere
        }
        return try await services.panel.statistics(remote, on: panelServer(account.server))
    }

    /// One account.
    package func show(_ id: ID<HostingAccount>) async throws -> HostingAccountRecord {
        try await services.database.transaction(for: .system) {
            try $0.hostingAccount(id).orThrow(Problem.notFound)
        }
    }

    /// Accounts newest first.
    package func list(
        _ filter: HostingAccountFilter = HostingAccountFilter(),
        before: ID<HostingAccount>? = nil,
        most: Int
    ) async throws -> [HostingAccountRecord] {
        try await services.database.transaction(for: .system) {
            try $0.hostingAccounts(filter, before: before, most: most)
        }
    }

    /// Asks the panel first and stores its effect after: both are harmless when repeated, so a
    /// crash in between is mended by asking again.
    private func change(
        _ id: ID<HostingAccount>,
        _ action: String,
        _ actor: Actor,
        after: JSON?,
        remote: (Int64, PanelServer) async throws -> Void,
        store: @escaping @Sendable (Session) throws -> Void
    ) async throws -> HostingAccountRecord {
        let account = try await show(id)
        guard account.status == .active || account.status == .suspended,
            let remoteUserID = account.remoteUserID
        else { throw Problem.accountIsNotThere }
        try await remote(remoteUserID, panelServer(account.server))
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            try store(session)
            try session.record(
                AuditEntry(
                    actor,
                    action,
                    id,
                    customer: account.customer,
                    before: ["status": .string(account.status.rawValue)],
                    after: after
                ),
                now: now
            )
            return try session.hostingAccount(id).orThrow(Problem.notFound)
        }
    }
}

extension Problem {
    static let accountIsNotThere = Problem.conflict(
        "account_not_there",
        "The account is not, or no longer, on its server."
    )
}
