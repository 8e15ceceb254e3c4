package import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web
import Wire

/// What staff can do with the fleet of panel servers.
///
/// Credentials are stored sealed and appear in no answer, audit entry or log line.
package struct Servers: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The servers by name, those after one when paging.
    package func list(after name: String? = nil, most: Int = 1_000) async throws -> [ServerRecord] {
        try await services.database.transaction(for: .system) {
            try $0.servers(after: name, most: most)
        }
    }

    package func show(_ id: ID<Server>) async throws -> ServerRecord {
        try await services.database.transaction(for: .system) {
            try $0.server(id).orThrow(Problem.notFound)
        }
    }

    /// Adds a server that answers.
    ///
    /// - Throws: a ``Web/Problem``: 422 for an address that may not be or does not answer, 409 for
    /// a   name or an address that another server has.
    package func create(_ server: NewServer, actor: Actor) async throws -> ServerRecord {
        let services = services
        let server = server.at(try address(server.baseURL))
        try await checkIsNew(name: server.name, baseURL: server.baseURL, except: nil)
        try await checkIsWell(
            PanelServer(
                baseURL: server.baseURL,
                apiKey: server.apiKey,
                apiSecret: server.apiSecret.exposed
            )
        )
        let id = ID<Server>(services.ids.next())
        let now = services.clock.now
        return try await storing { session in
            try session.storeServer(
                id,
                server,
                keyring: services.keyring,
                isHealthy: true,
                now: now
            )
            let record = try session.server(id).orThrow(Problem.notFound)
            try session.record(
                AuditEntry(actor, "server.create", id, after: record.auditText),
                now: now
            )
            return record
        }
    }

    /// Changes a server. One that is to be reached differently has to answer there, with the keys
    /// it is to have.
    ///
    /// - Throws: a ``Web/Problem`` as ``create(_:actor:)`` does, 422 for a capacity below what the
    ///   server holds, 409 when others keep changing how it is reached.
    package func change(
        _ id: ID<Server>,
        _ change: ServerChange,
        actor: Actor
    ) async throws -> ServerRecord {
        let address = try change.baseURL.map { try self.address($0) }
        for _ in 0..<3 {
            let seen = try await show(id)
            let intended = try seen.with(change, at: address, services.keyring)
            if intended.name != seen.name || intended.baseURL != seen.baseURL {
                try await checkIsNew(name: intended.name, baseURL: intended.baseURL, except: id)
            }
            if change.isAboutAccess {
                try await checkIsWell(try PanelServer(intended, services.keyring))
            }
            if let record = try await store(change, at: address, asSeen: seen, actor) {
                return record
            }
        }
        throw Problem.serverIsBeingChanged
    }

    /// Applies a change to the server as it is now; nil when it is no longer reached in the way in
    /// which it was asked whether it is well.
    private func store(
        _ change: ServerChange,
        at address: String?,
        asSeen seen: ServerRecord,
        _ actor: Actor
    ) async throws -> ServerRecord? {
        let services = services
        let now = services.clock.now
        return try await storing { session in
            let current = try session.lockServer(seen.id).orThrow(Problem.notFound)
            guard !change.isAboutAccess || current.isReached(as: seen) else { return nil }
            let changed = try current.with(change, at: address, services.keyring)
            guard changed.capacity >= current.currentAccounts else {
                throw Problem.capacityIsTaken(current.currentAccounts)
            }
            try session.updateServer(changed, isAnswering: change.isAboutAccess, now: now)
            let record = try session.server(seen.id).orThrow(Problem.notFound)
            var after = record.auditText
            if change.apiKey != nil || change.apiSecret != nil {
                after = after.setting("credentials", "changed")
            }
            try session.record(
                AuditEntry(
                    actor,
                    "server.change",
                    seen.id,
                    before: current.auditText,
                    after: after
                ),
                now: now
            )
            return record
        }
    }

    /// Removes a server that holds no account.
    ///
    /// - Throws: a conflict when there is one.
    package func remove(_ id: ID<Server>, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let server = try session.lockServer(id).orThrow(Problem.notFound)
            guard server.currentAccounts == 0 else { throw Problem.serverIsInUse }
            try session.removeServer(id, now: now)
            try session.record(
                AuditEntry(actor, "server.remove", id, before: server.auditText),
                now: now
            )
        }
    }

    /// Asks all servers at once whether they are well, and stores it.
    package func status() async throws -> [ServerStatus] {
        let servers = try await list()
        return await ServerHealth(services).ask(servers)
    }

    /// Asks one server now whether it is well, because somebody wants to know, and stores it.
    package func check(_ id: ID<Server>, actor: Actor) async throws -> ServerStatus {
        let server = try await show(id)
        let statuses = await ServerHealth(services).ask([server])
        let status = try statuses.first.orThrow(Problem.notFound)
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try $0.record(
                AuditEntry(
                    actor,
                    "server.check",
                    id,
                    after: ["problem": .string(status.problem ?? "none")]
                ),
                now: now
            )
        }
        return status
    }

    private func address(_ text: String) throws -> String {
        do {
            let insecure = services.configuration.allowsInsecurePanels
            return try PanelAddress(text, allowsInsecure: insecure).text
        } catch {
            throw Problem(error)
        }
    }

    private func checkIsWell(_ server: PanelServer) async throws {
        switch await ServerHealth(services).problem(of: server) {
        case nil: break
        case .noAnswer: throw Problem.serverIsUnreachable
        case .refusal(let words): throw Problem.serverRefusesKeys(words)
        }
    }

    private func checkIsNew(name: String, baseURL: String, except id: ID<Server>?) async throws {
        let isTaken = try await services.database.transaction(for: .system) {
            try $0.hasServer(name: name, baseURL: baseURL, except: id)
        }
        if isTaken { throw Problem.serverIsThereAlready }
    }

    /// Stores, where two requests at the same time may want the same name.
    private func storing<Stored: Sendable>(
        _ body: @escaping @Sendable (Session) throws -> Stored
    ) async throws -> Stored {
        do {
            return try await services.database.transaction(for: .system, body)
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.serverIsThereAlready
        }
    }
}

extension Problem {
    static let serverIsUnreachable = Problem.refused(
        "server_unreachable",
        "The server does not answer its health check with these credentials."
    )
    static let serverIsBeingChanged = Problem.conflict(
        "server_changed_meanwhile",
        "Somebody else is changing how the server is reached. Try again."
    )
    static let serverRefusesKeys = serverRefusesKeys("The server does not accept these keys.")

    static func serverRefusesKeys(_ words: String) -> Problem {
        .refused("server_refuses_keys", words)
    }

    static let serverIsThereAlready = Problem.conflict(
        "server_exists",
        "A server of this name or address is there already."
    )
    static let serverIsInUse = Problem.conflict(
        "server_in_use",
        "The server still holds accounts. Delete them or set the server inactive."
    )

    static func capacityIsTaken(_ accounts: Int) -> Problem {
        .invalid(
            "capacity",
            "capacity_below_accounts",
            "The server holds \(accounts) accounts; it cannot have room for fewer."
        )
    }

    init(_ refusal: PanelAddress.Refusal) {
        self =
            switch refusal {
            case .malformed:
                .invalid(
                    "base_url",
                    "bad_format",
                    "must be an address such as https://panel.example.com:9000, without a path"
                )
            case .insecure:
                .invalid("base_url", "insecure", "must begin with https://: secrets go there")
            case .internalAddress:
                .invalid("base_url", "internal_address", "must not be a link-local address")
            }
    }
}

extension NewServer {
    /// The same server with its address as it is stored.
    fileprivate func at(_ baseURL: String) -> NewServer {
        NewServer(
            name: name,
            description: description,
            baseURL: baseURL,
            apiKey: apiKey,
            apiSecret: apiSecret,
            capacity: capacity,
            location: location,
            tags: tags
        )
    }
}

extension ServerRecord {
    /// The same server with some of it changed.
    fileprivate func with(
        _ change: ServerChange,
        at baseURL: String?,
        _ keyring: Keyring
    ) throws -> ServerRecord {
        ServerRecord(
            id: id,
            name: change.name ?? name,
            description: change.description.applied(to: description),
            baseURL: baseURL ?? self.baseURL,
            keySealed: try change.apiKey.map {
                try keyring.seal($0, context: ServerRecord.keyContext(of: id))
            } ?? keySealed,
            secretSealed: try change.apiSecret.map {
                try keyring.seal($0.exposed, context: ServerRecord.secretContext(of: id))
            } ?? secretSealed,
            capacity: change.capacity ?? capacity,
            currentAccounts: currentAccounts,
            location: change.location.applied(to: location),
            tags: change.tags ?? tags,
            isActive: change.isActive ?? isActive,
            isHealthy: isHealthy,
            healthProblem: healthProblem,
            checkedAt: checkedAt,
            createdAt: createdAt
        )
    }

    /// Whether the server is reached at the same address and with the same keys.
    fileprivate func isReached(as other: ServerRecord) -> Bool {
        baseURL == other.baseURL && keySealed == other.keySealed
            && secretSealed == other.secretSealed
    }

    /// The server as the audit log keeps it; its credentials are left out.
    fileprivate var auditText: JSON {
        [
            "name": .string(name), "description": description.map { .string($0) } ?? .null,
            "base_url": .string(baseURL), "capacity": .integer(Int64(capacity)),
            "location": location.map { .string($0) } ?? .null,
            "tags": .array(tags.map { .string($0) }), "active": .bool(isActive),
        ]
    }
}
