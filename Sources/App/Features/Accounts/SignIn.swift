import Core
import Cryptography
import Foundation
import Postgres
import Support
package import Web

/// Who a request comes from.
package struct SignIn: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The user of an access token or of a portal session.
    ///
    /// The user is read anew for each request, so that one who was disabled, or whose role has
    /// changed, is that at once.
    ///
    /// - Throws: ``Web/Problem/unauthorized`` for nobody we know.
    package func user(of request: Request) async throws -> SignedInUser {
        throw Problem.unauthorized
    }
}
