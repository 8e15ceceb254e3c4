package import Core
package import Foundation

/// A panel's key as it is stored; its secret is sealed.
package struct APIKeyRecord: Sendable {
    package let id: ID<APIKey>
    package let name: String
    /// What the panel is known by; no secret.
    package let key: String
    package let secretSealed: String
    package let scopes: [String]
    package let allowedAddresses: [String]
    package let createdAt: Date
    package let lastUsedAt: Date?
    package let revokedAt: Date?

    /// What the sealed secret is bound to.
    package static func context(of id: ID<APIKey>) -> String { "api_keys.secret.\(id.text)" }
}
