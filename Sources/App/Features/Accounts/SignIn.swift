import Core
import Cryptography
import Foundation
import Postgres
import Support
package import Web
import Wire

/// Who a request comes from.
///
/// Programs send an access token, browsers the cookie of a portal session. The API never takes a
/// cookie: a foreign page could make a browser send it along.
package struct SignIn: Sendable {
    /// Whom access tokens are for.
    static let audience = "api"
    /// The claim that names the refresh family an access token was made for.
    static let familyClaim = "family"

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The user of an access token or of a portal session.
    ///
    /// The user is read anew for each request, so that one who was disabled, or whose role has
    /// changed, is that at once; so is the session or the token's family, which may have ended.
    ///
    /// - Throws: ``Web/Problem/unauthorized`` for nobody we know.
    package func user(of request: Request) async throws -> SignedInUser {
        try await find(request).orThrow(Problem.unauthorized)
    }

    /// The user whom a valid access token names, or the session that a cookie names, without asking
    /// whether it was withdrawn, or ever was: enough to count by.
    func claim(of request: Request) -> String? {
        if let token = request.bearerToken {
            let now = services.clock.now
            let claims = try? services.tokens.verify(token, audience: SignIn.audience, now: now)
            return claims.flatMap { ID<User>($0.subject)?.text }
        }
        return sessionToken(of: request).map { "session:" + Hex.encode(OpaqueToken.hash($0)) }
    }

    /// The API never takes a cookie.
    private func sessionToken(of request: Request) -> String? {
        request.isForAPI ? nil : PortalSecurity.sessionToken(of: request, services)
    }

    private func find(_ request: Request) async throws -> SignedInUser? {
        if let token = request.bearerToken { return try await user(ofAccessToken: token) }
        guard let token = sessionToken(of: request) else { return nil }
        return try await user(ofSession: token)
    }

    private func user(ofAccessToken token: String) async throws -> SignedInUser? {
        let now = services.clock.now
        guard
            let claims = try? services.tokens.verify(token, audience: SignIn.audience, now: now),
            let user = ID<User>(claims.subject),
            let family = claims.fields[SignIn.familyClaim].flatMap({ ID<RefreshFamily>($0) })
        else { return nil }
        return try await services.database.transaction(for: .system) {
            try $0.signedInUser(user, family: family)
        }
    }

    private func user(ofSession token: String) async throws -> SignedInUser? {
        let (now, hash) = (services.clock.now, OpaqueToken.hash(token))
        return try await services.database.transaction(for: .system) { session in
            guard let found = try session.portalSession(hash: hash),
                found.isLive(at: now)
            else { return nil }
            if found.isWorthTouching(at: now) { try session.touchPortalSession(found.id, now: now) }
            return found.user
        }
    }
}

extension Request {
    /// Whether the path is one of the JSON API.
    fileprivate var isForAPI: Bool { path.hasPrefix("/api/") }
}
