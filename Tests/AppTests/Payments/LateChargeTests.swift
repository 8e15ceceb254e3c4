import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// Charges that are sent when the processor is about to forget their keys.
@Suite struct LateChargeTests {
    @Test func `a charge that was sent a moment ago is not given up because nothing is found`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            app.simulators.stripe.host.faults
                .add(Fault("POST /v1/payment_intents", .refuse, times: 10_000))
            try await app.pass(days: 31)
            let bill = try await app.invoices(of: ann, count: 1, status: "open")[0]
            let id = try #require(ID<Invoice>(bill["id"]?.string ?? ""))
            let charge = try await eventually("a charge that does not arrive") {
                let charge = try await app.charge(of: id)
                return charge?.chargeSentAt == nil ? nil : charge
            }
            try await app.restPayments()
            try await app.pass(days: 1)
            try await app.run(
                "UPDATE payments SET charge_sent_at = \(app.clock.now.addingTimeInterval(-60))"
                    + " WHERE id = \(charge.id.uuid)"
            )
            await #expect(throws: RemoteFailure.self) {
                try await Settlements(app.services).check(charge.id)
            }
            #expect(try await app.charge(of: id)?.id == charge.id)
            try await app.pass(days: 0.01)
            #expect(try await Settlements(app.services).check(charge.id).status == .cancelled)
            try await app.requireCleanBooks()
        }
    }
}

extension TestApp {
    fileprivate func charge(of invoice: ID<Invoice>) async throws -> PaymentRecord? {
        try await services.database.transaction(for: .system) {
            try $0.paymentUnderWay(for: invoice)
        }
    }
}
