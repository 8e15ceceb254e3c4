import Web

/// The addresses of styles, scripts, icons and the font.
enum AssetRoutes {
    static let file = Route(.get, "/assets/:name", String.self)
    /// What browsers ask for by themselves.
    static let favicon = Route(.get, "/favicon.ico")
}

extension Assets {
    /// Where a file is served.
    func path(_ name: String) -> String { AssetRoutes.file.path(servedName(name)) }
}
