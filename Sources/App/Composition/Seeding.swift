import Core
import Cryptography
import Foundation
import Postgres
import Support
import Wire

/// What a new installation begins with.
package struct Seeding: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Stores what is missing: the plans and the prices of names, and in the sandbox the
    /// simulators' servers and the demo log-ins. What is there already is left as staff have made
    /// it, but for where the simulators are.
    ///
    /// - Throws: ``ForeignMode`` for a database of the other mode.
    package func run() async throws {
        let services = services
        let now = services.clock.now
        let isSandbox = services.configuration.mode == .sandbox
        // Hashing takes longer than all else of a start, and is of use once.
        let isNew = try await services.database.transaction(for: .system) {
            try $0.setting("seeded") == nil
        }
        let hash =
            isSandbox && isNew ? try await services.passwords.hash(DemoUser.password) : ""
        try await services.database.transaction(for: .system) { session in
            try session.claim(for: services.configuration.mode, now: now)
            guard try session.setting("seeded") == nil else {
                if isSandbox { try Seeding.moveServers(session, services) }
                return
            }
            try Seeding.plans(session, services, now: now)
            try Seeding.domainPrices(session, services)
            if isSandbox {
                try Seeding.servers(session, services, now: now)
                try Seeding.users(session, services, passwordHash: hash, now: now)
                try APIKeys.seedSandbox(session, services, now: now)
            }
            try session.setSetting("seeded", to: true, now: now)
        }
    }

    private static func plans(_ session: Session, _ services: Services, now: Date) throws {
        guard services.configuration.currency == .usd else { return }
        for (position, plan) in SeedPlan.all.enumerated() {
            let id = ID<Plan>(services.ids.next())
            try session.storePlan(
                PlanRecord(
                    id: id,
                    slug: plan.slug,
                    name: plan.name,
                    description: plan.description,
                    position: position,
                    quotas: plan.quotas,
                    features: plan.features,
                    packageID: nil,
                    isActive: true,
                    prices: []
                ),
                now: now
            )
            for (cycle, amount) in [(BillingCycle.monthly, plan.monthly), (.yearly, plan.yearly)] {
                try session.setPrice(
                    ID(services.ids.next()),
                    of: id,
                    cycle: cycle,
                    to: Money(minorUnits: amount, .usd),
                    now: now
                )
            }
        }
    }

    private static func domainPrices(_ session: Session, _ services: Services) throws {
        guard services.configuration.currency == .usd else { return }
        let yearly: [(String, Int64)] = [
            ("com", 1299), ("net", 1499), ("org", 1599), ("io", 3499), ("co", 2499), ("dev", 1499),
            ("app", 1799), ("tech", 1999), ("online", 999),
        ]
        for (position, (ending, amount)) in yearly.enumerated() {
            for action in ["register", "transfer", "renew"] {
                try session.storeDomainPrice(
                    ending: ending,
                    action: action,
                    amount: Money(minorUnits: amount, .usd),
                    position: position
                )
            }
        }
    }

    /// The three simulated panels.
    private static func servers(_ session: Session, _ services: Services, now: Date) throws {
        for number in 1...3 {
            try session.storeServer(
                ID<Server>(services.ids.next()),
                NewServer(
                    name: "Sandbox panel \(number)",
                    description: "A simulated NextPanel server",
                    baseURL: panelURL(number, services),
                    apiKey: panelKey(number),
                    apiSecret: Secret("nps_sandbox_secret_\(number)"),
                    capacity: 100,
                    location: "Sandbox",
                    tags: ["sandbox"]
                ),
                keyring: services.keyring,
                isHealthy: true,
                now: now
            )
        }
    }

    private static func panelKey(_ number: Int) -> String { "npk_sandbox_\(number)" }

    private static func panelURL(_ number: Int, _ services: Services) -> String {
        let offset = services.configuration.sandboxPortOffset
        return "http://127.0.0.1:\(9_000 + 10 * (number - 1) + offset)"
    }

    /// Says where the simulated panels are this time; staff may have given them other names.
    private static func moveServers(_ session: Session, _ services: Services) throws {
        let ours = try session.servers().filter { $0.tags.contains("sandbox") }
        var moved: [(ID<Server>, String)] = []
        for server in ours {
            let context = ServerRecord.keyContext(of: server.id)
            let key = try? services.keyring.openText(server.keySealed, context: context)
            guard let number = (1...3).first(where: { panelKey($0) == key }) else { continue }
            let url = panelURL(number, services)
            if server.baseURL != url { moved.append((server.id, url)) }
        }
        try session.moveServers(moved)
    }

    private static func users(
        _ session: Session,
        _ services: Services,
        passwordHash: String,
        now: Date
    ) throws {
        for user in DemoUser.all {
            var customer: ID<Customer>?
            if user.role == .customer {
                let id = ID<Customer>(services.ids.next())
                customer = id
                try session.storeCustomer(
                    id,
                    name: user.name,
                    company: nil,
                    email: user.email,
                    now: now
                )
            }
            let record = UserRecord(
                id: ID(services.ids.next()),
                customer: customer,
                email: user.email,
                emailVerifiedAt: now,
                passwordHash: passwordHash,
                fullName: user.name,
                role: user.role,
                isActive: true,
                createdAt: now
            )
            _ = try session.storeUser(record, emailKey: user.email.lowercased())
        }
    }
}

/// A plan that a new installation sells.
private struct SeedPlan {
    let slug: String
    let name: String
    let description: String
    /// In cents.
    let monthly: Int64
    let yearly: Int64
    let quotas: Quotas
    let features: [String]

    static let all = [
        SeedPlan(
            slug: "starter",
            name: "Starter",
            description: "For one site and its mail.",
            monthly: 2_900,
            yearly: 29_000,
            quotas: Quotas(accounts: 1, domains: 3, databases: 5, emails: 10),
            features: ["1 hosting account", "3 domains", "5 databases", "10 mailboxes"]
        ),
        SeedPlan(
            slug: "professional",
            name: "Professional",
            description: "For agencies and growing projects.",
            monthly: 9_900,
            yearly: 99_000,
            quotas: Quotas(accounts: 5, domains: 25, databases: 50, emails: 100),
            features: ["5 hosting accounts", "25 domains", "50 databases", "100 mailboxes"]
        ),
        SeedPlan(
            slug: "enterprise",
            name: "Enterprise",
            description: "Without limits.",
            monthly: 29_900,
            yearly: 299_000,
            quotas: Quotas(accounts: nil, domains: nil, databases: nil, emails: nil),
            features: [
                "Unlimited hosting accounts", "Unlimited domains", "Unlimited databases",
                "Unlimited mailboxes",
            ]
        ),
    ]
}

/// The log-ins of the sandbox; there are none in live mode.
private struct DemoUser {
    static let password = "sandbox-password"

    let email: String
    let name: String
    let role: Role

    static let all = [
        DemoUser(email: "admin@example.com", name: "Ada Admin", role: .admin),
        DemoUser(email: "billing@example.com", name: "Bill Billing", role: .billing),
        DemoUser(email: "support@example.com", name: "Sue Support", role: .support),
        DemoUser(email: "customer@example.com", name: "Carla Customer", role: .customer),
    ]
}
