import Core
import Foundation
import Support
import Web

/// What the fields of a server may be.
private enum ServerRules {
    static let name = Constraint.length(1...100)
    static let description = Constraint.length(0...500)
    static let address = Constraint.length(1...300)
    static let credential = Constraint.length(1...500)
    static let visible = Constraint.pattern("[!-~]+", "visible ASCII characters without spaces")
    static let capacity = Constraint.range(0...1_000_000)
    static let location = Constraint.length(0...100)
    static let tags = Constraint.count(0...20)

    /// - Throws: a ``FieldError`` that names the first tag that is empty or too long.
    static func check(_ tags: [String]) throws {
        for (index, tag) in tags.enumerated() where !(1...50).contains(tag.unicodeScalars.count) {
            let code = tag.isEmpty ? "too_short" : "too_long"
            throw FieldError("tags.\(index)", code, "must have 1 to 50 characters")
        }
    }
}

/// A server to add to the fleet.
struct NewServerBody: APIModel {
    let name: String
    let description: String?
    let baseURL: String
    let apiKey: String
    let apiSecret: String
    let capacity: Int?
    let location: String?
    let tags: [String]?

    static let model = Model(
        "new_server",
        "A NextPanel server to add to the fleet. Its credentials are never shown again.",
        NewServerBody.init,
        Field("name", \.name, "What staff call it.", ServerRules.name, .singleLine),
        Field("description", \.description, "What it is for.", ServerRules.description),
        Field(
            "base_url",
            \.baseURL,
            "Such as https://panel.example.com:9000.",
            ServerRules.address
        ),
        Field("api_key", \.apiKey, "npk_…", ServerRules.credential, ServerRules.visible),
        Field(
            "api_secret",
            \.apiSecret,
            "nps_…",
            ServerRules.credential,
            ServerRules.visible,
            .format("password")
        ),
        Field("capacity", \.capacity, "How many accounts; 100 when absent.", ServerRules.capacity),
        Field("location", \.location, "Where it stands.", ServerRules.location, .singleLine),
        Field("tags", \.tags, "Words to find it by.", ServerRules.tags),
    )

    func server() throws -> NewServer {
        try ServerRules.check(tags ?? [])
        return NewServer(
            name: name,
            description: description,
            baseURL: baseURL,
            apiKey: apiKey,
            apiSecret: Secret(apiSecret),
            capacity: capacity ?? 100,
            location: location,
            tags: tags ?? []
        )
    }
}

/// What is to be changed of a server.
struct ServerChangeBody: APIModel {
    let name: String?
    let description: Change<String>
    let baseURL: String?
    let apiKey: String?
    let apiSecret: String?
    let capacity: Int?
    let location: Change<String>
    let tags: [String]?
    let isActive: Bool?

    static let model = Model(
        "server_change",
        "What is to be changed of a server; what is absent stays.",
        ServerChangeBody.init,
        Field("name", \.name, "What staff call it.", ServerRules.name, .singleLine),
        Field("description", \.description, "What it is for.", ServerRules.description),
        Field("base_url", \.baseURL, "It has to answer there.", ServerRules.address),
        Field("api_key", \.apiKey, "npk_…", ServerRules.credential, ServerRules.visible),
        Field(
            "api_secret",
            \.apiSecret,
            "nps_…",
            ServerRules.credential,
            ServerRules.visible,
            .format("password")
        ),
        Field("capacity", \.capacity, "Not below what it holds.", ServerRules.capacity),
        Field("location", \.location, "Where it stands.", ServerRules.location, .singleLine),
        Field("tags", \.tags, "Words to find it by.", ServerRules.tags),
        Field("is_active", \.isActive, "Whether it gets new accounts."),
    )

    func change() throws -> ServerChange {
        try ServerRules.check(tags ?? [])
        var change = ServerChange()
        change.name = name
        change.description = description
        change.baseURL = baseURL
        change.apiKey = apiKey
        change.apiSecret = apiSecret.map { Secret($0) }
        change.capacity = capacity
        change.location = location
        change.tags = tags
        change.isActive = isActive
        return change
    }
}

/// What is answered to a new server.
struct AddedServerBody: APIModel {
    let message: String
    let serverID: ID<Server>
    let name: String
    let url: String

    static let model = Model(
        "added_server",
        "A server that was added.",
        AddedServerBody.init(message:serverID:name:url:),
        Field("message", \.message, "For people."),
        Field("server_id", \.serverID, "Starts with srv_."),
        Field("name", \.name, "What staff call it."),
        Field("url", \.url, "Its address."),
    )
}

extension AddedServerBody {
    init(_ server: ServerRecord) {
        self.init(
            message: "The server was added.",
            serverID: server.id,
            name: server.name,
            url: server.baseURL
        )
    }
}

/// A server as staff see it.
struct ServerBody: APIModel {
    let id: ID<Server>
    let name: String
    let description: String?
    let baseURL: String
    let isActive: Bool
    let isOnline: Bool
    let healthProblem: String?
    let capacity: Int
    let currentAccounts: Int
    let utilizationPercent: Double
    let availableSlots: Int
    let location: String?
    let tags: [String]
    let lastCheckedAt: Date?
    let createdAt: Date

    static let model = Model(
        "server",
        "A NextPanel server of the fleet, without its credentials.",
        ServerBody.init(
            id:
            name:
            description:
            baseURL:
            isActive:
            isOnline:
            healthProblem:
            capacity:
            currentAccounts:
            utilizationPercent:
            availableSlots:
            location:
            tags:
            lastCheckedAt:
            createdAt:
        ),
        Field("id", \.id, "Starts with srv_."),
        Field("name", \.name, "What staff call it."),
        Field("description", \.description, "What it is for."),
        Field("base_url", \.baseURL, "Its address."),
        Field("is_active", \.isActive, "Whether it gets new accounts."),
        Field("is_online", \.isOnline, "Whether it was well when it was last asked."),
        Field("health_problem", \.healthProblem, "What was wrong with it then."),
        Field("capacity", \.capacity, "How many accounts it may hold."),
        Field("current_accounts", \.currentAccounts, "How many it holds."),
        Field("utilization_percent", \.utilizationPercent, "How full it is."),
        Field("available_slots", \.availableSlots, "How many more it may hold."),
        Field("location", \.location, "Where it stands."),
        Field("tags", \.tags, "Words to find it by."),
        Field("last_checked_at", \.lastCheckedAt, "When it was last asked."),
        Field("created_at", \.createdAt, "When it was added."),
    )
}

extension ServerBody {
    init(_ server: ServerRecord) {
        self.init(
            id: server.id,
            name: server.name,
            description: server.description,
            baseURL: server.baseURL,
            isActive: server.isActive,
            isOnline: server.isHealthy,
            healthProblem: server.healthProblem,
            capacity: server.capacity,
            currentAccounts: server.currentAccounts,
            utilizationPercent: server.utilization,
            availableSlots: server.freeSlots,
            location: server.location,
            tags: server.tags,
            lastCheckedAt: server.checkedAt,
            createdAt: server.createdAt
        )
    }
}

/// A server and whether it answered just now.
struct ServerStatusBody: APIModel {
    let serverID: ID<Server>
    let name: String
    let url: String
    let isActive: Bool
    let isOnline: Bool
    let currentAccounts: Int
    let capacity: Int
    let utilization: Double

    static let model = Model(
        "server_status",
        "A server and whether it answered just now.",
        ServerStatusBody.init(
            serverID:
            name:
            url:
            isActive:
            isOnline:
            currentAccounts:
            capacity:
            utilization:
        ),
        Field("server_id", \.serverID, "Starts with srv_."),
        Field("name", \.name, "What staff call it."),
        Field("url", \.url, "Its address."),
        Field("is_active", \.isActive, "Whether it gets new accounts."),
        Field("is_online", \.isOnline, "Whether it answered just now."),
        Field("current_accounts", \.currentAccounts, "How many accounts it holds."),
        Field("capacity", \.capacity, "How many it may hold."),
        Field("utilization", \.utilization, "How full it is, in percent."),
    )
}

extension ServerStatusBody {
    init(_ status: ServerStatus) {
        self.init(
            serverID: status.server.id,
            name: status.server.name,
            url: status.server.baseURL,
            isActive: status.server.isActive,
            isOnline: status.isOnline,
            currentAccounts: status.server.currentAccounts,
            capacity: status.server.capacity,
            utilization: status.server.utilization
        )
    }
}
