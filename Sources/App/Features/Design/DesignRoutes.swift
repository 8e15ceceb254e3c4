import Web

/// The design system on a page of its own, for those who build pages.
enum DesignRoutes {
    static let show = Route(.get, "/design")
    /// A component that is a whole page.
    static let page = Route(.get, "/design/pages/:name", String.self)
    /// What a page says that is answered with such a status.
    static let error = Route(.get, "/design/errors/:status", Int.self)
}
