import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

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
            // One that is sent just when the time is moved on is not given up yet.
            try await app.restPayments()
            try await app.pass(days: 1.25)
            try await app.run("UPDATE jobs SET run_at = now() WHERE run_at = 'infinity'")
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

    /// A renewal's charge that is stored while the processor cannot be reached; `isSent` false
    /// leaves it as a worker does that dies before the call.
    func storedCharge(_ app: TestApp, isSent: Bool) async throws -> (Person, ID<Invoice>) {
        let ann = try await app.register()
        _ = try await app.buy(by: ann)
        _ = try await app.savedCard(of: ann)
        app.simulators.stripe.host.faults.add(Fault(Self.charge, .refuse, times: 10_000))
        try await app.pass(days: 31)
        _ = try await eventually("a charge that does not arrive") {
            try await app.count(
                "SELECT 1 FROM jobs WHERE kind = 'payment.collect' AND last_error IS NOT NULL"
            ) == 1 ? true : nil
        }
        #expect(try await app.count("\(unsafeRaw: Self.open) AND charge_sent_at IS NOT NULL") == 1)
        if !isSent {
            try await app.restPayments()
            try await app.run("UPDATE payments SET charge_sent_at = NULL")
        }
        let bill = try await app.invoices(of: ann, count: 1, status: "open")[0]
        return (ann, try #require(ID<Invoice>(bill["id"]?.string ?? "")))
    }

    private static let open =
        "SELECT 1 FROM payments WHERE kind = 'saved_card' AND status = 'created'"

    @Test func `a charge that was never sent is closed without asking, and never sent`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, bill) = try await storedCharge(app, isSent: false)
            // The processor is not reached: whoever asked it could not close anything.
            let void = try await app.doTo(bill, "void", json: ["reason": "An apology"])
            #expect(void.status == 200, "\(void.text)")
            app.simulators.stripe.host.faults.clear()
            try await app.run("UPDATE jobs SET run_at = now() WHERE run_at = 'infinity'")
            try await app.pass(days: 1.25)
            try await app.settleDunning()
            #expect(app.simulators.stripe.paidCharges.count == 1)
            #expect(try await app.subscription(of: app.logInAgain(ann))["status"] == "active")
            try await app.requireCleanBooks()
        }
    }

    @Test func `a charge that may have been sent is closed only once the processor has said so`()
        async throws
    {
        try await TestApp.run { app in
            let (_, bill) = try await storedCharge(app, isSent: true)
            #expect(try await app.doTo(bill, "void", json: ["reason": "An apology"]).status == 503)
            #expect(try await app.count("\(unsafeRaw: Self.open)") == 1)
        }
    }

    @Test func `closing a charge that was about to be sent does not make it`() async throws {
        try await TestApp.run { app in
            let (ann, bill) = try await storedCharge(app, isSent: false)
            // A worker that died after it had said that it sends the charge, and before it did.
            try await app.run(
                "UPDATE payments SET charge_sent_at = created_at WHERE kind = 'saved_card'"
            )
            app.simulators.stripe.host.faults.clear()
            let charge = try await app.services.database.transaction(for: .system) { session in
                let payment = try #require(try session.paymentUnderWay(for: bill))
                return (payment, try session.gatewayCustomer(of: payment.customer))
            }
            let void = try await app.doTo(bill, "void", json: ["reason": "An apology"])
            #expect(void.status == 200, "\(void.text)")
            // Should it arrive late, it is refused.
            let refusal = await #expect(throws: RemoteFailure.self) {
                try await app.services.payments.charge(
                    SavedCardCharge(
                        customer: charge.1 ?? "",
                        card: charge.0.parameters.savedCard ?? "",
                        amount: charge.0.amount,
                        description: "Late",
                        metadata: charge.0.metadata
                    ),
                    key: charge.0.key
                )
            }
            #expect(refusal?.description.contains("idempoten") == true)
            try await app.run("UPDATE jobs SET run_at = now() WHERE run_at = 'infinity'")
            try await app.pass(days: 1.25)
            try await app.settleDunning()
            #expect(app.simulators.stripe.paidCharges.count == 1)
            #expect(try await app.subscription(of: app.logInAgain(ann))["status"] == "active")
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [false, true])
    func `closing a charge waits where nothing proves that it was not made`(usesKey: Bool)
        async throws
    {
        try await TestApp.run { app in
            let (_, bill) = try await storedCharge(app, isSent: false)
            try await app.run(
                "UPDATE payments SET charge_sent_at = created_at WHERE kind = 'saved_card'"
            )
            let faults = app.simulators.stripe.host.faults
            faults.clear()
            if usesKey {
                let (payment, customer) = try await app.services.database.transaction(
                    for: .system
                ) { session in
                    let payment = try #require(try session.paymentUnderWay(for: bill))
                    return (payment, try session.gatewayCustomer(of: payment.customer))
                }
                // It arrived, and nothing is to be seen of it yet.
                await #expect(throws: RemoteFailure.self) {
                    try await app.services.payments.charge(
                        SavedCardCharge(
                            customer: customer ?? "",
                            card: "pm_unknown",
                            amount: payment.amount,
                            description: "Early",
                            metadata: payment.metadata
                        ),
                        key: payment.key
                    )
                }
            } else {
                faults.add(Fault(Self.charge + "$", .reject))
            }
            let early = try await app.doTo(bill, "void", json: ["reason": "An apology"])
            #expect(early.status == 503, "\(early.text)")
            #expect(try await app.count("\(unsafeRaw: Self.open)") == 1)
            // As long as the key is known, nothing is.
            guard !usesKey else { return }
            let void = try await app.doTo(bill, "void", json: ["reason": "An apology"])
            #expect(void.status == 200, "\(void.text)")
            #expect(app.simulators.stripe.paidCharges.count == 1)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a charge that was half closed when the closing was interrupted is made anew`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, bill) = try await storedCharge(app, isSent: false)
            try await app.run(
                "UPDATE payments SET charge_sent_at = created_at WHERE kind = 'saved_card'"
            )
            let faults = app.simulators.stripe.host.faults
            faults.clear()
            faults.add(Fault("\(Self.charge)/*/cancel", .refuse, times: 10_000))
            let void = try await app.doTo(bill, "void", json: ["reason": "An apology"])
            #expect(void.status >= 500, "\(void.text)")
            faults.clear()
            // The key is taken, and the charge under it can neither be made nor be waited for.
            try await app.run("UPDATE jobs SET run_at = now() WHERE run_at = 'infinity'")
            try await app.pass(days: 0.25)
            _ = try await eventually("a charge that is given up") {
                try await app.count("\(unsafeRaw: Self.open)") == 0 ? true : nil
            }
            // It is begun anew a minute later.
            try await app.pass(days: 0.25)
            _ = try await app.invoices(of: ann, count: 2, status: "paid")
            #expect(app.simulators.stripe.paidCharges.count == 2)
            #expect(try await app.count("SELECT 1 FROM dunning_cases") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `closing a charge whose answer was lost finds it`() async throws {
        try await TestApp.run { app in
            let ann = try await loseTheAnswer(app)
            let bill = try await app.invoices(of: ann, count: 1, status: "open")[0]
            let id = try #require(ID<Invoice>(bill["id"]?.string ?? ""))
            app.simulators.stripe.host.faults.clear()
            let void = try await app.doTo(id, "void", json: ["reason": "An apology"])
            #expect(void.status == 409, "\(void.text)")
            #expect(try await app.invoice(id)["status"] == "paid")
            #expect(app.simulators.stripe.paidCharges.count == 2)
            app.simulators.stripe.setWebhooks(.deliver)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what an older instance has charged counts as sent`() async throws {
        try await TestApp.run { app in
            _ = try await storedCharge(app, isSent: false)
            try await app.run(
                "UPDATE payments SET gateway_intent_id = 'pi_old' WHERE kind = 'saved_card'"
            )
            let sent = "SELECT 1 FROM payments WHERE charge_sent_at = created_at"
            #expect(try await app.count("\(unsafeRaw: sent)") == 1)
        }
    }

    @Test func `whoever is about to send a charge sees that it is closed`() async throws {
        try await TestApp.run { app in
            let (_, _) = try await storedCharge(app, isSent: false)
            try await app.run("UPDATE jobs SET run_at = 'infinity' WHERE status = 'queued'")
            app.simulators.stripe.host.faults.clear()
            let payment: ID<Payment> = try await app.services.database.transaction(for: .system) {
                try $0.one("\(unsafeRaw: Self.open.replacing("SELECT 1", with: "SELECT id"))") {
                    try $0.id("id")
                }
            }
            let isLocked = AsyncStream<Void>.makeStream()
            async let closing: Void = app.services.database.transaction(for: .system) { session in
                _ = try session.lockPayment(payment)
                isLocked.continuation.finish()
                // The sender waits for the lock with what it read before.
                Thread.sleep(forTimeInterval: 1)
                try session.setStatus(.cancelled, of: payment, intent: nil, now: app.clock.now)
            }
            for await _ in isLocked.stream {}
            let settled = try await Settlements(app.services).check(payment)
            try await closing
            #expect(settled.status == .cancelled)
            #expect(app.simulators.stripe.paidCharges.count == 1)
        }
    }

    @Test func `a charge that was never sent makes way for whoever pays by hand`() async throws {
        try await TestApp.run { app in
            let (ann, bill) = try await storedCharge(app, isSent: false)
            app.simulators.stripe.host.faults.clear()
            try await app.payByHand(["id": .string(bill.text)])
            _ = try await app.invoices(of: ann, count: 2)
            #expect(app.simulators.stripe.paidCharges.count == 2)
            #expect(try await app.count("SELECT 1 FROM payments WHERE kind = 'saved_card'") == 1)
            try await app.requireCleanBooks()
        }
    }
}
