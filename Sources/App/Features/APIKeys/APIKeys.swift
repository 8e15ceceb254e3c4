import Core
import Cryptography
package import Foundation
package import Postgres
import Support
import Web
import Wire

/// What administrators do with the keys of panels.
package struct APIKeys: Sendable {
    /// The key of the sandbox's panels, which everybody knows; live mode never accepts it.
    package static let sandboxKey = "npk_billing_sandbox"
    package static let sandboxSecret = "nps_billing_sandbox_secret_0001"

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Makes a key. Its secret is told this once and never again.
    func create(
        _ new: NewAPIKey,
        by user: ID<User>,
        actor: Actor
    ) async throws -> (key: APIKeyRecord, secret: String) {
        let now = services.clock.now
        let secret = "nps_" + Base32.encode(randomBytes(32))
        let key = try APIKeys.sealed(
            "npk_" + Base32.encode(randomBytes(15)),
            secret: secret,
            new,
            services,
            now: now
        )
        try await services.database.transaction(for: .system) { session in
            try session.store(key, by: user)
            try session.record(
                AuditEntry(actor, "api_key.create", key.id, after: key.auditJSON),
                now: now
            )
        }
        services.licenseCache.note(.apiKey(key.id))
        return (key, secret)
    }

    /// Keys, newest first, the revoked ones among them.
    func list(before: ID<APIKey>?, most: Int) async throws -> [APIKeyRecord] {
        try await services.database.transaction(for: .system) {
            try $0.apiKeys(before: before, most: most)
        }
    }

    /// Ends a key at once. Ending it again changes nothing.
    ///
    /// - Throws: ``Web/Problem/notFound`` when there is none.
    func revoke(_ id: ID<APIKey>, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let key = try session.apiKey(id).orThrow(Problem.notFound)
            guard try session.revoke(id, now: now) else { return }
            try session.record(
                AuditEntry(actor, "api_key.revoke", id, before: key.auditJSON),
                now: now
            )
        }
        services.licenseCache.note(.apiKey(id))
    }

    /// Stores the key of the sandbox's panels unless it is there; does nothing in live mode.
    package static func seedSandbox(_ session: Session, _ services: Services, now: Date) throws {
        guard services.configuration.mode == .sandbox else { return }
        let new = NewAPIKey(
            name: "Sandbox panels",
            scopes: PanelScope.allCases,
            allowedAddresses: nil
        )
        try session.store(
            sealed(sandboxKey, secret: sandboxSecret, new, services, now: now),
            by: nil
        )
    }

    private static func sealed(
        _ key: String,
        secret: String,
        _ new: NewAPIKey,
        _ services: Services,
        now: Date
    ) throws -> APIKeyRecord {
        let id = ID<APIKey>(services.ids.next())
        return APIKeyRecord(
            id: id,
            name: new.name,
            key: key,
            secretSealed: try services.keyring.seal(secret, context: APIKeyRecord.context(of: id)),
            scopes: new.scopes.map(\.rawValue),
            allowedAddresses: (new.allowedAddresses ?? []).map(\.text),
            createdAt: now,
            lastUsedAt: nil,
            revokedAt: nil
        )
    }
}

extension APIKeyRecord {
    /// The key without its secret, for the audit log.
    fileprivate var auditJSON: JSON {
        [
            "name": .string(name), "key": .string(key), "scopes": scopes.json,
            "allowed_addresses": allowedAddresses.json,
        ]
    }
}
