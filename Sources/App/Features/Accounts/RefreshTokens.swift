import Core
import Cryptography
import Foundation
import Postgres
import Support
package import Web

/// What a program gets when it logs in.
package struct IssuedTokens: Sendable {
    package let user: AccountDetails
    package let accessToken: String
    package let refreshToken: String
    package let expiresInSeconds: Int
}

/// The tokens of programs: short-lived ones that open, and long-lived ones that are good once and
/// bring the next pair.
package struct RefreshTokens: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Starts a family for a user who has just proven who it is.
    static func issue(
        for user: UserRecord,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> IssuedTokens {
        let family = ID<RefreshFamily>(services.ids.next())
        try session.storeRefreshFamily(family, of: user.id, now: now)
        let end = now.addingTimeInterval(SessionLifetime(user.role).absoluteSeconds)
        return try add(to: family, of: user, until: end, session, services, now: now)
    }

    private enum Turn: Sendable {
        case taken(IssuedTokens)
        case refused
    }

    /// Exchanges a refresh token for the next pair.
    ///
    /// A token that was used before is in two hands, one of them a thief's; nobody can tell which,
    /// so the whole family ends and the owner logs in again.
    ///
    /// - Throws: ``Web/Problem`` 401 for a token that is not good any more.
    package func refresh(_ token: String, from visit: Visit) async throws -> IssuedTokens {
        let (services, now) = (services, services.clock.now)
        let turn = try await services.database.transaction(for: .system) { session -> Turn in
            guard let stored = try session.lockRefreshToken(hash: OpaqueToken.hash(token)),
                !stored.isRevoked, let user = try session.user(stored.user)
            else { return .refused }
            if stored.isUsed {
                try RefreshTokens.end(stored, of: user, visit, session, now: now)
                return .refused
            }
            guard user.isActive, now < stored.expiresAt else { return .refused }
            try session.setRefreshTokenUsed(stored.id, now: now)
            let end = stored.familyCreatedAt.addingTimeInterval(
                SessionLifetime(user.role).absoluteSeconds
            )
            return .taken(
                try RefreshTokens.add(
                    to: stored.family,
                    of: user,
                    until: end,
                    session,
                    services,
                    now: now
                )
            )
        }
        guard case .taken(let tokens) = turn else { throw Problem.invalidRefreshToken }
        return tokens
    }

    /// Ends the family of an access token, so that neither it nor its refresh token opens anything.
    package func logOut(_ user: SignedInUser, _ request: Request) async throws {
        let now = services.clock.now
        guard let token = request.bearerToken,
            let claims = try? services.tokens.verify(token, audience: SignIn.audience, now: now),
            let family = claims.fields[SignIn.familyClaim].flatMap({ ID<RefreshFamily>($0) })
        else { throw Problem.unauthorized }
        try await services.database.transaction(for: .system) {
            try $0.revokeRefreshFamily(family, because: "logged out", now: now)
            try $0.record(.logOut(of: user, request), now: now)
        }
    }

    private static func end(
        _ stored: RefreshTokenRecord,
        of user: UserRecord,
        _ visit: Visit,
        _ session: Session,
        now: Date
    ) throws {
        try session.revokeRefreshFamily(stored.family, because: "token reused", now: now)
        try session.record(
            AuditEntry(
                visit.anonymous,
                AccountActions.refreshReused,
                user.id,
                customer: user.customer
            ),
            now: now
        )
    }

    private static func add(
        to family: ID<RefreshFamily>,
        of user: UserRecord,
        until end: Date,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> IssuedTokens {
        let refreshToken = OpaqueToken.make()
        try session.storeRefreshToken(
            hash: OpaqueToken.hash(refreshToken),
            id: services.ids.next(),
            family: family,
            expiresAt: end,
            now: now
        )
        let seconds = services.configuration.accessTokenMinutes * 60
        let accessToken = try services.tokens.sign(
            JWT.Claims(
                subject: user.id.text,
                audience: SignIn.audience,
                issuedAt: now,
                expiresAt: now.addingTimeInterval(Double(seconds)),
                fields: [SignIn.familyClaim: family.text]
            )
        )
        return IssuedTokens(
            user: try session.details(of: user),
            accessToken: accessToken,
            refreshToken: refreshToken,
            expiresInSeconds: seconds
        )
    }
}
