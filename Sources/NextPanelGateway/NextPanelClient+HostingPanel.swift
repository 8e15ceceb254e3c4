package import Core
import HTTPClient
import Support
import Wire

extension NextPanelClient: HostingPanel {
    private static let accountsPath = "/api/v1/billing/accounts"

    package func isHealthy(_ server: PanelServer) async -> Bool {
        let answer = try? await call(
            "GET",
            "/api/health",
            on: server,
            timeoutSeconds: timeouts.health
        )
        return answer?.status == 200
    }

    package func createAccount(
        _ request: PanelAccountRequest,
        on server: PanelServer
    ) async throws -> PanelAccount {
        let answer = try await call(
            "POST",
            NextPanelClient.accountsPath,
            body: JSON(request),
            on: server,
            timeoutSeconds: timeouts.create
        )
        let secrets = server.secrets + [request.password]
        guard answer.status == 201 else {
            // Another success may mean that the account was made: it has to be looked for.
            guard !(200..<300).contains(answer.status) else { throw unexpected(answer) }
            throw failure(in: answer, hiding: secrets)
        }
        guard let account = PanelAccount(created: try? JSON(reading: answer.body), for: request)
        else { throw unexpected(answer) }
        return account
    }

    package func account(_ id: Int64, on server: PanelServer) async throws -> PanelAccount? {
        let answer = try await call("GET", path(id), on: server, timeoutSeconds: timeouts.call)
        if answer.status == 404, !answer.isPage { return nil }
        guard let account = PanelAccount(try success(answer, on: server)) else {
            throw unexpected(answer)
        }
        return account
    }

    package func accounts(on server: PanelServer) async throws -> [PanelAccount] {
        let answer = try await call(
            "GET",
            NextPanelClient.accountsPath,
            on: server,
            timeoutSeconds: timeouts.call
        )
        guard let entries = try success(answer, on: server).array else { throw unexpected(answer) }
        return try entries.map { entry in
            guard let account = PanelAccount(entry) else { throw unexpected(answer) }
            return account
        }
    }

    package func suspend(_ id: Int64, reason: String, on server: PanelServer) async throws {
        let answer = try await call(
            "POST",
            path(id) + "/suspend",
            body: ["reason": .string(reason)],
            on: server,
            timeoutSeconds: timeouts.call
        )
        try expect([200], answer, on: server)
    }

    package func unsuspend(_ id: Int64, on server: PanelServer) async throws {
        let answer = try await call(
            "POST",
            path(id) + "/unsuspend",
            on: server,
            timeoutSeconds: timeouts.call
        )
        try expect([200], answer, on: server)
    }

    package func delete(_ id: Int64, on server: PanelServer) async throws {
        let answer = try await call("DELETE", path(id), on: server, timeoutSeconds: timeouts.call)
        if answer.status == 404, !answer.isPage { return }
        try expect([200, 204], answer, on: server)
    }

    package func statistics(_ id: Int64, on server: PanelServer) async throws -> PanelStatistics {
        let answer = try await call(
            "GET",
            path(id) + "/stats",
            on: server,
            timeoutSeconds: timeouts.call
        )
        guard let statistics = PanelStatistics(try success(answer, on: server)) else {
            throw unexpected(answer)
        }
        return statistics
    }

    package func provisionLicense(
        _ grant: PanelLicenseGrant,
        on server: PanelServer
    ) async throws -> PanelLicenseAnswer {
        let answer = try await call(
            "POST",
            "/api/v1/licenses/provision",
            body: JSON(grant),
            on: server,
            timeoutSeconds: timeouts.call
        )
        if [404, 405].contains(answer.status), !answer.isPage { return .notSupported }
        try expect([200, 201, 204], answer, on: server)
        return .accepted
    }

    private func path(_ id: Int64) -> String { "\(NextPanelClient.accountsPath)/\(id)" }

    private func expect(
        _ statuses: [Int],
        _ answer: IncomingAnswer,
        on server: PanelServer
    ) throws {
        if statuses.contains(answer.status) { return }
        throw failure(in: answer, hiding: server.secrets)
    }

    /// The JSON of an answer with status 200.
    private func success(_ answer: IncomingAnswer, on server: PanelServer) throws -> JSON {
        try expect([200], answer, on: server)
        guard let json = try? JSON(reading: answer.body) else { throw unexpected(answer) }
        return json
    }

    private func unexpected(_ answer: IncomingAnswer) -> RemoteFailure {
        .unknown(message: "The panel answered HTTP \(answer.status) with something unexpected.")
    }
}
