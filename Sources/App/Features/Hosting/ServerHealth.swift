import Core
import Cryptography
import Foundation
import Postgres
import Support

/// Asks every panel server whether it is well; only servers that are get new accounts.
struct ServerHealth {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func check() async throws -> JobOutcome {
        let servers = try await services.database.transaction(for: .system) {
            try $0.servers().filter(\.isActive)
        }
        await withTaskGroup(of: Void.self) { group in
            for server in servers { group.addTask { await check(server) } }
        }
        return .done
    }

    private func check(_ server: ServerRecord) async {
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
        } catch {
            services.log.error(
                "a server's health could not be stored",
                ["server": server.id.text, "error": "\(error)"]
            )
        }
    }
}
