import App
import Core
import Cryptography
import Foundation
import HTTPServer
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

/// Who may try a route.
enum Caller: String, CaseIterable, Sendable {
    case anonymous, customer, support, billing, admin, panel
    /// A customer who tries what is another one's.
    case other

    /// Whether a route of this access lets the caller in; nil for an access that nobody has
    /// thought about here.
    func mayUse(_ access: Access) -> Bool? {
        switch access {
        case .anyone: true
        case .user: [.customer, .other, .support, .billing, .admin].contains(self)
        case .customer: [.customer, .other].contains(self)
        case .ordering: [.customer, .other, .billing, .admin].contains(self)
        case .support: [.support, .billing, .admin].contains(self)
        case .billing: [.billing, .admin].contains(self)
        case .admin: self == .admin
        case .panel: self == .panel
        default: nil
        }
    }

    /// The address of the caller's account.
    var email: String? {
        switch self {
        case .anonymous, .panel: nil
        case .other: "other@example.org"
        default: "\(rawValue)@example.com"
        }
    }
}

/// What came of one try.
struct Attempt: Sendable {
    let status: Int
    let location: String?

    /// Whether the caller was turned away: refused, or sent to the log-in page. Routes for anybody
    /// may lead there too.
    func isDenied(_ access: Access) -> Bool {
        let isSentToLogIn = status == 303 && location?.hasPrefix("/login") == true
        return status == 401 || status == 403 || (isSentToLogIn && access != .anyone)
    }
}

/// One side of the product with everything that can be tried on it.
struct Door: Sendable {
    let name: String
    let router: Router<Services>
    let isAPI: Bool

    static func api(_ app: TestApp) throws -> Door {
        Door(name: "API", router: try APIRouter.make(app.services), isAPI: true)
    }

    static func portal(_ app: TestApp) throws -> Door {
        Door(name: "portal", router: try PortalRouter.make(app.services), isAPI: false)
    }

    /// Tries a path with credentials that are made for this one try, so that a log-out or a change
    /// of password does not spoil the next.
    func attempt(
        _ method: String,
        _ path: String,
        as caller: Caller,
        sending json: JSON = [:],
        _ app: TestApp
    ) async throws -> Attempt {
        var headers: HTTPHeaders = ["Host": "127.0.0.1"]
        var body: [UInt8] = []
        if isAPI {
            try await authenticateProgram(caller, &headers, app)
            if method != "GET" {
                (headers["Content-Type"], body) = ("application/json", json.bytes)
            }
        } else {
            let binding = try await authenticateBrowser(caller, &headers, app)
            if method != "GET" {
                let secret = PortalSecurity.csrfSecret(app.services)
                var form = FormFields()
                form.append("csrf", CSRF.token(secret: secret, session: binding))
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                body = Array(form.encoded.utf8)
            }
        }
        return await send(
            HTTPRequest(method: method, path: path, headers: headers, body: body)
        )
    }

    private func send(_ request: HTTPRequest) async -> Attempt {
        let response =
            switch router.respond(to: request) {
            case .now(let response): response
            case .later(let answer): await answer()
            }
        return Attempt(status: response.status, location: response.headers["Location"])
    }

    private func authenticateProgram(
        _ caller: Caller,
        _ headers: inout HTTPHeaders,
        _ app: TestApp
    ) async throws {
        if caller == .panel {
            headers["X-API-Key"] = APIKeys.sandboxKey
            headers["X-API-Secret"] = APIKeys.sandboxSecret
        }
        guard let email = caller.email else { return }
        let services = app.services
        let token = try await services.database.transaction(for: .system) { session in
            let user = try #require(try session.user(emailKey: email))
            return try RefreshTokens.issue(for: user, session, services, now: services.clock.now)
                .accessToken
        }
        headers["Authorization"] = "Bearer \(token)"
    }

    private func authenticateBrowser(
        _ caller: Caller,
        _ headers: inout HTTPHeaders,
        _ app: TestApp
    ) async throws -> String {
        guard let email = caller.email else {
            headers["Cookie"] = "visitor=somebody"
            return "somebody"
        }
        let services = app.services
        let token = OpaqueToken.make()
        let visit = Visit(Request(HTTPRequest(method: "GET", path: "/"), id: "try"), services)
        try await services.database.transaction(for: .system) { session in
            let user = try #require(try session.user(emailKey: email))
            let now = services.clock.now
            try session.storePortalSession(
                ID(services.ids.next()),
                of: user.id,
                hash: OpaqueToken.hash(token),
                from: visit,
                expiresAt: now.addingTimeInterval(3_600),
                now: now
            )
        }
        headers["Cookie"] = "session=\(token)"
        return token
    }
}
