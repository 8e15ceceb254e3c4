import Core
import Foundation
import Simulators
import Testing
import Wire

@testable import App

/// Accounts whose creation was not answered, on panels that differ from each other.
@Suite struct AdoptionTests {
    private static func provision(_ app: TestApp) async throws -> JSON {
        for panel in app.simulators.panels {
            panel.host.faults.add(Fault("POST /api/v1/billing/accounts$", .timeoutAfter))
        }
        let answer = try await app.api.post(
            "/api/v1/nextpanel/provision",
            json: [
                "customer_id": .string(try await app.demoCustomer.text), "username": "customer1",
                "email": "owner@example.org", "password": "SecurePass123!",
            ],
            token: try await app.token(of: "admin")
        )
        #expect(answer.json["success"] == true, "\(answer.text)")
        let remote = app.simulators.panels.flatMap { $0.host.state["accounts"]?.array ?? [] }
        #expect(remote.count == 1, "made once")
        #expect(app.simulators.panels.map(\.creations).reduce(0, +) == 1, "asked once")
        return answer.json
    }

    @Test func `an account is known by its address in any case of letters`() async throws {
        try await TestApp.run { app in
            for panel in app.simulators.panels {
                panel.behave {
                    $0.showsBillingID = false
                    $0.capitalizesEmails = true
                }
            }
            _ = try await Self.provision(app)
        }
    }

    @Test func `an account that is listed late is waited for`() async throws {
        try await TestApp.run { app in
            for panel in app.simulators.panels { panel.behave { $0.listsAfterSeconds = 3.2 } }
            _ = try await Self.provision(app)
        }
    }

    @Test func `an account has the name that its panel gave it`() async throws {
        try await TestApp.run { app in
            for panel in app.simulators.panels { panel.behave { $0.usernamePrefix = "np_" } }
            let made = try await Self.provision(app)
            #expect(made["username"] == "np_customer1")
        }
    }
}
