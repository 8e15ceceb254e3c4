import Core
import Cryptography
import Markup
import Postgres
import Support
import Web

/// The page that shows an account's initial password once, to whoever has the link of the mail.
///
/// Opening the link shows a button only: mail programs open links by themselves, and the password
/// must not be spent on them.
enum RevealPages {
    static func add(to router: inout Router<Services>) {
        router.on(RevealRoutes.show, as: PublicContext.self, limit: .reveal, show)
        router.on(RevealRoutes.reveal, as: PublicContext.self, limit: .reveal, reveal)
    }

    private static func show(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        let now = context.services.clock.now
        let account = try await context.services.database.transaction(for: .system) {
            try $0.accountToReveal(hash: OpaqueToken.hash(token), now: now)
        }
        guard account != nil else { return spent(request, context) }
        return PortalPage.response(title: "Your password", request, context, width: .slim) {
            RevealOfferView(path: RevealRoutes.reveal.path(token), token: context.csrfToken)
        }
    }

    private static func reveal(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        let (services, now) = (context.services, context.services.clock.now)
        let actor =
            context.user?.actor(request)
            ?? Actor(.anonymous, remoteAddress: request.remoteAddress, requestID: request.id)
        let revealed = try await services.database.transaction(for: .system) {
            session -> RevealedAccount? in
            guard
                let id = try session.useRevealToken(hash: OpaqueToken.hash(token), now: now),
                let account = try session.lockHostingAccount(id),
                let sealed = account.passwordSealed,
                let server = try session.server(account.server)
            else { return nil }
            let password = try services.keyring.openText(
                sealed,
                context: HostingAccountRecord.passwordContext(of: id)
            )
            try session.forgetPassword(of: id)
            try session.record(
                AuditEntry(actor, "hosting_account.reveal", id, customer: account.customer),
                now: now
            )
            return RevealedAccount(
                panel: server.baseURL,
                username: account.username,
                password: Secret(password)
            )
        }
        guard let revealed else { return spent(request, context) }
        return PortalPage.response(title: "Your password", request, context, width: .slim) {
            RevealedView(account: revealed)
        }
    }

    private static func spent(_ request: Request, _ context: PublicContext) -> Response {
        PortalPage.response(
            title: "This link is used up",
            request,
            context,
            status: 410,
            width: .slim
        ) { RevealSpentView() }
    }
}

/// What is shown once.
struct RevealedAccount: Sendable {
    let panel: String
    let username: String
    let password: Secret<String>
}
