/// Why something could not be sealed, opened, signed or hashed.
///
/// It never says which byte was wrong, nor anything of what was protected.
package enum CryptographyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A key has the wrong length, or a name that no key may have.
    case badKey
    /// The text was not sealed by a key of this ring, was sealed for another place, or was altered.
    case notAuthentic
    /// The library refused an operation that cannot fail with sound arguments.
    case failed(String)

    package var description: String {
        switch self {
        case .badKey: "a key has the wrong length or name"
        case .notAuthentic: "not authentic"
        case .failed(let operation): "\(operation) failed"
        }
    }
}
