import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// Charges of saved cards that go wrong for no fault of the card's.
@Suite struct ChargeTests {
    private static let charge = "POST /v1/payment_intents"

    @Test func `a mistake of ours is no decline, and the charge is made once it is mended`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let faults = app.simulators.stripe.host.faults
            faults.add(Fault(Self.charge, .reject, times: 10_000))
            try await app.pass(days: 31)
            _ = try await eventually("a charge that is refused") {
                try await app.count(
                    """
                    SELECT 1 FROM jobs
                    WHERE kind = 'payment.collect' AND last_error LIKE '%told to refuse%'
                    """
                ) == 1 ? true : nil
            }
            let refused = try await app.subscription(of: try await app.logInAgain(ann))
            #expect(refused["status"] == "active")
            #expect(try await app.count("SELECT 1 FROM dunning_cases") == 0)
            #expect(!app.subjects(to: ann).contains { $0.contains("did not go through") })

            faults.clear()
            // The pause after a failure is over.
            try await app.pass(days: 0.01)
            _ = try await app.invoices(of: ann, count: 2)
            #expect(app.simulators.stripe.paidCharges.count == 2)
            #expect(try await app.count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a customer can pay by hand while charges are refused`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            app.simulators.stripe.host.faults.add(
                Fault(Self.charge + "$", .reject, times: 10_000)
            )
            try await app.pass(days: 31)
            _ = try await eventually("a charge that is refused") {
                try await app.count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 1
                    ? true : nil
            }
            let open = try await app.invoices(of: ann, count: 1, status: "open")
            try await app.payByHand(open[0])
            _ = try await app.invoices(of: ann, count: 2)
            #expect(app.simulators.stripe.paidCharges.count == 2)
            try await app.requireCleanBooks()
        }
    }

    /// Charges for a renewal, whose answer is lost; nothing is charged after that.
    private func loseTheAnswer(_ app: TestApp) async throws -> Person {
        let ann = try await app.register()
        _ = try await app.buy(by: ann)
        _ = try await app.savedCard(of: ann)
        app.simulators.stripe.setWebhooks(.drop)
        let faults = app.simulators.stripe.host.faults
        faults.add(Fault(Self.charge, .timeoutAfter))
        faults.add(Fault(Self.charge, .refuse, times: 10_000))
        try await app.pass(days: 31)
        _ = try await eventually("an answer that is lost") {
            try await app.count(
                "SELECT 1 FROM jobs WHERE kind = 'payment.collect' AND last_error IS NOT NULL"
            ) == 1 ? true : nil
        }
        #expect(app.simulators.stripe.paidCharges.count == 2)
        return ann
    }

    @Test func `a charge whose answer was lost for a day is found, and not made again`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await loseTheAnswer(app)
            try await app.pass(days: 1.25)
            app.simulators.stripe.host.faults.clear()
            _ = try await app.invoices(of: ann, count: 2)
            try await app.pass(days: 8)
            try await app.settleDunning()
            #expect(app.simulators.stripe.paidCharges.count == 2)
            #expect(try await app.count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 1)
            #expect(try await app.subscription(of: app.logInAgain(ann))["status"] == "active")
            app.simulators.stripe.setWebhooks(.deliver)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a charge that never arrived is begun anew, and nobody is called a bad payer`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let faults = app.simulators.stripe.host.faults
            faults.add(Fault(Self.charge, .refuse, times: 10_000))
            try await app.pass(days: 31)
            _ = try await eventually("a charge that does not arrive") {
                try await app.count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 1
                    ? true : nil
            }
            try await app.pass(days: 1.25)
            _ = try await eventually("the end of the first attempt") {
                try await app.count(
                    "SELECT 1 FROM payments WHERE kind = 'saved_card' AND status = 'cancelled'"
                ) == 1 ? true : nil
            }
            faults.clear()
            try await app.pass(days: 0.01)
            _ = try await app.invoices(of: ann, count: 2)
            #expect(app.simulators.stripe.paidCharges.count == 2)
            #expect(try await app.count("SELECT 1 FROM dunning_cases") == 0)
            #expect(!app.subjects(to: ann).contains { $0.contains("did not go through") })
            try await app.requireCleanBooks()
        }
    }

    @Test func `a message names the payment whose answer was lost`() async throws {
        try await TestApp.run { app in
            let ann = try await loseTheAnswer(app)
            // As if it had been given up, and nothing were charged since.
            try await app.run(
                """
                UPDATE jobs SET status = 'dead', finished_at = now(), leased_until = NULL,
                    lease_token = NULL WHERE kind = 'payment.collect'
                """
            )
            try await app.run(
                "UPDATE payments SET status = 'failed' WHERE kind = 'saved_card'"
            )
            let message = try #require(app.stripeEvents("payment_intent.succeeded").last)
            #expect(try await app.deliver(message).status == 200)
            _ = try await app.invoices(of: ann, count: 2)
            #expect(app.simulators.stripe.paidCharges.count == 2)
            #expect(try await app.suspense().values.allSatisfy { $0 == 0 })
        }
    }
}
