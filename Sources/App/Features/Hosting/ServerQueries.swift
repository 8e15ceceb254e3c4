import Core
import Foundation
import Postgres

extension Session {
    /// The servers by name, those after one when paging.
    func servers(after name: String?, most: Int) throws -> [ServerRecord] {
        try all(
            """
            SELECT \(ServerRecord.columns) FROM servers
            WHERE removed_at IS NULL AND (\(name)::text IS NULL OR name > \(name))
            ORDER BY name LIMIT \(most)
            """,
            ServerRecord.init(row:)
        )
    }

    /// A server that gets no accounts and loses none until the transaction ends.
    func lockServer(_ id: ID<Server>) throws -> ServerRecord? {
        try first(
            """
            SELECT \(ServerRecord.columns) FROM servers
            WHERE id = \(id.uuid) AND removed_at IS NULL FOR UPDATE
            """,
            ServerRecord.init(row:)
        )
    }

    /// Whether another server has a name or an address.
    func hasServer(name: String, baseURL: String, except id: ID<Server>?) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM servers
            WHERE removed_at IS NULL AND (name = \(name) OR base_url = \(baseURL))
                AND id IS DISTINCT FROM \(id?.uuid)::uuid
            """
        )
    }

    /// Stores what staff may change of a server; one that has just answered is well.
    func updateServer(_ server: ServerRecord, isAnswering: Bool, now: Date) throws {
        try run(
            """
            UPDATE servers SET name = \(server.name), description = \(server.description),
                base_url = \(server.baseURL), api_key_sealed = \(server.keySealed),
                api_secret_sealed = \(server.secretSealed), capacity = \(server.capacity),
                location = \(server.location), tags = \(server.tags), active = \(server.isActive),
                healthy = healthy OR \(isAnswering),
                health_problem = CASE WHEN \(isAnswering) THEN NULL ELSE health_problem END,
                checked_at = CASE WHEN \(isAnswering) THEN \(now)::timestamptz ELSE checked_at END
            WHERE id = \(server.id.uuid)
            """
        )
    }

    /// Gives servers other addresses, among them perhaps each other's.
    func moveServers(_ moved: [(id: ID<Server>, baseURL: String)]) throws {
        // An address stands once: nobody has an old one when the new ones are given.
        for (id, _) in moved {
            let unused = "http://moving-\(id.uuid.uuidString.lowercased())"
            try run("UPDATE servers SET base_url = \(unused) WHERE id = \(id.uuid)")
        }
        for (id, url) in moved {
            try run("UPDATE servers SET base_url = \(url) WHERE id = \(id.uuid)")
        }
    }

    /// Takes a server out of the fleet. Its row stays: accounts that have ended were on it.
    func removeServer(_ id: ID<Server>, now: Date) throws {
        try run(
            "UPDATE servers SET removed_at = \(now), active = false WHERE id = \(id.uuid)"
        )
    }
}
