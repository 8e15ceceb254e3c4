import Web

/// The API reference for people.
enum ReferenceRoutes {
    static let document = Route(.get, "/openapi.json")
    static let swagger = Route(.get, "/docs")
    static let redoc = Route(.get, "/redoc")
}
