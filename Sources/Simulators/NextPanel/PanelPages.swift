import Cryptography
import Foundation
import HTTPServer
import Support
import Wire

/// The pages of a panel for its customers.
struct PanelPages {
    /// What can be made, with the feature that billing is asked for.
    static let kinds = [
        (name: "databases", feature: "create_database", title: "Database"),
        (name: "domains", feature: "create_domain", title: "Domain"),
        (name: "emails", feature: "create_email", title: "Mailbox"),
    ]

    let service: PanelService
    private let cookie = "panel_session"

    init(service: PanelService) { self.service = service }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let session = sessionID(request)
        let account = session.flatMap(account)
        switch (request.method, request.path) {
        case ("GET", "/sandbox.css"): return .stylesheet
        case ("GET", "/"), ("GET", "/login"):
            return account == nil ? login() : .seeOther("/account")
        case ("POST", "/login"): return signIn(request.fields)
        case ("POST", "/logout"):
            service.books.withLock { $0.sessions[session ?? ""] = nil }
            return .seeOther("/login")
        default: break
        }
        guard let account else { return .seeOther("/login") }
        return await answer(request, for: account)
    }

    private func answer(
        _ request: HTTPRequest,
        for account: SimulatedPanelAccount
    ) async -> HTTPResponse {
        let name = (request.fields["name"] ?? "").trimmingCharacters(in: .whitespaces)
        switch (request.method, request.path) {
        case ("GET", "/account"): return show(account.id)
        case ("POST", "/license"):
            let license = request.fields["license_key"]?.trimmingCharacters(in: .whitespaces)
            service.books.withLock { $0.accounts[account.id]?.license = license }
            return .seeOther("/account")
        case ("POST", let path):
            guard let kind = Self.kinds.first(where: { "/" + $0.name == path }) else { break }
            return await create(kind.name, kind.feature, name, for: account)
        default: break
        }
        return .page(PanelNotice(panel: service.identity.name).body, status: 404)
    }

    private func create(
        _ kind: String,
        _ feature: String,
        _ name: String,
        for account: SimulatedPanelAccount
    ) async -> HTTPResponse {
        guard !name.isEmpty, name.count <= 100 else {
            return show(account.id, problem: "Please give it a name.")
        }
        guard let license = account.license else {
            return show(account.id, problem: "This account has no licence yet.")
        }
        if account.resources[kind]?.contains(name) == true {
            return show(account.id, problem: "\(name) is there already.")
        }
        if case .refused(let reason) = await service.billing.mayCreate(feature, license: license) {
            return show(account.id, problem: reason)
        }
        service.books.withLock {
            $0.accounts[account.id]?.resources[kind, default: []].append(name)
        }
        let event = "panel-" + Hex.encode(randomBytes(12))
        await service.billing.report(kind, license: license, event: event)
        return show(account.id, done: "\(name) was created.")
    }

    private func signIn(_ fields: FormFields) -> HTTPResponse {
        let username = fields["username"] ?? ""
        let password = fields["password"] ?? ""
        let now = service.clock.now
        let found = service.books.withLock { books -> (SimulatedPanelAccount, String)? in
            let matching = books.accounts.values.first {
                $0.username == username || $0.email == username
            }
            guard let account = matching, constantTimeEqual(account.password, password)
            else { return nil }
            let session = Hex.encode(randomBytes(20))
            if account.suspension == nil {
                books.sessions[session] = account.id
                books.accounts[account.id]?.lastLogin = now
            }
            return (account, session)
        }
        guard let (account, session) = found else {
            return login(problem: "The user name or the password is wrong.", username, status: 401)
        }
        if let reason = account.suspension {
            return login(problem: "This account is suspended: \(reason)", username, status: 403)
        }
        var response = HTTPResponse.seeOther("/account")
        response.headers.append(
            "Set-Cookie",
            "\(cookie)=\(session); Path=/; HttpOnly; SameSite=Lax"
        )
        return response
    }

    private func sessionID(_ request: HTTPRequest) -> String? {
        request.headers.all("Cookie")
            .flatMap { $0.split(separator: ";") }
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .first { $0.hasPrefix(cookie + "=") }
            .map { String($0.dropFirst(cookie.count + 1)) }
    }

    private func account(_ session: String) -> SimulatedPanelAccount? {
        service.books.read { books in
            guard let account = books.sessions[session].flatMap({ books.accounts[$0] }),
                account.suspension == nil
            else { return nil }
            return account
        }
    }

    private func login(
        problem: String? = nil,
        _ username: String = "",
        status: Int = 200
    ) -> HTTPResponse {
        let view = PanelLogInView(
            panel: service.identity.name,
            username: username,
            problem: problem
        )
        return .page(view.body, status: status)
    }

    private func show(
        _ id: Int64,
        problem: String? = nil,
        done: String? = nil
    ) -> HTTPResponse {
        guard let account = service.books.read({ $0.accounts[id] }) else {
            return .seeOther("/login")
        }
        let view = PanelAccountView(
            panel: service.identity.name,
            account: account,
            problem: problem,
            done: done
        )
        return .page(view.body, status: problem == nil ? 200 : 409)
    }
}
