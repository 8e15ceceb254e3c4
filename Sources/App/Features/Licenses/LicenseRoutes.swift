import Core
import Web

/// Where licences are in the portal.
enum LicenseRoutes {
    static let list = Navigation.licenses
    static let export = Route(.get, "/licenses.csv")
    static let reveal = Route(.post, "/licenses/:id/reveal", ID<License>.self)
    /// Where somebody ends who comes back to the address of a revealed key.
    static let revealed = Route(.get, "/licenses/:id/reveal", ID<License>.self)
}
