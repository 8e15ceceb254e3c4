import Core
package import Support

/// What is to be changed of a server; nil stays what it is.
package struct ServerChange: Sendable {
    package var name: String?
    package var description: Change<String> = .unchanged
    package var baseURL: String?
    package var apiKey: String?
    package var apiSecret: Secret<String>?
    package var capacity: Int?
    package var location: Change<String> = .unchanged
    package var tags: [String]?
    /// Whether the server gets new accounts.
    package var isActive: Bool?

    package init() {}

    /// Whether the server is reached differently afterwards.
    var isAboutAccess: Bool { baseURL != nil || apiKey != nil || apiSecret != nil }
}

/// A server and whether it answered just now.
package struct ServerStatus: Sendable {
    package let server: ServerRecord
    /// What keeps it from getting accounts, for staff; nil when it is well.
    package let problem: String?

    package var isOnline: Bool { problem == nil }
}
