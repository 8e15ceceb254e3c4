import Core
import Markup
import Support
package import Web

/// The pages that links in mails lead to. Opening one changes nothing, because mail programs and
/// their guards open links too; the button on it does.
package enum LinkPages {
    package static func add(to router: inout Router<Services>) {
        router.on(AccountRoutes.forgotPage, as: PublicContext.self) { request, context in
            showForgot(request, context, .none)
        }
        router.on(AccountRoutes.forgot, as: PublicContext.self, limit: .forgotPassword, forgot)
        router.on(AccountRoutes.resetPage, as: PublicContext.self, resetPage)
        router.on(AccountRoutes.reset, as: PublicContext.self, limit: .login, reset)
        router.on(AccountRoutes.verifyPage, as: PublicContext.self, verifyPage)
        router.on(AccountRoutes.verify, as: PublicContext.self, limit: .login, verify)
        router.on(AccountRoutes.setupPage, as: PublicContext.self, setupPage)
        router.on(AccountRoutes.setup, as: PublicContext.self, limit: .login, setup)
    }

    private static func forgot(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            showForgot(request, context, errors, status: status)
        } _: { form in
            let email = form.parse("email", "Enter an e-mail address.") { EmailAddress($0) }
            let address = try form.values(email)
            try await Passwords(context.services).forgot(address)
            return PortalPage.redirect(
                to: AccountRoutes.loginPage.path(),
                context,
                .notice,
                saying: "If there is an account with this address, a mail is on its way."
            )
        }
    }

    private static func resetPage(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        guard try await Passwords(context.services).canReset(token) else {
            return showDeadLink(request, context)
        }
        return showReset(request, context, token, .none)
    }

    private static func reset(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            status == 410
                ? showDeadLink(request, context)
                : showReset(request, context, token, errors, status: status)
        } _: { form in
            let password = try form.values(form.password("password", length: 1...1000))
            let services = context.services
            let browser = try await Passwords(services).reset(
                token,
                to: password,
                from: Visit(request, services)
            )
            return PortalPage.redirect(
                to: AccountRoutes.loginPage.path(),
                context,
                saying: "Your password is changed. Log in with the new one."
            )
            .with(browser.cookie(services))
            .with(
                .removing(
                    PortalSecurity.sessionCookie,
                    isSecure: services.configuration.isPortalSecure
                )
            )
        }
    }

    private static func verifyPage(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        guard try await EmailChanges(context.services).canVerify(token) else {
            return showDeadLink(request, context)
        }
        return PortalPage.response(
            title: "Confirm your address",
            request,
            context,
            width: .slim
        ) {
            VerifyView(path: AccountRoutes.verify.path(token), token: context.csrfToken)
        }
    }

    private static func verify(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        do {
            let visit = Visit(request, context.services)
            try await EmailChanges(context.services).verify(token, from: visit)
        } catch let problem as Problem where problem.status == 410 {
            return showDeadLink(request, context)
        }
        let next = context.user.map { AccountRoutes.home(of: $0.role) }
        return PortalPage.redirect(
            to: next ?? AccountRoutes.loginPage.path(),
            context,
            saying: "Thank you. Your address is confirmed."
        )
    }

    private static func setupPage(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        guard try await Staff(context.services).canSetUp(token) else { throw Problem.notFound }
        return showSetup(request, context, token, .none)
    }

    private static func setup(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            showSetup(request, context, token, errors, status: status)
        } _: { form in
            let name = form.text("full_name")
            let email = form.parse("email", "Enter an e-mail address.") { EmailAddress($0) }
            let password = form.password("password", length: 1...1000)
            let (fullName, address, secret) = try form.values(name, email, password)
            let opened = try await Staff(context.services).setUp(
                token,
                email: address,
                password: secret,
                name: fullName,
                from: Visit(request, context.services)
            )
            return LogInPages.welcome(opened, to: nil)
        }
    }

    private static func showForgot(
        _ request: Request,
        _ context: PublicContext,
        _ errors: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.response(
            title: "Forgotten password",
            request,
            context,
            status: status,
            width: .slim
        ) { ForgotView(errors: errors, token: context.csrfToken) }
    }

    private static func showReset(
        _ request: Request,
        _ context: PublicContext,
        _ token: String,
        _ errors: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.response(
            title: "New password",
            request,
            context,
            status: status,
            width: .slim
        ) {
            ResetView(
                path: AccountRoutes.reset.path(token),
                errors: errors,
                token: context.csrfToken
            )
        }
    }

    private static func showSetup(
        _ request: Request,
        _ context: PublicContext,
        _ token: String,
        _ errors: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.response(title: "Set up", request, context, status: status, width: .slim) {
            SetupView(
                path: AccountRoutes.setup.path(token),
                errors: errors,
                token: context.csrfToken
            )
        }
    }

    private static func showDeadLink(_ request: Request, _ context: PublicContext) -> Response {
        PortalPage.response(
            title: "This link does not work any more",
            request,
            context,
            status: 410,
            width: .slim
        ) { DeadLinkView() }
    }
}
