import Core
import Cryptography
import Web

extension Problem {
    /// The same for an unknown address, a wrong password and an account that is switched off.
    static let wrongCredentials = Problem(
        status: 401,
        code: "invalid_credentials",
        detail: "The e-mail or the password is wrong."
    )

    static let emailTaken = Problem(
        status: 409,
        code: "email_taken",
        detail: "There is an account with this address already.",
        errors: [
            FieldError("email", "taken", "There is an account with this address. Log in instead?")
        ]
    )

    /// A link that was used, has expired or was never ours.
    static let deadLink = Problem(
        status: 410,
        code: "link_expired",
        detail: "This link has been used or has expired."
    )

    static let wrongCurrentPassword = Problem.invalid(
        "current_password",
        "wrong",
        "This is not your current password."
    )

    static let invalidRefreshToken = Problem(
        status: 401,
        code: "invalid_refresh_token",
        detail: "Log in again."
    )

    /// Refuses a new password.
    static func refusedPassword(_ fault: PasswordRules.Fault) -> Problem {
        .invalid("password", fault.rawValue, fault.message)
    }
}

extension PasswordHasher {
    /// The hash of a password that follows the rules.
    ///
    /// - Throws: ``Web/Problem`` 422 for one that does not, 503 when too many are waiting.
    func hashNew(_ password: String, email: String) async throws -> String {
        if let fault = PasswordRules.fault(in: password, email: email) {
            throw Problem.refusedPassword(fault)
        }
        do {
            return try await hash(PasswordRules.canonical(password))
        } catch is Busy {
            throw Problem.unavailable("Too many people are logging in. Try again in a moment.")
        }
    }

    /// Whether a typed password belongs to a hash; without one it takes as long and says no.
    ///
    /// - Throws: ``Web/Problem`` 503 when too many are waiting.
    func check(_ password: String, against hash: String?) async throws -> Bool {
        do {
            return try await verify(PasswordRules.canonical(password), against: hash)
        } catch is Busy {
            throw Problem.unavailable("Too many people are logging in. Try again in a moment.")
        }
    }
}
