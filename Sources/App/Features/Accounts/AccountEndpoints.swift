import Core
import Foundation
import Support
package import Web
import Wire

/// Registering, logging in and out, and one's own account.
package enum AccountEndpoints {
    static let register = Endpoint(
        Route(.post, "/api/v1/auth/register"),
        tag: "Auth",
        "Make an account and log in.",
        input: NewUser.self,
        output: TokensBody.self,
        status: 201,
        problems: [.emailTaken]
    )
    static let login = Endpoint(
        Route(.post, "/api/v1/auth/login"),
        tag: "Auth",
        "Log in.",
        details: "After a few wrong passwords the next try has to wait (429, `Retry-After`).",
        input: Credentials.self,
        output: TokensBody.self,
        problems: [.wrongCredentials]
    )
    static let refresh = Endpoint(
        Route(.post, "/api/v1/auth/refresh"),
        tag: "Auth",
        "Exchange a refresh token for the next pair.",
        details: "A token that is used twice ends all tokens that came from its log-in.",
        input: RefreshBody.self,
        output: TokensBody.self,
        problems: [.invalidRefreshToken]
    )
    static let logout = Endpoint(
        Route(.post, "/api/v1/auth/logout"),
        tag: "Auth",
        "End all tokens of this log-in.",
        output: NoBody.self
    )
    static let me = Endpoint(
        Route(.get, "/api/v1/auth/me"),
        tag: "Auth",
        "Show one's own account.",
        output: UserBody.self
    )
    static let updateMe = Endpoint(
        Route(.put, "/api/v1/auth/me"),
        tag: "Auth",
        "Change one's own account.",
        details: "A new e-mail address needs `current_password` and has to be verified.",
        input: ProfileChange.self,
        output: UserBody.self,
        problems: [.emailTaken]
    )
    static let verifyEmail = Endpoint(
        Route(.post, "/api/v1/auth/verify-email"),
        tag: "Auth",
        "Confirm an e-mail address.",
        input: TokenBody.self,
        output: NoBody.self,
        problems: [.deadLink]
    )
    static let forgot = Endpoint(
        Route(.post, "/api/v1/auth/password/forgot"),
        tag: "Auth",
        "Ask for a link to choose a new password.",
        details: "The answer is the same whether or not there is an account.",
        input: ForgottenPassword.self,
        output: NoBody.self,
        status: 202
    )
    static let reset = Endpoint(
        Route(.post, "/api/v1/auth/password/reset"),
        tag: "Auth",
        "Choose a new password.",
        details: "The token is good once, for 15 minutes. All log-ins end.",
        input: PasswordReset.self,
        output: NoBody.self,
        problems: [.deadLink]
    )

    package static func add(to router: inout Router<Services>) {
        addLogIn(to: &router)
        addAccount(to: &router)
        addPasswords(to: &router)
    }

    private static func addLogIn(to router: inout Router<Services>) {
        router.on(register, as: PublicContext.self, limit: .registration) {
            input,
            request,
            context in
            let visit = Visit(request, context.services)
            return try TokensBody(
                try await Registration(context.services).byAPI(input.application, from: visit)
            )
        }
        router.on(login, as: PublicContext.self, limit: .login) { input, request, context in
            try TokensBody(
                try await LogIn(context.services).byAPI(
                    email: input.email,
                    password: input.password,
                    from: Visit(request, context.services)
                )
            )
        }
        router.on(refresh, as: PublicContext.self) { input, request, context in
            try TokensBody(
                try await RefreshTokens(context.services).refresh(
                    input.refreshToken,
                    from: Visit(request, context.services)
                )
            )
        }
        router.on(logout, as: SignedInContext.self) { request, context in
            try await RefreshTokens(context.services).logOut(context.user, request)
        }
    }

    private static func addAccount(to router: inout Router<Services>) {
        router.on(me, as: SignedInContext.self) { _, context in
            try UserBody(try await Profiles(context.services).details(of: context.user))
        }
        router.on(updateMe, as: SignedInContext.self) { input, request, context in
            try await update(input, request, context)
        }
        router.on(verifyEmail, as: PublicContext.self, limit: .login) { input, request, context in
            try await EmailChanges(context.services).verify(
                input.token,
                from: Visit(request, context.services)
            )
        }
    }

    private static func addPasswords(to router: inout Router<Services>) {
        router.on(forgot, as: PublicContext.self, limit: .forgotPassword) { input, _, context in
            try await Passwords(context.services).forgot(input.email)
        }
        router.on(reset, as: PublicContext.self, limit: .login) { input, request, context in
            try await Passwords(context.services).reset(
                input.token,
                to: input.password,
                from: Visit(request, context.services)
            )
        }
    }

    /// The address goes first: when it is refused, nothing is changed.
    private static func update(
        _ input: ProfileChange,
        _ request: Request,
        _ context: SignedInContext
    ) async throws -> UserBody {
        let change = try input.change(request)
        if let email = input.email, email.text != context.user.email {
            guard let password = input.currentPassword else {
                throw Problem.invalid(
                    "current_password",
                    "required",
                    "is required to change the e-mail address"
                )
            }
            try await EmailChanges(context.services).change(
                of: context.user,
                to: email,
                password: password,
                from: Visit(request, context.services)
            )
        }
        let details = try await Profiles(context.services).change(
            change,
            of: context.user,
            actor: context.user.actor(request)
        )
        return try UserBody(details)
    }
}
