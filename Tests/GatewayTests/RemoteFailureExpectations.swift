import Core
import Testing

/// The failure that a call ends with; another error or none is an issue.
func failure<Value>(
    _ sourceLocation: SourceLocation = #_sourceLocation,
    of call: () async throws -> Value
) async -> RemoteFailure? {
    do {
        _ = try await call()
        Issue.record("the call succeeded", sourceLocation: sourceLocation)
        return nil
    } catch let failure as RemoteFailure {
        return failure
    } catch {
        Issue.record("the call threw \(error)", sourceLocation: sourceLocation)
        return nil
    }
}

extension RemoteFailure? {
    var isUnknown: Bool { self?.leavesOutcomeUnknown ?? false }

    var isNotSent: Bool {
        if case .notSent? = self { true } else { false }
    }

    var isUnauthorized: Bool {
        if case .unauthorized? = self { true } else { false }
    }

    /// The code of a refusal.
    var code: String? {
        if case .refused(let code, _)? = self { code } else { nil }
    }

    /// What was said against the call.
    var message: String? {
        switch self {
        case .refused(_, let message)?, .declined(_, let message)?, .unauthorized(let message)?,
            .notSent(let message)?,
            .unknown(let message)?:
            message
        case .limited?, nil: nil
        }
    }
}
