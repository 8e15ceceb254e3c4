import Core
import Cryptography
import Foundation
import Postgres
import Support

/// Asks panel servers whether they are well; only servers that are get new accounts.
struct ServerHealth {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The job that asks all of them from time to time.
    func check() async throws -> JobOutcome {
        let servers = try await services.database.transaction(for: .system) {
            try $0.servers().filter(\.isActive)
        }
        _ = await ask(servers)
        return .done
    }

    /// Asks servers, all at once, and stores what each says; in the order they were given.
    func ask(_ servers: [ServerRecord]) async -> [ServerStatus] {
        await withTaskGroup(of: (Int, ServerStatus).self) { group in
            for (index, server) in servers.enumerated() {
                group.addTask {
                    (index, ServerStatus(server: server, isOnline: await isOnline(server)))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func isOnline(_ server: ServerRecord) async -> Bool {
        do {
            let panel = try PanelServer(server, services.keyring)
            let isHealthy = await services.panel.isHealthy(panel)
            let now = services.clock.now
            try await services.database.transaction(for: .system) {
                try $0.setHealth(of: server.id, to: isHealthy, now: now)
            }
            if isHealthy != server.isHealthy {
                services.log.warning(
                    "a server's health changed",
                    ["server": server.id.text, "healthy": "\(isHealthy)"]
                )
            }
            return isHealthy
        } catch {
            services.log.error(
                "a server could not be asked for its health",
                ["server": server.id.text, "error": "\(error)"]
            )
            return false
        }
    }
}
