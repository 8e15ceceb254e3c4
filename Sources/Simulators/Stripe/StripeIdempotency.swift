import HTTPServer
import Wire

/// The first answer to each idempotency key.
struct StripeIdempotency: Codable, Sendable {
    enum Turn {
        /// Go ahead; end it with ``keep(_:status:body:)`` or ``release(_:)``.
        case first
        case replay(status: Int, body: JSON, requestID: String)
        case inFlight
        case mismatch
    }

    private struct Answer: Codable {
        let status: Int
        let body: JSON
        let requestID: String
    }

    private struct Entry: Codable {
        let fingerprint: String
        let startedAt: Int64
        var answer: Answer?
    }

    private var entries: [String: Entry] = [:]

    /// Begins a call with a key, or says what became of the one before it.
    mutating func begin(_ key: String, fingerprint: String, now: Int64) -> Turn {
        if let entry = entries[key], now < entry.startedAt + 86_400 {
            guard entry.fingerprint == fingerprint else { return .mismatch }
            guard let answer = entry.answer else { return .inFlight }
            return .replay(
                status: answer.status,
                body: answer.body,
                requestID: answer.requestID
            )
        }
        entries[key] = Entry(fingerprint: fingerprint, startedAt: now)
        return .first
    }

    /// Keeps the answer to a key, an error as well.
    mutating func keep(_ key: String, status: Int, body: JSON, requestID: String) {
        entries[key]?.answer = Answer(status: status, body: body, requestID: requestID)
    }

    /// Frees the keys of calls that ended with the program before they acted.
    mutating func releaseUnanswered() {
        entries = entries.filter { $0.value.answer != nil }
    }

    /// Frees a key whose call never began to act.
    mutating func release(_ key: String) {
        entries[key] = nil
    }
}

extension StripeError {
    static let keyMismatch = StripeError(
        status: 400,
        kind: .idempotency,
        message: "Keys for idempotent requests can only be used with the same parameters they "
            + "were first used with. Try using a key other than the one you sent if you meant to "
            + "execute a different request."
    )

    static let keyInUse = StripeError(
        status: 409,
        kind: .idempotency,
        code: "idempotency_key_in_use",
        message: "There is currently another in-progress request using this Idempotent Key (that "
            + "probably means you submitted twice, and the other request is still going through)."
    )
}
