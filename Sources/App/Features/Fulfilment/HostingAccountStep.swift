import Core
import Foundation
import Postgres
import Support
import Web

/// Makes the hosting account of an order's item on the server with the most room.
struct HostingAccountStep {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func run(_ item: OrderItemRecord) async throws -> Fulfilment.StepResult {
        guard let account = try await reserve(item) else {
            return .blocked(
                detail: "No server has room for the account. It is made as soon as one has.",
                seconds: services.configuration.mode == .live ? 60 : 2
            )
        }
        services.faults.reach(.accountIntentStored)
        if account.status != .provisioning { return try await succeeded(account) }
        switch try await HostingAccounts(services).create(account) {
        case .active(let account): return try await succeeded(account)
        case .usernameTaken:
            let name = username(for: item)
            try await services.database.transaction(for: .system) {
                try $0.renameAccount(account.id, to: name)
            }
            // A panel may refuse every name for a reason of its own: it is not asked in a rush.
            return .waiting(detail: "The user name was taken; another is tried.", seconds: 2)
        case .emailTaken:
            // Panels keep one account an address: a customer's second one is tagged, and mail to
            // it still arrives (RFC 5233).
            let address = account.email.replacing(
                "@",
                with: "+\(account.username)@",
                maxReplacements: 1
            )
            try await services.database.transaction(for: .system) {
                try $0.setAddress(address, of: account.id)
            }
            return .waiting(
                detail: "The panel knows the address; a tagged one is used.",
                seconds: 0
            )
        case .refused(let message):
            // The refusal's server is not asked again; another may accept.
            return .blocked(detail: "A server refused the account: \(message)", seconds: 0.5)
        }
    }

    private func succeeded(_ account: HostingAccountRecord) async throws -> Fulfilment.StepResult {
        let server = try await services.database.transaction(for: .system) {
            try $0.server(account.server)
        }
        return .succeeded(detail: "\(account.username) on \(server?.name ?? "its server")")
    }

    /// The item's account, stored with its room at the first run.
    private func reserve(_ item: OrderItemRecord) async throws -> HostingAccountRecord? {
        let accounts = HostingAccounts(services)
        let now = services.clock.now
        let name = username(for: item)
        let password = Secret(InitialPassword.make())
        return try await services.database.transaction(for: .system) { session in
            // The item's row serialises two runs of one step.
            _ = try session.lockOrder(item.order)
            if let account = try session.hostingAccount(ofItem: item.id) { return account }
            let customer = try session.customer(item.customer).orThrow(Problem.notFound)
            return try accounts.reserve(
                HostingAccounts.NewAccount(
                    customer: item.customer,
                    item: item.id,
                    server: nil,
                    username: name,
                    email: customer.email,
                    password: password,
                    type: .panel,
                    parameters: HostingAccountParameters(
                        fullName: customer.name,
                        phone: customer.phone.map { "+\($0.countryCode)\($0.number)" },
                        company: customer.company,
                        packageID: try session.packageID(of: item.plan)
                    )
                ),
                excluding: try session.serversThatRefused(
                    item.id,
                    since: now.addingTimeInterval(-600)
                ),
                session,
                now: now
            )
        }
    }

    private func username(for item: OrderItemRecord) -> String {
        let tail = Base32.encode(randomBytes(3))
        return Username.make(from: item.domain?.name.label ?? item.planName, tail: tail)
    }
}

/// Makes the passwords that accounts begin with.
enum InitialPassword {
    /// 20 letters and digits of 100 random bits, with one of each kind that panels ask for.
    static func make() -> String {
        Base32.encode(randomBytes(6)) + "-" + Base32.encode(randomBytes(6)).uppercased() + "7a"
    }
}
