import Core
import Cryptography
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

@Suite struct SeveralPlansTests {
    @Test func `a customer's accounts fit on panels that keep one account an address`() async throws
    {
        try await TestApp.run { app in
            let person = try await app.register()
            for _ in 0..<5 { _ = try await app.buy(by: person) }
            let accounts = app.simulators.panels
                .flatMap { $0.host.state["accounts"]?.array ?? [] }
                .filter { account in
                    account["email"]?.string?.hasPrefix(person.email.prefix { $0 != "@" }) == true
                }
            #expect(accounts.count == 5)
            #expect(Set(accounts.compactMap { $0["email"]?.string }).count >= 3)
            let sold = try await app.soldAccounts()
            #expect(sold.count == 5)
            for account in sold {
                let remote = accounts.first { $0["billing_id"]?.string == account.id }
                let expected: JSON = account.takesLicenses ? .string(account.licenseKey) : .null
                #expect(remote?["license_key"] == expected, "each account has its own licence")
            }
        }
    }
}

/// A hosting account with the licence that was sold with it.
private struct SoldAccount: Sendable {
    let id: String
    let licenseKey: String
    /// Whether its panel is of a version that takes licences.
    let takesLicenses: Bool
}

extension TestApp {
    fileprivate func soldAccounts() async throws -> [SoldAccount] {
        let services = services
        return try await services.database.transaction(for: .system) { session in
            try session.hostingAccounts(of: nil, before: nil, most: 100).map { account in
                let item = try #require(account.item)
                let license = try #require(try session.license(ofItem: item))
                return SoldAccount(
                    id: account.id.text,
                    licenseKey: try services.keyring.openText(
                        license.keySealed,
                        context: LicenseRecord.context(of: license.id)
                    ),
                    takesLicenses: account.panelLicenseStatus == "accepted"
                )
            }
        }
    }
}
