package import Core
import Cryptography
import Foundation
import Postgres
package import Support
import Web
import Wire

/// What can be done with hosting accounts on the panels.
///
/// An account is stored, with its room taken, before its panel hears of it. A creation that was not
/// answered is looked for on the panel and adopted, and repeated only when the panel has not shown
/// it for a while.
package struct HostingAccounts: Sendable {
    let services: Services

    package init(_ services: Services) { self.services = services }

    /// An account to be made.
    package struct NewAccount: Sendable {
        package let customer: ID<Customer>
        package let item: ID<OrderItem>?
        /// Nil: whichever server has the most room.
        package let server: ID<Server>?
        package let username: String
        package let email: String
        package let password: Secret<String>
        package let type: PanelAccountType
        package let parameters: HostingAccountParameters

        package init(
            customer: ID<Customer>,
            item: ID<OrderItem>?,
            server: ID<Server>?,
            username: String,
            email: String,
            password: Secret<String>,
            type: PanelAccountType,
            parameters: HostingAccountParameters
        ) {
            self.customer = customer
            self.item = item
            self.server = server
            self.username = username
            self.email = email
            self.password = password
            self.type = type
            self.parameters = parameters
        }
    }

    /// How the making of an account went.
    package enum Creation: Sendable {
        case active(HostingAccountRecord)
        /// The panel does not accept this user name; another may do.
        case usernameTaken(String)
        /// The panel has an account with this address already; a tagged one may do.
        case emailTaken
        /// Nobody knows yet whether the panel has it; look again after so many seconds.
        case unsettled(seconds: Double)
        /// The panel refused for good; the account has ended and its room is free again.
        case refused(String)
    }

    /// Stores an account and takes its room; nil when no server has any.
    func reserve(
        _ account: NewAccount,
        excluding: [ID<Server>] = [],
        _ session: Session,
        now: Date
    ) throws -> HostingAccountRecord? {
        guard let server = try session.takeRoom(on: account.server, excluding: excluding) else {
            return nil
        }
        let id = ID<HostingAccount>(services.ids.next())
        let sealed = try services.keyring.seal(
            account.password.exposed,
            context: HostingAccountRecord.passwordContext(of: id)
        )
        try session.store(
            id,
            customer: account.customer,
            item: account.item,
            on: server.id,
            username: account.username,
            email: account.email,
            type: account.type,
            parameters: account.parameters,
            passwordSealed: sealed,
            now: now
        )
        return try session.hostingAccount(id)
    }

    /// Makes a stored account on its panel, or finds it there.
    ///
    /// - Throws: ``Core/RemoteFailure`` when the panel gives no usable answer; try again then.
    func create(
        _ account: HostingAccountRecord,
        actor: Actor = .job(.fulfilItem)
    ) async throws -> Creation {
        switch try await find(account, actor) {
        case .active(let account): return .active(account)
        case .unsettled(let seconds): return .unsettled(seconds: seconds)
        case .absent: break
        }
        let server = try await panelServer(account.server)
        try await markSent(account, at: services.clock.now)
        services.faults.reach(.accountSent)
        do {
            let made = try await services.panel.createAccount(try request(account), on: server)
            services.faults.reach(.accountConfirmed)
            return .active(try await adopt(made, as: account, actor))
        } catch RemoteFailure.refused(_, let message) {
            // A refusal may be the echo of our own earlier call whose answer was lost.
            if let found = try await lookUp(account, on: server) {
                return .active(try await adopt(found, as: account, actor))
            }
            if message.lowercased().contains("username") { return .usernameTaken(message) }
            if message.lowercased().contains("email"),
                !account.email.contains("+\(account.username)@")
            {
                return .emailTaken
            }
            try await refuse(account, message, actor)
            return .refused(message)
        } catch let failure as RemoteFailure {
            switch failure {
            case .unauthorized:
                try await turnAway(from: account.server, because: failure.detail)
                try await refuse(account, failure.detail, actor)
                return .refused(failure.detail)
            case .limited, .notSent, .refused, .declined: try await markSent(account, at: nil)
            case .unknown: try await markSent(account, at: services.clock.now)
            }
            throw failure
        }
    }

    /// Whether the panel has an account that it was asked to make.
    enum Finding: Sendable {
        case active(HostingAccountRecord)
        /// It may still come.
        case unsettled(seconds: Double)
        case absent
    }

    /// Looks for an account whose creation was sent, and adopts it where it is.
    ///
    /// A panel may be at work on what it has taken, or list it a while later: it is given that
    /// while before the account counts as not there.
    func find(_ account: HostingAccountRecord, _ actor: Actor) async throws -> Finding {
        guard let sentAt = account.sentAt else { return .absent }
        let server = try await panelServer(account.server)
        if let found = try await lookUp(account, on: server) {
            return .active(try await adopt(found, as: account, actor))
        }
        let passed = services.clock.now.timeIntervalSince(sentAt)
        let rest = services.configuration.panelRecheckSeconds - passed
        return rest > 0 ? .unsettled(seconds: min(max(rest, 0.2), 5)) : .absent
    }

    private func markSent(_ account: HostingAccountRecord, at time: Date?) async throws {
        try await services.database.transaction(for: .system) {
            try $0.markSent(account.id, at: time)
        }
    }

    /// Keeps new accounts away from a server that does not accept our keys, until it is well again.
    private func turnAway(from server: ID<Server>, because problem: String) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try $0.setHealth(of: server, problem: problem, now: now)
        }
        services.log.warning(
            "a server does not accept our keys",
            ["server": server.text, "problem": problem]
        )
    }

    /// The account on the panel that is this one.
    private func lookUp(
        _ account: HostingAccountRecord,
        on server: PanelServer
    ) async throws -> PanelAccount? {
        try await services.panel.accounts(on: server).first(where: account.isSame)
    }

    private func adopt(
        _ found: PanelAccount,
        as account: HostingAccountRecord,
        _ actor: Actor
    ) async throws -> HostingAccountRecord {
        let services = services
        let now = services.clock.now
        let username = found.username.isEmpty ? account.username : found.username
        return try await services.database.transaction(for: .system) { session in
            // Whoever changes the subscription now finds the account, or is found here.
            let subscription = try account.item.flatMap { try session.lockSubscription(ofItem: $0) }
            try session.markActive(account.id, remoteUserID: found.id, username: username)
            try session.record(
                AuditEntry(
                    actor,
                    "hosting_account.activate",
                    account.id,
                    customer: account.customer,
                    after: ["username": .string(username), "remote": .integer(found.id)]
                ),
                now: now
            )
            if let subscription {
                try SubscriptionBilling.apply(
                    subscription,
                    to: account,
                    session,
                    services,
                    now: now
                )
            }
            try DisputeFreezing.apply(to: account, session, services, now: now)
            return try session.hostingAccount(account.id).orThrow(Problem.notFound)
        }
    }

    /// Ends an account that its panel does not make, and says why in its history.
    func refuse(
        _ account: HostingAccountRecord,
        _ reason: String,
        _ actor: Actor
    ) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let hasEnded = try session.endAccount(
                account.id,
                as: .failed,
                refusal: reason,
                now: now
            )
            guard hasEnded else { return }
            try session.record(
                AuditEntry(
                    actor,
                    "hosting_account.refuse",
                    account.id,
                    customer: account.customer,
                    after: ["reason": .string(reason)]
                ),
                now: now
            )
        }
    }

    private func request(_ account: HostingAccountRecord) throws -> PanelAccountRequest {
        let sealed = try account.passwordSealed.orThrow(UnreadableColumn("password_sealed"))
        return PanelAccountRequest(
            username: account.username,
            email: account.email,
            password: try services.keyring.openText(
                sealed,
                context: HostingAccountRecord.passwordContext(of: account.id)
            ),
            fullName: account.parameters.fullName,
            phone: account.parameters.phone,
            company: account.parameters.company,
            packageID: account.parameters.packageID,
            type: account.type,
            billingID: account.id.text,
            customerID: account.customer.text,
            createdAt: account.createdAt
        )
    }

    /// How an account's panel is reached.
    func panelServer(_ id: ID<Server>) async throws -> PanelServer {
        let record = try await services.database.transaction(for: .system) {
            try $0.server(id).orThrow(Problem.notFound)
        }
        return try PanelServer(record, services.keyring)
    }
}

extension PanelServer {
    /// Opens a server's sealed credentials.
    init(_ record: ServerRecord, _ keyring: Keyring) throws {
        self.init(
            baseURL: record.baseURL,
            apiKey: try keyring.openText(
                record.keySealed,
                context: ServerRecord.keyContext(of: record.id)
            ),
            apiSecret: try keyring.openText(
                record.secretSealed,
                context: ServerRecord.secretContext(of: record.id)
            )
        )
    }
}
