import Core
import Cryptography
package import Support

/// A panel server to be added.
package struct NewServer: Sendable {
    package let name: String
    package let description: String?
    package let baseURL: String
    package let apiKey: String
    package let apiSecret: Secret<String>
    package let capacity: Int
    package let location: String?
    package let tags: [String]

    package init(
        name: String,
        description: String?,
        baseURL: String,
        apiKey: String,
        apiSecret: Secret<String>,
        capacity: Int,
        location: String?,
        tags: [String]
    ) {
        self.name = name
        self.description = description
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.apiSecret = apiSecret
        self.capacity = capacity
        self.location = location
        self.tags = tags
    }
}
