import Core
import Foundation
import Postgres
import Support
import Web

/// Makes the hosting account of an order's item on the server with the most room.
///
/// A server that refuses is not asked again until staff try the order again; when none is left to
/// ask, the step has failed.
struct HostingAccountStep {
    /// How many servers are asked before the cause is taken to lie in the order.
    private static let mostRefusals = 5
    /// How many more user names are tried on one server.
    private static let mostRenames = 4

    private let services: Services

    init(_ services: Services) { self.services = services }

    func run(_ item: OrderItemRecord) async throws -> Fulfilment.StepResult {
        guard let account = try await reserve(item) else { return try await nowhere(item) }
        services.faults.reach(.accountIntentStored)
        if account.status != .provisioning { return try await succeeded(account, item) }
        switch try await HostingAccounts(services).create(account) {
        case .active(let account): return try await succeeded(account, item)
        case .usernameTaken(let message): return try await rename(account, of: item, message)
        case .emailTaken: return try await tagAddress(of: account)
        case .unsettled(let seconds):
            let detail =
                "No answer came from the panel; it is asked again whether it has the account."
            return .waiting(StepNote(staff: detail, .isLate), seconds: seconds)
        case .refused(let message): return next(after: message)
        }
    }

    private func succeeded(
        _ account: HostingAccountRecord,
        _ item: OrderItemRecord
    ) async throws -> Fulfilment.StepResult {
        let services = services
        let now = services.clock.now
        let server = try await services.database.transaction(for: .system) { session in
            if try session.subscription(ofItem: item.id)?.isChanged(since: item) == true {
                try PlanTelling.wish(for: account.id, session, services, now: now)
            }
            return try session.server(account.server)
        }
        return .succeeded(
            StepNote(.account(account.username, on: server?.name ?? "its server"))
        )
    }

    private func rename(
        _ account: HostingAccountRecord,
        of item: OrderItemRecord,
        _ message: String
    ) async throws -> Fulfilment.StepResult {
        guard account.renames < HostingAccountStep.mostRenames else {
            let reason = "\(account.renames + 1) user names were refused: \(message)"
            try await HostingAccounts(services).refuse(account, reason, .job(.fulfilItem))
            return next(after: reason)
        }
        let name = username(for: item)
        try await services.database.transaction(for: .system) {
            try $0.renameAccount(account.id, to: name)
        }
        return .waiting(StepNote("The user name was taken; another is tried."), seconds: 0.5)
    }

    /// Panels keep one account an address: a customer's second one is tagged, and mail to it still
    /// arrives (RFC 5233).
    private func tagAddress(
        of account: HostingAccountRecord
    ) async throws -> Fulfilment.StepResult {
        let address = account.email.replacing(
            "@",
            with: "+\(account.username)@",
            maxReplacements: 1
        )
        try await services.database.transaction(for: .system) {
            try $0.setAddress(address, of: account.id)
        }
        return .waiting(
            StepNote(staff: "The panel knows the address; a tagged one is used.", .isLate),
            seconds: 0
        )
    }

    /// Another server may accept what one has refused.
    private func next(after refusal: String) -> Fulfilment.StepResult {
        .waiting(
            StepNote(staff: "A server refused the account: \(refusal)", .isLate),
            seconds: 0
        )
    }

    /// What to do when no server takes the account: wait for room where there may be some, or give
    /// up where every server has said no.
    private func nowhere(_ item: OrderItemRecord) async throws -> Fulfilment.StepResult {
        let (refusals, hasOthers) = try await services.database.transaction(for: .system) {
            session in
            let refusals = try session.refusals(of: item.id)
            return (refusals, try session.hasActiveServer(besides: refusals.map(\.server)))
        }
        let pause: Double = services.configuration.mode == .live ? 60 : 2
        guard let last = refusals.first else {
            return .blocked(
                StepNote("No server has room for the account. It is made as soon as one has."),
                seconds: pause
            )
        }
        let words = "The last was \(last.serverName): \(last.reason)"
        guard hasOthers, refusals.count < HostingAccountStep.mostRefusals else {
            let who = hasOthers ? "\(refusals.count) servers" : "Every server"
            return .refused(StepNote(staff: "\(who) refused the account. \(words)", .needsHelp))
        }
        let detail = "No other server has room after \(refusals.count) refused the account. "
        return .blocked(StepNote(staff: detail + words, .needsHelp), seconds: pause)
    }

    /// The item's account, stored with its room at the first run; nil where no server takes it.
    private func reserve(_ item: OrderItemRecord) async throws -> HostingAccountRecord? {
        let accounts = HostingAccounts(services)
        let now = services.clock.now
        let name = username(for: item)
        let password = Secret(InitialPassword.make())
        return try await services.database.transaction(for: .system) { session in
            // The item's row serialises two runs of one step.
            _ = try session.lockOrder(item.order)
            if let account = try session.hostingAccount(ofItem: item.id) { return account }
            let refusals = try session.refusals(of: item.id)
            guard refusals.count < HostingAccountStep.mostRefusals else { return nil }
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
                excluding: refusals.map(\.server),
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
