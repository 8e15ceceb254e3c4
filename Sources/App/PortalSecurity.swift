import Cryptography
import Foundation
import Support
package import Web
import Wire

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
        sessionToken(of: request, services)
            ?? request.cookies.value(
                visitorCookie,
                isSecure: services.configuration.isPortalSecure
            )
    }

    /// The secret of the session that the request's browser claims to have.
    static func sessionToken(of request: Request, _ services: Services) -> String? {
        request.cookies.value(sessionCookie, isSecure: services.configuration.isPortalSecure)
    }

    /// The token that forms of the answer to a request carry.
    package static func token(for request: Request, _ services: Services) -> String {
        let binding = binding(of: request, services) ?? newVisitor(request)
        return CSRF.token(secret: csrfSecret(services), session: binding)
    }

    /// Gives a browser that has no cookie of ours the one that the page's forms are bound to.
    package static func welcome(
        _ response: inout Response,
        _ request: Request,
        _ services: Services
    ) {
        guard binding(of: request, services) == nil,
            response.headers["Content-Type"]?.hasPrefix("text/html") == true
        else { return }
        response = response.with(
            Cookie(
                visitorCookie,
                newVisitor(request),
                maxAgeSeconds: 180 * 86_400,
                isSecure: services.configuration.isPortalSecure
            )
        )
    }

    /// The cookie of a browser that comes for the first time: the same for the page's forms and
    /// for the answer's head, without a place to keep it in between.
    ///
    /// It is made from what no client knows or chooses, so nobody gets another one's.
    private static func newVisitor(_ request: Request) -> String {
        Base64URL.encode(
            HMACSHA256.authenticate(Array("\(request.number)".utf8), key: visitorKey)
        )
    }

    private static let visitorKey = randomBytes(32)

    /// The token for the forms of the answer to a request.
    package static func formToken(for request: Request, _ services: Services) -> FormToken {
        FormToken(text: token(for: request, services), newVisitor: nil)
    }
}

/// What shows that a form came from a page of ours, with the cookie it is bound to.
package struct FormToken: Sendable {
    /// What the page's forms carry.
    package let text: String
    /// The value of the visitor's cookie that must go out with the page; nil when the browser has
    /// one that counts.
    package let newVisitor: String?

    package init(text: String, newVisitor: String?) {
        self.text = text
        self.newVisitor = newVisitor
    }

    /// The cookie to set beside a page with this token.
    package func cookie(isSecure: Bool) -> Cookie? {
        newVisitor.map {
            Cookie(PortalSecurity.visitorCookie, $0, maxAgeSeconds: 86_400, isSecure: isSecure)
        }
    }
}
