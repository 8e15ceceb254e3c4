import Core
import Foundation
import Markup
import Support
package import Web

/// The pages of one's own account.
package enum ProfilePages {
    package static func add(to router: inout Router<Services>) {
        router.on(AccountRoutes.account, as: SignedInContext.self) { request, context in
            try await show(request, context, nil)
        }
        router.on(AccountRoutes.saveProfile, as: SignedInContext.self, save)
        router.on(AccountRoutes.sendVerification, as: SignedInContext.self, sendVerification)
        router.on(AccountRoutes.passwordPage, as: SignedInContext.self) { request, context in
            showPassword(request, context, .none)
        }
        router.on(
            AccountRoutes.changePassword,
            as: SignedInContext.self,
            limit: .login,
            changePassword
        )
        router.on(AccountRoutes.emailPage, as: SignedInContext.self) { request, context in
            showEmail(request, context, .none)
        }
        router.on(AccountRoutes.changeEmail, as: SignedInContext.self, limit: .login, changeEmail)
        router.on(AccountRoutes.endSession, as: SignedInContext.self) { request, context, id in
            try await PortalSessions(context.services).end(id, of: context.user, request)
            return PortalPage.redirect(
                to: AccountRoutes.account.path(),
                context,
                saying: "That log-in has ended."
            )
        }
    }

    private static func show(
        _ request: Request,
        _ context: SignedInContext,
        _ refused: FormErrors?,
        status: Int = 200
    ) async throws -> Response {
        let services = context.services
        let details = try await Profiles(services).details(of: context.user)
        let (sessions, current) = try await PortalSessions(services).list(
            of: context.user,
            request
        )
        return PortalPage.own(
            title: "Your account",
            request,
            context,
            status: status,
            width: .narrow
        ) {
            ProfileView(
                email: details.user.email,
                isVerified: details.user.emailVerifiedAt != nil,
                isCustomer: details.customer != nil,
                vatWords: details.vatWords,
                errors: refused ?? ProfileForm.values(of: details),
                sessions: sessions,
                current: current,
                token: context.csrfToken
            )
        }
    }

    private static func save(
        _ request: Request,
        _ context: SignedInContext
    ) async throws -> Response {
        let change: Profiles.Change
        do {
            change = try ProfileForm.read(
                FormReader(try request.form()),
                isCustomer: context.user.customer != nil
            )
        } catch let errors as FormErrors {
            return try await show(request, context, errors, status: 422)
        }
        _ = try await Profiles(context.services).change(
            change,
            of: context.user,
            actor: context.user.actor(request)
        )
        return PortalPage.redirect(
            to: AccountRoutes.account.path(),
            context,
            saying: "Your details are saved."
        )
    }

    private static func sendVerification(
        _ request: Request,
        _ context: SignedInContext
    ) async throws -> Response {
        try await EmailChanges(context.services).sendVerification(to: context.user)
        return PortalPage.redirect(
            to: AccountRoutes.account.path(),
            context,
            saying: "A mail is on its way to \(context.user.email)."
        )
    }

    private static func changePassword(
        _ request: Request,
        _ context: SignedInContext
    ) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            showPassword(request, context, errors, status: status)
        } _: { form in
            let current = form.password("current_password", length: 1...1000)
            let new = form.password("password", length: 1...1000)
            let (old, password) = try form.values(current, new)
            let opened = try await Passwords(context.services).change(
                of: context.user,
                from: old,
                to: password,
                from: Visit(request, context.services)
            )
            var response = PortalPage.redirect(
                to: AccountRoutes.account.path(),
                context,
                saying: "Your password is changed. Everywhere else you are logged out."
            )
            for cookie in opened.cookies { response.set(cookie) }
            return response
        }
    }

    private static func changeEmail(
        _ request: Request,
        _ context: SignedInContext
    ) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            showEmail(request, context, errors, status: status)
        } _: { form in
            let email = form.parse("email", "Enter an e-mail address.") { EmailAddress($0) }
            let current = form.password("current_password", length: 1...1000)
            let (address, password) = try form.values(email, current)
            try await EmailChanges(context.services).change(
                of: context.user,
                to: address,
                password: password,
                from: Visit(request, context.services)
            )
            return PortalPage.redirect(
                to: AccountRoutes.account.path(),
                context,
                saying: "Your address is changed. Please follow the link in the mail we sent there."
            )
        }
    }

    private static func showPassword(
        _ request: Request,
        _ context: SignedInContext,
        _ errors: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.own(
            title: "Change your password",
            request,
            context,
            status: status,
            width: .slim
        ) { PasswordChangeView(errors: errors, token: context.csrfToken) }
    }

    private static func showEmail(
        _ request: Request,
        _ context: SignedInContext,
        _ errors: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.own(
            title: "Change your e-mail address",
            request,
            context,
            status: status,
            width: .slim
        ) { EmailChangeView(errors: errors, token: context.csrfToken) }
    }
}
