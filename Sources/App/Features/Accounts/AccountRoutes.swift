package import Core
package import Web
import Wire

/// The pages of accounts.
package enum AccountRoutes {
    package static let registerPage = Route(.get, "/register")
    package static let register = Route(.post, "/register")
    package static let loginPage = Route(.get, "/login")
    package static let login = Route(.post, "/login")
    package static let logout = Route(.post, "/logout")
    package static let forgotPage = Route(.get, "/forgot")
    package static let forgot = Route(.post, "/forgot")
    package static let resetPage = Route(.get, "/reset/:token", String.self)
    package static let reset = Route(.post, "/reset/:token", String.self)
    package static let verifyPage = Route(.get, "/verify/:token", String.self)
    package static let verify = Route(.post, "/verify/:token", String.self)
    package static let sendVerification = Route(.post, "/account/verification")
    package static let setupPage = Route(.get, "/setup/:token", String.self)
    package static let setup = Route(.post, "/setup/:token", String.self)
    package static let account = Route(.get, "/account")
    package static let saveProfile = Route(.post, "/account/profile")
    package static let passwordPage = Route(.get, "/account/password")
    package static let changePassword = Route(.post, "/account/password")
    package static let emailPage = Route(.get, "/account/email")
    package static let changeEmail = Route(.post, "/account/email")
    package static let endSession = Route(
        .post,
        "/account/sessions/:id/end",
        ID<PortalSession>.self
    )

    /// The log-in page that leads back to where somebody wanted to go.
    static func loginPath(returningTo path: String) -> String {
        loginPage.path() + "?next=" + PercentCoding.encode(path)
    }

    /// Where somebody starts who has logged in and wanted nothing in particular.
    static func home(of role: Role) -> String {
        role.isStaff ? Navigation.console.path() : DashboardRoutes.show.path()
    }
}
