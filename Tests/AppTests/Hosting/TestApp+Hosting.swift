import Core
import Foundation
import Postgres
import Support
import Testing

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
}
