import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

extension TestApp {
    /// The newest hosting account.
    var onlyAccount: HostingAccountRecord {
        get async throws {
            let accounts = try await services.database.transaction(for: .system) {
                try $0.hostingAccounts(of: nil, before: nil, most: 1)
            }
            return try #require(accounts.first)
        }
    }

    /// Takes room for one more account, on a server or wherever there is most of it.
    func reserve(on server: ID<Server>? = nil) async throws -> HostingAccountRecord? {
        let services = services
        let (customer, now) = (try await demoCustomer, services.clock.now)
        let account = HostingAccounts.NewAccount(
            customer: customer,
            item: nil,
            server: server,
            username: "u" + Hex.encode(randomBytes(8)),
            email: "someone@example.org",
            password: Secret("a-password-of-a-test"),
            type: .panel,
            parameters: HostingAccountParameters(
                fullName: nil,
                phone: nil,
                company: nil,
                packageID: nil
            )
        )
        return try await services.database.transaction(for: .system, deadlineSeconds: 60) {
            try HostingAccounts(services).reserve(account, $0, now: now)
        }
    }

    /// Puts some accounts on a server.
    @discardableResult
    func fill(_ server: ID<Server>, _ count: Int) async throws -> [HostingAccountRecord] {
        var accounts: [HostingAccountRecord] = []
        for _ in 0..<count {
            accounts.append(try #require(try await reserve(on: server)))
        }
        return accounts
    }

    /// An account as its panel has it.
    func remote(_ account: HostingAccountRecord) -> JSON? {
        simulators.panels.flatMap { $0.host.state["accounts"]?.array ?? [] }
            .first { $0["billing_id"]?.string == account.id.text }
    }

    /// Waits until a change that a panel does not make is tried no more, which takes hours.
    func giveUpChange() async throws {
        _ = try await eventually("a change that is given up") {
            try await run(
                """
                UPDATE jobs SET attempts = max_attempts - 1, run_at = \(clock.now)
                WHERE kind = 'hosting.change_account' AND status = 'queued'
                """
            )
            return try await count(
                """
                SELECT 1 FROM hosting_accounts
                WHERE wish_number = wish_settled AND wish_failure IS NOT NULL
                """
            ) == 1 ? true : nil
        }
    }

    /// Compares panels with what was wished, and waits until the only account is so on both sides.
    func compareAccounts(reaching goal: AccountWish.Goal) async throws {
        _ = try await AccountReconciliation(services).run()
        _ = try await eventually("an account that is \(goal) on both sides") {
            let account = try await onlyAccount
            return account.wish?.goal == goal && account.wish?.isPending == false
                && account.status.rawValue == goal.rawValue
                && remote(account)?["status"]?.string == goal.rawValue ? true : nil
        }
    }
}
