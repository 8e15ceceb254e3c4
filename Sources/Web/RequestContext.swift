/// Who a handler answers to; its type is the permission.
///
/// A handler that takes a `CustomerContext` cannot be reached without one, because the router has
/// to make it first.
package protocol RequestContext: Sendable {
    associatedtype Services: Sendable

    /// Who may have it, for the API reference and for the generated tests of permissions.
    static var access: Access { get }

    /// Who asks, such as `user:usr_…`: what an idempotency key belongs to.
    var actor: String { get }

    /// Finds out who asks.
    ///
    /// - Throws: ``Problem`` or a ``Response`` (to the sign-in page) when the caller may not.
    init(_ request: Request, _ services: Services) async throws
}

/// A kind of caller, such as `customer`.
package struct Access: Sendable, Hashable {
    package let name: String
    /// The ways to prove it, each a list of what is sent together; empty when nothing is needed.
    package let security: [[SecurityScheme]]

    package init(_ name: String, security: [[SecurityScheme]] = []) {
        self.name = name
        self.security = security
    }

    /// Anybody.
    package static let `public` = Access("public")
}

/// Something a caller sends to prove who it is, as the API reference shows it.
package struct SecurityScheme: Sendable, Hashable {
    package let name: String
    /// The header field that carries it; nil for `Authorization: Bearer`.
    package let header: String?
    package let summary: String

    /// A bearer token.
    package static func bearer(_ name: String, _ summary: String) -> SecurityScheme {
        SecurityScheme(name: name, header: nil, summary: summary)
    }

    /// A header field of its own.
    package static func header(
        _ name: String,
        _ header: String,
        _ summary: String
    ) -> SecurityScheme {
        SecurityScheme(name: name, header: header, summary: summary)
    }
}
