import Web

/// The design system on a page of its own, for those who build pages.
enum DesignRoutes {
    static let show = Route(.get, "/design")
}
