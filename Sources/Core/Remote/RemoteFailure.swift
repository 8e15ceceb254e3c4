/// Why a call to an outside party did not give what was asked for.
///
/// The cases differ in what is known about the effect, because that alone decides what to do next:
/// repeat, look the object up first, or stop.
package enum RemoteFailure: Error, Sendable, Equatable {
    /// The other side said no, and nothing was done. Repeating the call gives the same answer.
    case refused(code: String, message: String)
    /// The payer's bank said no to a charge, for a reason that the code names. Unlike a refusal,
    /// which may be a mistake of ours, it is the payer's matter.
    case declined(code: String, message: String)
    /// Our account was not accepted, be it for its credentials or because too little money is left in
    /// it, so nothing was done; somebody has to mend that.
    case unauthorized(message: String)
    /// Nothing was done because too much was asked at once; it may be repeated later.
    case limited(retryAfterSeconds: Double?)
    /// Nothing reached the other side; the call may be repeated.
    case notSent(message: String)
    /// The call may have had its effect or not: look the object up before it is repeated.
    case unknown(message: String)

    /// Whether the effect may have happened although no good answer came.
    package var leavesOutcomeUnknown: Bool {
        if case .unknown = self { true } else { false }
    }

    /// Whether the same call can succeed later without anybody's help.
    package var isTemporary: Bool {
        switch self {
        case .limited, .notSent, .unknown: true
        case .refused, .declined, .unauthorized: false
        }
    }
}

extension RemoteFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let code, let message): "refused (\(code)): \(message)"
        case .declined(let code, let message): "declined (\(code)): \(message)"
        case .unauthorized(let message): "account not accepted: \(message)"
        case .limited: "asked to slow down"
        case .notSent(let message): "not reached: \(message)"
        case .unknown(let message): "outcome unknown: \(message)"
        }
    }
}
