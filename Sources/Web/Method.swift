/// What a request wants done. `HEAD` is answered as `GET` without its body.
package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether it only reads, so that a link on a foreign page may cause it.
    package var isSafe: Bool { self == .get }
}
