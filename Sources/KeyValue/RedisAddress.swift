import Foundation

/// Where a Redis server is, and who we are there.
struct RedisAddress: Sendable {
    enum Place: Sendable {
        case tcp(host: String, port: Int)
        case unixSocket(path: String)
    }

    let place: Place
    /// The commands that introduce us on a new connection.
    let greeting: [[String]]

    init(url: String) throws(RedisError) {
        guard let parts = URLComponents(string: url) else { throw .invalidURL }
        switch parts.scheme {
        case "redis":
            let host = (parts.host ?? "").trimmingCharacters(in: ["[", "]"])
            let port = parts.port ?? 6_379
            guard !host.isEmpty, (1...65_535).contains(port) else { throw .invalidURL }
            place = .tcp(host: host, port: port)
        case "unix":
            guard parts.path.hasPrefix("/") else { throw .invalidURL }
            place = .unixSocket(path: parts.path)
        default: throw .invalidURL
        }
        greeting = try RedisAddress.greeting(parts)
    }

    private static func greeting(_ parts: URLComponents) throws(RedisError) -> [[String]] {
        var commands: [[String]] = []
        if let password = parts.password, !password.isEmpty {
            let user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
            commands.append(["AUTH"] + [user, password].compactMap(\.self))
        }
        let database =
            parts.scheme == "unix"
            ? parts.queryItems?.first { $0.name == "db" }?.value ?? ""
            : String(parts.path.drop { $0 == "/" })
        if !database.isEmpty {
            guard let number = Int(database), number >= 0 else { throw .invalidURL }
            commands.append(["SELECT", String(number)])
        }
        return commands
    }
}
