import Cryptography
import Foundation
import Support
package import Web

/// Cookies and form tokens of the portal.
///
/// A form's token is bound to the session of whoever is logged in, or to a random visitor's cookie
/// of whoever is not, so that a token of one browser is worth nothing in another.
package enum PortalSecurity {
    package static let sessionCookie = "session"
    package static let visitorCookie = "visitor"

    /// The key that form tokens are made with.
    package static func csrfSecret(_ services: Services) -> [UInt8] {
        HMACSHA256.authenticate(
            Array("csrf".utf8),
            key: Array(services.configuration.secretKey.exposed.utf8)
        )
    }

    /// What the request's forms are bound to; nil when it has no cookie of ours.
    package static func binding(of request: Request, _ services: Services) -> String? {
        let isSecure = services.configuration.isPortalSecure
        return request.cookies.value(sessionCookie, isSecure: isSecure)
            ?? request.cookies.value(visitorCookie, isSecure: isSecure)
    }

    /// The token that forms of the answer to a request carry.
    package static func token(for request: Request, _ services: Services) -> String {
        guard let binding = binding(of: request, services) else { return "" }
        return CSRF.token(secret: csrfSecret(services), session: binding)
    }
}
