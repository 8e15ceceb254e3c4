package import Core
import Foundation
import Postgres
package import Support
import Web
import Wire

/// Makes hosting accounts that staff ask for by hand.
///
/// The account is stored with its room and a job that makes it; the caller waits for the job. A
/// crash, or a panel that does not answer, thus loses nothing, and asking again for the same
/// account finds it instead of making another.
package struct Provisioning: Sendable {
    /// How long a caller waits; the answer has to go out within the server's own limit.
    private static let waitSeconds = 45.0

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// An account that is wanted.
    package struct Wish: Sendable {
        package let customer: ID<Customer>
        /// The paid order that the account is for, if there is one.
        package let order: ID<Order>?
        /// Nil: whichever server has the most room.
        package let server: ID<Server>?
        package let username: String
        package let email: String
        /// Nil: one is made.
        package let password: Secret<String>?
        package let type: PanelAccountType
        package let parameters: HostingAccountParameters

        package init(
            customer: ID<Customer>,
            order: ID<Order>?,
            server: ID<Server>?,
            username: String,
            email: String,
            password: Secret<String>?,
            type: PanelAccountType,
            parameters: HostingAccountParameters
        ) {
            self.customer = customer
            self.order = order
            self.server = server
            self.username = username
            self.email = email
            self.password = password
            self.type = type
            self.parameters = parameters
        }
    }

    /// What became of a wish.
    package struct Result: Sendable {
        package let account: HostingAccountRecord
        package let server: ServerRecord
        /// Why the panel did not make it; nil when it did.
        package let refusal: String?
    }

    /// Makes an account and waits until its panel has it or has refused it.
    ///
    /// - Throws: a ``Web/Problem``: 422 for what is not known, 409 when the name is in use or no
    /// server   has room, 503 when the panel takes its time; asking again goes on waiting.
    package func provision(_ wish: Wish, actor: Actor) async throws -> Result {
        let account = try await reserve(wish, actor)
        services.faults.reach(.accountIntentStored)
        let deadline = ContinuousClock.now + .seconds(Provisioning.waitSeconds)
        while ContinuousClock.now < deadline {
            if let result = try await result(of: account) { return result }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Problem.unavailable(
            "The panel has not answered yet; the account is made as soon as it does. Ask again."
        )
    }

    /// The job that makes an account.
    func make(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("account", of: HostingAccount.self)
        let account = try await services.database.transaction(for: .system) {
            try $0.hostingAccount(id).orThrow(Problem.notFound)
        }
        if account.status == .provisioning, let later = try await create(account) { return later }
        if job.payload["mails_link"]?.bool == true { try await mailLink(to: id) }
        return .done
    }

    /// Makes an account or stores why it is not made; an outcome when it has to be looked at again.
    private func create(_ account: HostingAccountRecord) async throws -> JobOutcome? {
        let accounts = HostingAccounts(services)
        let actor = Actor.job(.provisionAccount)
        switch try await accounts.create(account, actor: actor) {
        case .unsettled(let seconds):
            return .later(seconds: seconds, reason: "the panel may still make the account")
        case .usernameTaken:
            try await accounts.refuse(account, "The user name is taken on the panel.", actor)
        case .emailTaken:
            try await accounts.refuse(account, "Email already registered on the panel.", actor)
        case .active, .refused: break
        }
        return nil
    }

    /// Tells the owner of an account whose password nobody has typed in how to see it, once.
    private func mailLink(to id: ID<HostingAccount>) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let account = try session.lockHostingAccount(id).orThrow(Problem.notFound)
            guard account.canBeChanged else { return }
            try RevealMails.sendFirst(for: account, session, services, now: now)
        }
    }

    /// Stores the account with its room and its job, or finds the one that was asked for before.
    private func reserve(_ wish: Wish, _ actor: Actor) async throws -> ID<HostingAccount> {
        let services = services
        let now = services.clock.now
        do {
            return try await services.database.transaction(for: .system) { session in
                try session.check(wish)
                let earlier = try session.liveAccount(named: wish.username, of: wish.customer)
                if let earlier {
                    guard wish.isFor(earlier) else { throw Problem.usernameIsInUse }
                    return earlier.id
                }
                let account = try session.reserve(wish, services, now: now)
                if let order = wish.order, try session.stillDelivers(account, of: order) {
                    // The order's own job makes it: two jobs would make it twice.
                    try Fulfilment.reopen(order, session, ids: services.ids, now: now)
                } else {
                    try session.enqueue(
                        .provisioning(account, mailsLink: wish.password == nil),
                        ids: services.ids,
                        now: now
                    )
                }
                try session.record(account.entry(actor), now: now)
                return account.id
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.usernameIsInUse
        }
    }

    private func result(of id: ID<HostingAccount>) async throws -> Result? {
        try await services.database.transaction(for: .system) { session in
            let account = try session.hostingAccount(id).orThrow(Problem.notFound)
            guard account.status != .provisioning else { return nil }
            let server = try session.server(account.server).orThrow(Problem.notFound)
            let reason = account.refusal ?? "The panel refused the account."
            return Result(
                account: account,
                server: server,
                refusal: account.status == .failed ? reason : nil
            )
        }
    }
}

extension Provisioning.Wish {
    /// Whether an account is the one that is wanted, so that asking twice makes one.
    fileprivate func isFor(_ account: HostingAccountRecord) -> Bool {
        account.email == email && account.type == type
            && (server == nil || account.server == server)
    }
}

extension HostingAccountRecord {
    fileprivate func entry(_ actor: Actor) -> AuditEntry {
        AuditEntry(
            actor,
            "hosting_account.provision",
            id,
            customer: customer,
            after: [
                "server": .string(server.text), "username": .string(username),
                "email": .string(email), "type": .string(type.rawValue),
            ]
        )
    }
}

extension Session {
    /// Checks that what a wish names is there, and lets one wish of a customer at a time go on.
    fileprivate func check(_ wish: Provisioning.Wish) throws {
        var errors: [FieldError] = []
        if try lockCustomer(wish.customer) == nil {
            errors.append(FieldError("customer_id", "unknown_customer", "There is none such."))
        }
        if let server = wish.server, try self.server(server) == nil {
            errors.append(FieldError("server_id", "unknown_server", "There is none such."))
        }
        if let order = wish.order, try self.order(order)?.customer != wish.customer {
            errors.append(
                FieldError("order_id", "unknown_order", "The customer has no such order.")
            )
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
    }

    fileprivate func reserve(
        _ wish: Provisioning.Wish,
        _ services: Services,
        now: Date
    ) throws -> HostingAccountRecord {
        let item = try wish.order.map { try itemWithoutAccount(of: $0) }
        let busy = try serversWithAccount(named: wish.username)
        if let server = wish.server, busy.contains(server) { throw Problem.usernameIsInUse }
        let account = try HostingAccounts(services).reserve(
            HostingAccounts.NewAccount(
                customer: wish.customer,
                item: item,
                server: wish.server,
                username: wish.username,
                email: wish.email,
                password: wish.password ?? Secret(InitialPassword.make()),
                type: wish.type,
                parameters: wish.parameters
            ),
            excluding: busy,
            self,
            now: now
        )
        return try account.orThrow(Problem.noServerHasRoom)
    }

    /// Whether the account is what a step of the order has yet to deliver.
    fileprivate func stillDelivers(
        _ account: HostingAccountRecord,
        of order: ID<Order>
    ) throws -> Bool {
        try steps(of: order).contains {
            $0.item == account.item && $0.name == .hostingAccount && !$0.status.isDone
        }
    }

    /// The first thing of a paid order that has no account yet.
    private func itemWithoutAccount(of order: ID<Order>) throws -> ID<OrderItem> {
        let record = try lockOrder(order).orThrow(Problem.notFound)
        guard record.paidAt != nil, record.status != .refunded else {
            throw Problem.orderIsNotPaid
        }
        let item = try items(of: order).first { try hostingAccount(ofItem: $0.id) == nil }
        return try item.orThrow(Problem.orderHasItsAccounts).id
    }
}

extension NewJob {
    /// Makes an account that staff asked for; `mailsLink` says whether its owner has to be shown
    /// a password that we have made.
    fileprivate static func provisioning(
        _ account: HostingAccountRecord,
        mailsLink: Bool
    ) -> NewJob {
        NewJob(
            .provisionAccount,
            payload: ["account": .string(account.id.text), "mails_link": .bool(mailsLink)],
            dedupKey: account.id.text
        )
    }
}

extension Problem {
    static let usernameIsInUse = Problem.conflict(
        "username_in_use",
        "Another account has this user name there."
    )
    static let noServerHasRoom = Problem.conflict(
        "no_server_available",
        "No server that is active and well has room for the account."
    )
    static let orderIsNotPaid = Problem.conflict("order_not_paid", "The order is not paid.")
    static let orderHasItsAccounts = Problem.conflict(
        "order_has_accounts",
        "Everything in the order has its account already."
    )
}
