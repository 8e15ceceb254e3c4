import Core
import Cryptography
import Foundation
import Postgres
import Support

/// Asks panel servers whether they are well; only servers that are get new accounts.
///
/// A panel's health check proves no key, so a well one is also asked for its accounts.
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
                    (index, ServerStatus(server: server, problem: await askOne(server)))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// What keeps a panel from getting accounts; nil when it is well.
    func problem(of panel: PanelServer) async -> Problem? {
        guard await services.panel.isHealthy(panel) else { return .noAnswer }
        do {
            _ = try await services.panel.accounts(on: panel)
            return nil
        } catch let failure as RemoteFailure where !failure.isTemporary {
            return .refusal(failure.detail)
        } catch {
            // It is up, and too busy to prove the keys right now.
            return nil
        }
    }

    /// What is wrong with a server.
    enum Problem: Sendable {
        case noAnswer
        /// It is up and does not let us in; in its words.
        case refusal(String)

        var text: String {
            switch self {
            case .noAnswer: "It does not answer its health check."
            case .refusal(let words): words
            }
        }
    }

    private func askOne(_ server: ServerRecord) async -> String? {
        do {
            let problem = await problem(of: try PanelServer(server, services.keyring))?.text
            let now = services.clock.now
            try await services.database.transaction(for: .system) {
                try $0.setHealth(of: server.id, problem: problem, now: now)
            }
            if (problem == nil) != server.isHealthy {
                services.log.warning(
                    "a server's health changed",
                    ["server": server.id.text, "problem": problem ?? "none"]
                )
            }
            return problem
        } catch {
            services.log.error(
                "a server could not be asked for its health",
                ["server": server.id.text, "error": "\(error)"]
            )
            return "It could not be asked for its health."
        }
    }
}
