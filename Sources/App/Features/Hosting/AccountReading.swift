package import Core
import Foundation
import Postgres
import Support
import Web

extension HostingAccounts {
    /// What an account uses, as its panel counts it.
    ///
    /// - Throws: a ``Web/Problem`` in the panel's words when it refuses to tell.
    package func statistics(_ id: ID<HostingAccount>) async throws -> PanelStatistics {
        let account = try await show(id)
        guard let remote = account.remoteUserID, account.status.takesRoom else {
            throw Problem.accountIsNotThere
        }
        do {
            return try await services.panel.statistics(remote, on: panelServer(account.server))
        } catch let failure as RemoteFailure where !failure.isTemporary {
            throw Problem.panelRefused(failure.detail)
        }
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
}
