import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

extension TestApp {
    /// The status of a call by each kind of caller: nobody, the customer, support, billing, admin.
    func statuses(_ method: String, _ path: String, json: JSON? = nil) async throws -> [Int] {
        var statuses = [try await api.send(method, path, json: json).status]
        for name in ["customer", "support", "billing", "admin"] {
            let token = try await token(of: name)
            statuses.append(try await api.send(method, path, json: json, token: token).status)
        }
        return statuses
    }

    /// The entries of the audit log about an object, oldest first.
    func history(_ type: String, _ id: String) async throws -> [StoredAuditEntry] {
        try await services.database.transaction(for: .system) {
            try $0.auditEntries(ofType: type, id: id)
        }
    }

    /// The seeded servers, in the order of their panels.
    func servers() async throws -> [ServerRecord] { try await Servers(services).list() }

    /// Changes one server as an administrator would.
    func changeServer(_ index: Int, _ body: JSON) async throws {
        let id = try await servers()[index].id
        let answer = try await api.put(
            "/api/v1/nextpanel/servers/\(id)",
            json: body,
            token: try await token(of: "admin")
        )
        try #require(answer.status == 200, "\(answer.text)")
    }
}

extension JSON {
    /// The elements of a list's `data`.
    var list: [JSON] { self["data"]?.array ?? [] }
}
