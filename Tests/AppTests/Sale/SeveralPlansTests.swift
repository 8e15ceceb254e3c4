import Core
import Foundation
import Simulators
import Testing
import Wire

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
        }
    }
}
