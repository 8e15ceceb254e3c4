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
            let charge = try await app.unansweredCharge()
            try await app.pass(days: 1)
            try await app.run(
                "UPDATE payments SET charge_sent_at = \(app.clock.now.addingTimeInterval(-60))"
                    + " WHERE id = \(charge.id.uuid)"
            )
            await #expect(throws: RemoteFailure.self) {
                try await Settlements(app.services).check(charge.id)
            }
            #expect(try await app.charge(of: charge.invoice)?.id == charge.id)
            try await app.pass(days: 0.01)
            #expect(try await Settlements(app.services).check(charge.id).status == .cancelled)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a key that was used proves that a charge was sent`() async throws {
        try await TestApp.run { app in
            let charge = try await app.unansweredCharge()
            let stripe = app.simulators.stripe.host
            stripe.faults.clear()
            let customer = try await app.services.database.transaction(for: .system) {
                try $0.gatewayCustomer(of: charge.customer)
            }
            // It arrived as another one, and nothing is to be seen of it.
            await #expect(throws: RemoteFailure.self) {
                try await app.services.payments.charge(
                    SavedCardCharge(
                        customer: customer ?? "",
                        card: "pm_unknown",
                        amount: charge.amount,
                        description: "Early",
                        metadata: charge.metadata
                    ),
                    key: charge.key
                )
            }
            try await app.run("UPDATE payments SET charge_sent_at = NULL WHERE kind = 'saved_card'")
            let asked = try await Settlements(app.services).check(charge.id)
            #expect(asked.chargeSentAt != nil)
            await #expect(throws: RemoteFailure.self) {
                try await Settlements(app.services).check(charge.id)
            }
        }
    }
}

extension TestApp {
    /// A renewal's charge that does not reach the processor, and that nobody asks about again.
    fileprivate func unansweredCharge() async throws -> PaymentRecord {
        let ann = try await register()
        _ = try await buy(by: ann)
        _ = try await savedCard(of: ann)
        simulators.stripe.host.faults.add(Fault("POST /v1/payment_intents", .refuse, times: 10_000))
        try await pass(days: 31)
        let bill = try await invoices(of: ann, count: 1, status: "open")[0]
        let id = try #require(ID<Invoice>(bill["id"]?.string ?? ""))
        _ = try await eventually("a charge that does not arrive") {
            try await charge(of: id)?.chargeSentAt == nil ? nil : true
        }
        try await restPayments()
        return try #require(try await charge(of: id))
    }

    fileprivate func charge(of invoice: ID<Invoice>) async throws -> PaymentRecord? {
        try await services.database.transaction(for: .system) {
            try $0.paymentUnderWay(for: invoice)
        }
    }
}
