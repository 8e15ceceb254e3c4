import Foundation
import HTTPServer
import Postgres
import Web
import Wire

extension Session {
    /// Takes a key for a request, or says what it was used for.
    func claimIdempotencyKey(
        _ key: String,
        actor: String,
        fingerprint: [UInt8],
        now: Date,
        lockedUntil: Date
    ) throws -> IdempotencyClaim {
        let isOurs =
            try run(
                """
                INSERT INTO idempotency_keys (actor, key, fingerprint, created_at, locked_until)
                VALUES (\(actor), \(key), \(fingerprint), \(now), \(lockedUntil))
                ON CONFLICT (actor, key) DO UPDATE SET locked_until = \(lockedUntil)
                WHERE idempotency_keys.response_status IS NULL
                    AND idempotency_keys.fingerprint = \(fingerprint)
                    AND idempotency_keys.locked_until < \(now)
                """
            ) > 0
        if isOurs { return .ours }
        return try one(
            """
            SELECT fingerprint = \(fingerprint) AS is_same, response_status, response_body,
                response_type
            FROM idempotency_keys WHERE actor = \(actor) AND key = \(key)
            """
        ) { row in
            guard try row.get("is_same", as: Bool.self) else { return .otherRequest }
            guard let status = try row.optional("response_status", as: Int.self) else {
                return .inFlight
            }
            let body = try row.optional("response_body", as: String.self) ?? ""
            let type = try row.optional("response_type", as: String.self) ?? "application/json"
            return .replay(
                Response(
                    status: status,
                    headers: ["Content-Type": type],
                    body: .bytes(Array(body.utf8))
                )
            )
        }
    }

    func storeAnswer(
        status: Int,
        body: [UInt8],
        type: String,
        key: String,
        actor: String
    ) throws {
        try run(
            """
            UPDATE idempotency_keys SET response_status = \(status), locked_until = NULL,
                response_body = \(String(decoding: body, as: UTF8.self)), response_type = \(type)
            WHERE actor = \(actor) AND key = \(key)
            """
        )
    }

    func releaseIdempotencyKey(_ key: String, actor: String) throws {
        try run(
            """
            DELETE FROM idempotency_keys
            WHERE actor = \(actor) AND key = \(key) AND response_status IS NULL
            """
        )
    }
}
