package import Core
import Cryptography
import Foundation
import Support
package import Web

/// Where a request about an account comes from.
package struct Visit: Sendable {
    package let remoteAddress: String
    package let userAgent: String?
    package let requestID: String
    /// The browser, when its owner has logged in with it before.
    package let browser: KnownBrowser?

    package init(_ request: Request, _ services: Services) {
        remoteAddress = request.remoteAddress
        userAgent = request.header("User-Agent").map { String($0.prefix(400)) }
        requestID = request.id
        browser = KnownBrowser(request, services)
    }

    /// Nobody we know, from here.
    var anonymous: Actor {
        Actor(.anonymous, remoteAddress: remoteAddress, requestID: requestID)
    }
}

/// A browser that somebody has logged in with before.
///
/// Its cookie opens nothing. It only lets its owner try a password while strangers, who guess at
/// the same account, have to wait.
package struct KnownBrowser: Sendable, Equatable {
    package let user: ID<User>
    package let id: String

    private static let cookieName = "known"

    /// A browser that somebody has just logged in with for the first time.
    init(of user: ID<User>) {
        self.user = user
        id = Base64URL.encode(randomBytes(12))
    }

    /// The browser that a request says it comes from, if we have said so ourselves.
    init?(_ request: Request, _ services: Services) {
        let isSecure = services.configuration.isPortalSecure
        guard let value = request.cookies.value(KnownBrowser.cookieName, isSecure: isSecure) else {
            return nil
        }
        let parts = value.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let user = ID<User>(parts[0]), parts[1].utf8.count == 16,
            constantTimeEqual(parts[2], KnownBrowser.proof(parts[0], parts[1], services))
        else { return nil }
        self.user = user
        id = parts[1]
    }

    /// The cookie that lets the browser be known for a year.
    func cookie(_ services: Services) -> Cookie {
        let value = [user.text, id, KnownBrowser.proof(user.text, id, services)]
        return Cookie(
            KnownBrowser.cookieName,
            value.joined(separator: "."),
            maxAgeSeconds: 365 * 86_400,
            isSecure: services.configuration.isPortalSecure
        )
    }

    private static func proof(_ user: String, _ id: String, _ services: Services) -> String {
        let secret = services.configuration.secretKey.exposed
        let key = KeyDerivation.key(from: secret, purpose: "known browser")
        return Base64URL.encode(HMACSHA256.authenticate(Array("\(user).\(id)".utf8), key: key))
    }
}
