import Web

/// The customer's first page.
enum DashboardRoutes {
    static let show = Route(.get, "/dashboard")
}
