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
/// answered is looked for on the panel by its user name and adopted, never repeated blindly.
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
        case usernameTaken
        /// The panel has an account with this address already; a tagged one may do.
        case emailTaken
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
        let server = try await panelServer(account.server)
        if account.sentAt != nil, let found = try await lookUp(account, on: server) {
            return try await adopt(found, as: account, actor)
        }
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try $0.markSent(account.id, now: now)
        }
        services.faults.reach(.accountSent)
        do {
            let made = try await services.panel.createAccount(try request(account), on: server)
            services.faults.reach(.accountConfirmed)
            return try await adopt(made, as: account, actor)
        } catch RemoteFailure.refused(_, let message) {
            // A refusal may be the echo of our own earlier call whose answer was lost.
            if let found = try await lookUp(account, on: server) {
                return try await adopt(found, as: account, actor)
            }
            if message.lowercased().contains("username") { return .usernameTaken }
            if message.lowercased().contains("email"),
                !account.email.contains("+\(account.username)@")
            {
                return .emailTaken
            }
            try await refuse(account, message, actor)
            return .refused(message)
        } catch RemoteFailure.unauthorized(let message) {
            try await refuse(account, message, actor)
            return .refused(message)
        }
    }

    /// The account on the panel that is this one: by the identifier we gave it or, where a panel
    /// keeps none, by its user name and address together.
    private func lookUp(
        _ account: HostingAccountRecord,
        on server: PanelServer
    ) async throws -> PanelAccount? {
        try await services.panel.accounts(on: server).first { found in
            if let billingID = found.billingID { return billingID == account.id.text }
            return found.username == account.username && found.email == account.email
        }
    }

    private func adopt(
        _ found: PanelAccount,
        as account: HostingAccountRecord,
        _ actor: Actor
    ) async throws -> Creation {
        let now = services.clock.now
        let adopted = try await services.database.transaction(for: .system) { session in
            try session.markActive(account.id, remoteUserID: found.id)
            try session.record(
                AuditEntry(
                    actor,
                    "hosting_account.activate",
                    account.id,
                    customer: account.customer,
                    after: ["username": .string(account.username), "remote": .integer(found.id)]
                ),
                now: now
            )
            return try session.hostingAccount(account.id).orThrow(Problem.notFound)
        }
        return .active(adopted)
    }

    /// Ends an account that its panel does not make, and says why in its history.
    func refuse(
        _ account: HostingAccountRecord,
        _ reason: String,
        _ actor: Actor
    ) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard try session.endAccount(account.id, as: .failed, now: now) else { return }
            try session.record(
                AuditEntry(
                    actor,
                    HostingAccounts.refusal,
                    account.id,
                    customer: account.customer,
                    after: ["reason": .string(reason)]
                ),
                now: now
            )
        }
    }

    /// The action of an entry that tells why a panel did not make an account.
    static let refusal = "hosting_account.refuse"

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
