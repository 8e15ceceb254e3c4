import Cryptography
import Foundation
import HTTPServer
import Postgres
import Support
package import Web
import Wire

/// Answers a repeated request with the first one's answer (API manners: `Idempotency-Key`).
///
/// The key is stored as in flight before the work and with the answer after it. Between the two a
/// crash leaves it in flight until its lock runs out; the work itself is then repeated, which its
/// own constraints make harmless: an order knows its key, a payment its invoice, an account its
/// name.
package struct Idempotency: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Runs a handler once for a key.
    package func perform(
        _ request: Request,
        actor: String,
        _ work: () async throws -> Response
    ) async throws -> Response {
        guard let key = try request.idempotencyKey else { return try await work() }
        let now = services.clock.now
        let fingerprint = SHA256.hash(
            Array("\(request.http.method) \(request.pathAndQuery)\n".utf8) + request.http.body
        )
        let claim = try await services.database.transaction(for: .system) {
            try $0.claimIdempotencyKey(
                key,
                actor: actor,
                fingerprint: fingerprint,
                now: now,
                lockedUntil: now.addingTimeInterval(services.configuration.idempotencyLockSeconds)
            )
        }
        switch claim {
        case .replay(let stored):
            return opened(stored, key, actor).with("Idempotent-Replayed", "true")
        case .otherRequest:
            throw Problem.refused(
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request."
            )
        case .inFlight:
            throw Problem.conflict(
                "idempotency_key_in_use",
                "A request with this Idempotency-Key is in progress."
            )
        case .ours: return try await run(work, key: key, actor: actor)
        }
    }

    private func run(
        _ work: () async throws -> Response,
        key: String,
        actor: String
    ) async throws -> Response {
        do {
            let response = try await work()
            guard case .bytes(let body) = response.body else {
                try await release(key, actor)
                return response
            }
            let type = response.headers["Content-Type"] ?? "application/json"
            // An answer may hold what works as a key, such as a payment's client secret.
            let sealed = try services.keyring.seal(
                String(decoding: body, as: UTF8.self),
                context: Idempotency.context(key, actor)
            )
            try await services.database.transaction(for: .system) {
                try $0.storeAnswer(
                    status: response.status,
                    body: Array(sealed.utf8),
                    type: type,
                    key: key,
                    actor: actor
                )
            }
            return response
        } catch {
            // Nothing was done, or it is not known: the same request may be sent again.
            try await release(key, actor)
            throw error
        }
    }

    /// A stored answer as it was first sent; one that was stored before they were sealed is plain.
    private func opened(_ stored: Response, _ key: String, _ actor: String) -> Response {
        let text = String(decoding: stored.bytes, as: UTF8.self)
        let context = Idempotency.context(key, actor)
        guard let plain = try? services.keyring.openText(text, context: context) else {
            return stored
        }
        var response = stored
        response.body = .bytes(Array(plain.utf8))
        return response
    }

    /// What a stored answer is sealed for.
    private static func context(_ key: String, _ actor: String) -> String {
        context(of: "\(actor).\(key)")
    }

    /// The same for whoever asked and the key, with a dot between.
    static func context(of request: String) -> String {
        "idempotency_keys.response_body.\(request)"
    }

    private func release(_ key: String, _ actor: String) async throws {
        try await services.database.transaction(for: .system) {
            try $0.releaseIdempotencyKey(key, actor: actor)
        }
    }
}

/// What became of the attempt to use a key.
enum IdempotencyClaim: Sendable {
    case ours
    case replay(Response)
    case otherRequest
    case inFlight
}
