import Foundation

/// What a new password must be.
///
/// Length and not being a well-known one count; there are no rules about kinds of characters, which
/// only make passwords alike.
package enum PasswordRules {
    package static let length = 8...128

    /// Why a password is not accepted.
    package enum Fault: String, Error, Sendable, CaseIterable {
        case tooShort = "too_short"
        case tooLong = "too_long"
        case tooCommon = "too_common"
        case sameAsEmail = "same_as_email"

        /// For people.
        package var message: String {
            switch self {
            case .tooShort: "Use at least \(PasswordRules.length.lowerBound) characters."
            case .tooLong: "Use at most \(PasswordRules.length.upperBound) characters."
            case .tooCommon: "This password is among the first ones to be guessed."
            case .sameAsEmail: "The password must differ from the e-mail address."
            }
        }
    }

    /// The form of a password that is hashed: keyboards write the same accent in several ways.
    package static func canonical(_ password: String) -> String {
        password.precomposedStringWithCanonicalMapping
    }

    /// What is wrong with a password that somebody wants; nil when nothing is.
    package static func fault(in password: String, email: String) -> Fault? {
        let text = canonical(password)
        let count = text.unicodeScalars.count
        if count < length.lowerBound { return .tooShort }
        if count > length.upperBound { return .tooLong }
        let lowered = text.lowercased()
        let address = email.lowercased()
        if lowered == address || lowered == address.split(separator: "@").first.map(String.init) {
            return .sameAsEmail
        }
        if CommonPasswords.all.contains(lowered) || Set(lowered).count < 3 { return .tooCommon }
        return nil
    }
}
