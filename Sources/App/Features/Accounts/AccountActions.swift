/// What the audit log calls what happens to users.
enum AccountActions {
    static let register = "user.register"
    static let logIn = "user.log_in"
    static let logOut = "user.log_out"
    static let refreshReused = "user.refresh_reused"
    static let verifyEmail = "user.verify_email"
    static let changeEmail = "user.change_email"
    static let changePassword = "user.change_password"
    static let resetPassword = "user.reset_password"
    static let update = "user.update"
    static let deactivate = "user.deactivate"
    static let createAdmin = "user.create_admin"
}
