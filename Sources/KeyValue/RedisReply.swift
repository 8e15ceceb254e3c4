extension RedisClient {
    /// What Redis answered to a command.
    package enum Reply: Sendable, Equatable {
        case null
        case integer(Int64)
        /// A short text such as `OK`.
        case status(String)
        case bytes([UInt8])
        case array([Reply])
        /// An error inside an array; an error that is the whole answer is thrown.
        case error(String)

        /// The text of a status or of bytes that are UTF-8.
        package var string: String? {
            switch self {
            case .status(let text): text
            case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
            case .null, .integer, .array, .error: nil
            }
        }

        /// The value of an integer.
        package var integer: Int64? {
            if case .integer(let value) = self { value } else { nil }
        }

        /// The elements of an array.
        package var array: [Reply]? {
            if case .array(let elements) = self { elements } else { nil }
        }
    }
}

/// Why a command has no answer.
package enum RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The address is not `redis://[user:password@]host[:port][/database]` or `unix:///path`.
    case invalidURL
    /// The server was not reached a moment ago; nothing was sent.
    case down
    /// Too many commands are waiting; nothing was sent.
    case busy
    /// The connection was lost, or the answer took too long; the command may have been carried out.
    case lost(String)
    /// The server answered with an error.
    case refused(String)

    package var description: String {
        switch self {
        case .invalidURL: "the address of Redis is not understood"
        case .down: "Redis is down"
        case .busy: "too many commands are waiting for Redis"
        case .lost(let reason): "the connection to Redis was lost: \(reason)"
        case .refused(let reason): "Redis refused: \(reason)"
        }
    }
}
