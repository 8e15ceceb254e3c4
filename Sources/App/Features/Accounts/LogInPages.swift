import Core
import Markup
import Support
package import Web
import Wire

/// The pages to register, log in and log out.
package enum LogInPages {
    package static func add(to router: inout Router<Services>) {
        router.on(AccountRoutes.registerPage, as: PublicContext.self) { request, context in
            showRegister(request, context, .none)
        }
        router.on(
            AccountRoutes.register,
            as: PublicContext.self,
            limit: .registration,
            register
        )
        router.on(AccountRoutes.loginPage, as: PublicContext.self) { request, context in
            if let user = context.user {
                return .redirect(to: request.query["next"] ?? AccountRoutes.home(of: user.role))
            }
            return showLogin(request, context, .none)
        }
        router.on(AccountRoutes.login, as: PublicContext.self, limit: .login, login)
        router.on(AccountRoutes.logout, as: PublicContext.self, logout)
    }

    private static func login(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            showLogin(request, context, errors, status: status)
        } _: { form in
            let email = form.text("email", length: 1...254)
            let password = form.password("password", length: 1...1000)
            let next = form.optional("next", length: 1...2000)
            let (address, secret) = try form.values(email, password)
            let services = context.services
            let opened = try await LogIn(services).byPortal(
                email: address,
                password: secret,
                from: Visit(request, services),
                replacing: PortalSecurity.sessionToken(of: request, services)
            )
            return welcome(opened, to: next)
        }
    }

    private static func register(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            showRegister(request, context, errors, status: status)
        } _: { form in
            let name = form.text("full_name")
            let company = form.optional("company")
            let email = form.parse("email", "Enter an e-mail address.") { EmailAddress($0) }
            let password = form.password("password", length: 1...1000)
            let next = form.optional("next", length: 1...2000)
            let (fullName, address, secret) = try form.values(name, email, password)
            let services = context.services
            let opened = try await Registration(services).byPortal(
                Registration.Application(
                    email: address,
                    password: secret,
                    fullName: fullName,
                    company: company
                ),
                from: Visit(request, services),
                replacing: PortalSecurity.sessionToken(of: request, services)
            )
            return welcome(opened, to: next)
        }
    }

    /// Needs no session, so that the button never leads to a page that asks to log in first.
    private static func logout(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        try await PortalSessions(context.services).end(request)
        let isSecure = context.services.configuration.isPortalSecure
        return PortalPage.redirect(
            to: AccountRoutes.loginPage.path(),
            context,
            saying: "You are logged out."
        )
        .with(.removing(PortalSecurity.sessionCookie, isSecure: isSecure))
    }

    static func welcome(_ opened: OpenedSession, to next: String?) -> Response {
        var response = Response.redirect(to: next ?? AccountRoutes.home(of: opened.role))
        for cookie in opened.cookies { response.set(cookie) }
        return response
    }

    private static func showLogin(
        _ request: Request,
        _ context: PublicContext,
        _ errors: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.response(title: "Log in", request, context, status: status, width: .slim) {
            LogInView(
                errors: errors,
                next: next(request, errors),
                token: context.csrfToken
            )
        }
    }

    private static func showRegister(
        _ request: Request,
        _ context: PublicContext,
        _ errors: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.response(title: "Register", request, context, status: status, width: .slim) {
            RegisterView(
                errors: errors,
                next: next(request, errors),
                token: context.csrfToken
            )
        }
    }

    /// Where the reader wanted to go, kept from the address or from the form that was refused.
    private static func next(_ request: Request, _ errors: FormErrors) -> String? {
        let next = request.query["next"] ?? errors.value("next")
        return next.isEmpty ? nil : String(next.prefix(2000))
    }
}
