import Cryptography
import Foundation
import HTTPServer
import Support
import Synchronization
import Wire

/// What a simulated panel answers: billing's API and its customers' pages.
final class PanelService: SimulatedService {
    /// Who it is.
    struct Identity: Sendable {
        let name: String
        let key: String
        let secret: String
        let knowsLicenses: Bool

        /// A key with the same secret that may only read.
        var readOnlyKey: String { key + "_readonly" }
    }

    let identity: Identity
    let books: Kept<PanelAccounts>
    let manners = Mutex(PanelManners())
    let clock: BusinessClock
    let billing: PanelBilling

    init(
        identity: Identity,
        clock: BusinessClock,
        billing: PanelBilling,
        books: Kept<PanelAccounts>
    ) {
        self.books = books
        self.identity = identity
        self.clock = clock
        self.billing = billing
    }

    var state: JSON {
        books.read { $0.state }.setting("name", .string(identity.name))
    }

    func reset() async { books.withLock { $0 = PanelAccounts() } }

    func flush() { books.flush() }

    func failure(status: Int) -> HTTPResponse {
        let detail =
            switch status {
            case 400: "The sandbox was told to refuse this."
            case 429: "Rate limit exceeded"
            default: "Internal Server Error"
            }
        return .json(["detail": .string(detail)], status: status)
    }

    func answer(_ request: HTTPRequest, pausingSeconds: Double) async -> HTTPResponse {
        if pausingSeconds > 0 { try? await Task.sleep(for: .seconds(pausingSeconds)) }
        guard request.path.hasPrefix("/api/") else {
            return await PanelPages(service: self).answer(request)
        }
        do throws(PanelRefusal) {
            try authenticate(request)
            return try act(request)
        } catch {
            return .json(["detail": error.detail], status: error.status)
        }
    }

    private func authenticate(_ request: HTTPRequest) throws(PanelRefusal) {
        guard let key = request.headers["X-API-Key"],
            let secret = request.headers["X-API-Secret"]
        else { throw PanelRefusal(status: 401, detail: "API key and secret are required") }
        if constantTimeEqual(key, identity.readOnlyKey),
            constantTimeEqual(secret, identity.secret)
        {
            guard request.method == "GET" else { throw .forbidden }
            return
        }
        guard constantTimeEqual(key, identity.key), constantTimeEqual(secret, identity.secret)
        else { throw PanelRefusal(status: 401, detail: "Invalid API key or secret") }
    }

    private func act(_ request: HTTPRequest) throws(PanelRefusal) -> HTTPResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        if request.method == "GET", parts == ["api", "health"] {
            return .json(["status": "healthy", "server": .string(identity.name)])
        }
        if parts == ["api", "v1", "licenses", "provision"], identity.knowsLicenses {
            try require(request, method: "POST")
            let body = try body(request, ["license_key", "email", "plan", "features"])
            return .json(books.withLock { $0.provision(body) }, status: 201)
        }
        guard parts.prefix(4) == ["api", "v1", "billing", "accounts"] else { throw .noPath }
        let rest = Array(parts.dropFirst(4))
        if rest.isEmpty { return try collection(request) }
        guard let id = Int64(rest[0]) else {
            throw .unprocessable("user_id", "Input should be a valid integer", [:])
        }
        return try account(request, id, rest.dropFirst().first, depth: rest.count)
    }

    private func collection(_ request: HTTPRequest) throws(PanelRefusal) -> HTTPResponse {
        let manners = manners.withLock { $0 }
        switch request.method {
        case "GET":
            let now = clock.now
            return .json(books.read { manners.listed($0.sorted, now: now) })
        case "POST":
            let body = try body(
                request,
                [
                    "username", "email", "password", "full_name", "phone", "company",
                    "package_id", "is_admin", "billing_id", "metadata",
                ]
            )
            if manners.refusesUsernames { throw .conflict("Username already registered") }
            let now = clock.now
            let made = try books.withLock { books throws(PanelRefusal) in
                try books.create(manners.applied(to: body), now: now)
            }
            return .json(made, status: 201)
        default: throw PanelRefusal(status: 405, detail: "Method Not Allowed")
        }
    }

    private func account(
        _ request: HTTPRequest,
        _ id: Int64,
        _ verb: String?,
        depth: Int
    ) throws(PanelRefusal) -> HTTPResponse {
        let now = clock.now
        let reason = try verb == "suspend" ? body(request, [])["reason"]?.string : nil
        return try books.withLock { books throws(PanelRefusal) in
            guard let account = books.accounts[id] else { throw .noAccount }
            switch (request.method, verb, depth) {
            case ("GET", nil, 1): return .json(account.json)
            case ("DELETE", nil, 1):
                books.accounts[id] = nil
                books.sessions = books.sessions.filter { $0.value != id }
                return .json(["message": "Account deleted"])
            case ("POST", "suspend", 2):
                books.accounts[id]?.suspension = reason ?? "Suspended by billing system"
                return .json(["message": "Account suspended"])
            case ("POST", "unsuspend", 2):
                books.accounts[id]?.suspension = nil
                return .json(["message": "Account unsuspended"])
            case ("GET", "stats", 2): return .json(account.statistics(now: now))
            default: throw .noPath
            }
        }
    }

    private func require(_ request: HTTPRequest, method: String) throws(PanelRefusal) {
        guard request.method == method else {
            throw PanelRefusal(status: 405, detail: "Method Not Allowed")
        }
    }

    /// The body with all the keys there; a key may be null.
    private func body(
        _ request: HTTPRequest,
        _ keys: [String]
    ) throws(PanelRefusal) -> JSON {
        guard let body = try? JSON(reading: request.body), body.members != nil else {
            guard keys.isEmpty, request.body.isEmpty else {
                throw .unprocessable("body", "JSON decode error", [:])
            }
            return [:]
        }
        let missing = keys.filter { body[$0] == nil }
        guard missing.isEmpty else { throw .missing(missing) }
        return body
    }
}
