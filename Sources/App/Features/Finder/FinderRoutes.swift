import Web

/// Finding anything by what one knows of it.
enum FinderRoutes {
    static let find = Route(.get, "/find")
}
