import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Web
import Wire

@testable import App

/// Money that could not be placed, and what banks and refunds make of it.
@Suite struct ParkedPaymentTests {
    @Test func `parked money that its bank asks for is not placed`() async throws {
        try await TestApp.run { app in
            let parked = try await app.parkMoney(by: try await app.register())
            let intent = try #require(app.simulators.stripe.paidCharges.first?.intent)
            try await app.controlStripe("payment_intents/\(intent)/dispute", [:])
            _ = try await eventually("a dispute") {
                try await app.count("SELECT 1 FROM disputes WHERE status = 'open'") == 1
                    ? true : nil
            }
            let placed = try await app.api.post(
                "/api/v1/payments/\(parked.payment)/credit",
                token: try await app.token(of: "billing")
            )
            #expect(placed.status == 409 && placed.code == "money_is_disputed", "\(placed.text)")
            #expect(try await app.count("SELECT 1 FROM credits") == 0)
        }
    }

    @Test func `parked money does not go back while its bank decides`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let parked = try await app.parkMoney(by: try await app.register())
            let payment = try #require(ID<Payment>(parked.payment))
            let refunds = Refunds(app.services)
            try await refunds.beginReturn(of: payment, actor: .system)
            let intent = try #require(app.simulators.stripe.paidCharges.first?.intent)
            try await app.controlStripe("payment_intents/\(intent)/dispute", [:])
            try await DisputeSettlements(app.services).discover(payment)
            let job = LeasedJob(
                id: ID(app.services.ids.next()),
                kind: .returnPayment,
                payload: ["payment": .string(payment.text)],
                lease: app.services.ids.next(),
                attempts: 1,
                maxAttempts: 5,
                losses: 0
            )
            let early = try await refunds.returnPayment(job)
            #expect(early == .later(seconds: 3_600, reason: "the payer's bank decides"))
            #expect(try await app.count("SELECT 1 FROM refunds") == 0)
            let disputes = app.simulators.stripe.host.state["disputes"]?.array
            let dispute = try #require(disputes?.first?["id"]?.string)
            try await app.controlStripe("disputes/\(dispute)/win")
            try await DisputeSettlements(app.services).discover(payment)
            _ = try await refunds.returnPayment(job)
            #expect(try await app.count("SELECT 1 FROM refunds WHERE amount_minor = 2900") == 1)
        }
    }

    @Test func `parked money that its bank took back waits for nobody, until an appeal is won`()
        async throws
    {
        try await TestApp.run { app in
            let parked = try await app.parkMoney(by: try await app.register())
            let payment = try #require(ID<Payment>(parked.payment))
            let intent = try #require(app.simulators.stripe.paidCharges.first?.intent)
            func waits(_ status: String) async throws {
                _ = try await eventually("a payment that is \(status)") {
                    try await app.count("SELECT 1 FROM payments WHERE status = \(status)") == 1
                        ? true : nil
                }
                try await app.requireCleanBooks()
            }
            try await app.controlStripe("payment_intents/\(intent)/dispute", [:])
            _ = try await eventually("a dispute") {
                try await app.count("SELECT 1 FROM disputes WHERE withdrawn_minor > 0") == 1
                    ? true : nil
            }
            await #expect(throws: Problem.moneyIsDisputed) {
                try await Refunds(app.services).beginReturn(of: payment, actor: .system)
            }
            let disputes = app.simulators.stripe.host.state["disputes"]?.array
            let dispute = try #require(disputes?.first?["id"]?.string)
            try await app.controlStripe("disputes/\(dispute)/lose")
            try await waits("returned")
            #expect(try await app.balance("suspense") == 0)
            #expect(try await app.balance("dispute_losses") == 0)
            try await app.controlStripe("disputes/\(dispute)/win")
            try await waits("attention")
            #expect(try await app.balance("suspense") == -2_900)
            #expect(try await app.balance("dispute_losses") == 0)
            try await Refunds(app.services).beginReturn(of: payment, actor: .system)
            try await waits("returned")
            #expect(try await app.balance("suspense") == 0)
        }
    }

    @Test func `what a lost dispute leaves of parked money can become credit`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            let parked = try await app.parkMoney(by: ann)
            let bill = try await HeldCreditTests().bill(try await app.customer(of: ann), app)
            let payment = try #require(ID<Payment>(parked.payment))
            let intent = try #require(app.simulators.stripe.paidCharges.first?.intent)
            try await app.controlStripe("payment_intents/\(intent)/dispute", ["amount": 2_000])
            let disputes = app.simulators.stripe.host.state["disputes"]?.array
            let dispute = try #require(disputes?.first?["id"]?.string)
            try await app.controlStripe("disputes/\(dispute)/lose")
            _ = try await eventually("a loss") {
                try await app.balance("suspense") == -900 ? true : nil
            }
            #expect(try await app.balance("dispute_losses") == 0)
            await #expect(throws: Problem.moneyIsDisputed) {
                try await Refunds(app.services).beginReturn(of: payment, actor: .system)
            }
            try await app.requireCleanBooks()
            let placed = try await app.api.post(
                "/api/v1/payments/\(parked.payment)/credit",
                token: try await app.token(of: "billing")
            )
            #expect(placed.status == 200, "\(placed.text)")
            #expect(try await app.balance("suspense") == 0)
            #expect(try await held(app) == [0])
            #expect(try await app.invoice(bill).amount("amount_due") == 4_100)
            try await app.requireCleanBooks()
            try await app.controlStripe("disputes/\(dispute)/win")
            _ = try await eventually("what the appeal brought") {
                try await app.balance("suspense") == -2_000 ? true : nil
            }
            #expect(try await app.balance("dispute_losses") == 0)
            let again = try await app.api.post(
                "/api/v1/payments/\(parked.payment)/credit",
                token: try await app.token(of: "billing")
            )
            #expect(again.code == "was_placed", "\(again.text)")
            try await app.requireCleanBooks()
        }
    }

    @Test func `what fails to go back after the rest became credit waits again`() async throws {
        try await TestApp.run { app in
            let parked = try await app.parkMoney(by: try await app.register())
            let intent = try #require(app.simulators.stripe.paidCharges.first?.intent)
            let refund = try await app.callStripe(
                "/v1/refunds",
                [("payment_intent", intent), ("amount", "900")]
            )
            _ = try await eventually("a refund from outside") {
                try await app.balance("suspense") == -2_000 ? true : nil
            }
            let placed = try await app.api.post(
                "/api/v1/payments/\(parked.payment)/credit",
                token: try await app.token(of: "billing")
            )
            #expect(placed.status == 200, "\(placed.text)")
            let id = try #require(refund["id"]?.string)
            try await app.controlStripe("refunds/\(id)/fail", ["reason": "lost_or_stolen_card"])
            _ = try await eventually("money that came back") {
                try await app.count("SELECT 1 FROM payments WHERE status = 'attention'") == 1
                    ? true : nil
            }
            #expect(try await app.balance("suspense") == -900)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what fails to go back covers a lost dispute, and credit the rest of it`()
        async throws
    {
        try await TestApp.run { app in
            let parked = try await UnplacedMoney(app)
            let refund = try await parked.placeBesideRefund()
            try await parked.loseDispute(over: 2_000)
            #expect(try await app.balance("dispute_losses") == 2_000)
            #expect(try await held(app) == [2_000])
            try await parked.fail(refund)
            _ = try await eventually("a smaller loss") {
                try await app.balance("dispute_losses") == 1_100 ? true : nil
            }
            #expect(try await app.balance("suspense") == 0)
            #expect(try await held(app) == [1_100])
            try await parked.writeOff()
            #expect(try await app.balance("dispute_losses") == 0)
            #expect(try await app.balance("customer_credit") == -900)
            try await app.requireCleanBooks()
            try await app.controlStripe("disputes/\(try parked.dispute)/win")
            _ = try await eventually("what the appeal brought") {
                try await app.balance("suspense") == -900 ? true : nil
            }
            #expect(try await app.balance("dispute_losses") == 0)
            #expect(try await app.balance("customer_credit") == -2_000)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what fails to go back after credit was written off becomes credit`() async throws {
        try await TestApp.run { app in
            let parked = try await UnplacedMoney(app)
            let refund = try await parked.placeBesideRefund()
            try await parked.loseDispute(over: 2_000)
            try await parked.writeOff()
            try await parked.fail(refund)
            _ = try await eventually("money that came back") {
                try await app.balance("suspense") == -900 ? true : nil
            }
            #expect(try await app.balance("dispute_losses") == 0)
            await #expect(throws: Problem.moneyIsDisputed) {
                try await Refunds(app.services).beginReturn(of: parked.payment, actor: .system)
            }
            #expect(try await parked.place().status == 200)
            #expect(try await app.balance("suspense") == 0)
            #expect(try await app.balance("customer_credit") == -900)
            #expect(try await held(app) == [0, 0])
            #expect(try await parked.place().code == "nothing_to_return")
            try await app.requireCleanBooks()
        }
    }

    @Test func `what comes back of a lost dispute is held no more`() async throws {
        try await TestApp.run { app in
            let parked = try await UnplacedMoney(app)
            try #require(try await parked.place().status == 200)
            try await parked.loseDispute(over: 2_900)
            #expect(try await held(app) == [2_900])
            try await parked.reinstate(900)
            _ = try await eventually("a smaller hold") {
                try await held(app) == [2_000] ? true : nil
            }
            try await parked.writeOff()
            #expect(try await app.balance("dispute_losses") == 0)
            #expect(try await app.balance("customer_credit") == -900)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what comes back of a lost dispute over parked money becomes credit`() async throws {
        try await TestApp.run { app in
            let parked = try await UnplacedMoney(app)
            try await parked.loseDispute(over: 2_900)
            try await parked.reinstate(900)
            try await parked.waits(with: 900)
            try #require(try await parked.place().status == 200)
            #expect(try await held(app) == [0])
            #expect(try await app.balance("dispute_losses") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what comes back after the rest became credit has a way out`() async throws {
        try await TestApp.run { app in
            let parked = try await UnplacedMoney(app)
            try await parked.loseDispute(over: 2_000)
            try await parked.waits(with: 900)
            try #require(try await parked.place().status == 200)
            try await parked.reinstate(500)
            try await parked.waits(with: 500)
            #expect(try await parked.place().code == "was_placed")
            try await Refunds(app.services).beginReturn(of: parked.payment, actor: .system)
            _ = try await eventually("a refusal by the processor") {
                try await app.count("SELECT 1 FROM refunds WHERE status = 'failed'") == 1
                    ? true : nil
            }
            try await parked.waits(with: 500)
            #expect(try await parked.place().status == 200)
            #expect(try await held(app) == [0, 0])
            #expect(try await app.balance("suspense") == 0)
            try await app.requireCleanBooks()
        }
    }

    @Test func `a refund made elsewhere of money that became credit is in the books`()
        async throws
    {
        try await TestApp.run { app in
            let parked = try await UnplacedMoney(app)
            app.simulators.stripe.setWebhooks(.drop)
            _ = try await parked.refund(900)
            try #require(try await parked.place().status == 200)
            try await RefundSettlements(app.services).discover(parked.payment)
            #expect(try await app.balance("refunds") == 900)
            #expect(try await app.balance("customer_credit") == -2_900)
            try await app.requireCleanBooks()
        }
    }

    @Test func `money in another currency than was asked for follows its dispute`() async throws {
        try await TestApp.run { app in
            let parked = try await UnplacedMoney(app, askedIn: "EUR")
            try await parked.loseDispute(over: 2_000)
            try await parked.waits(with: 900)
            #expect(try await app.balance("dispute_losses") == 0)
        }
    }
}

/// What disputes hold of each credit, the oldest first.
private func held(_ app: TestApp) async throws -> [Int64] {
    try await app.services.database.transaction(for: .system) { session in
        try session.all(
            """
            SELECT coalesce(sum(h.amount_minor), 0)::bigint AS held
            FROM credits c LEFT JOIN credit_held_by_disputes(c.customer_id) h ON h.credit = c.id
            GROUP BY c.id ORDER BY c.id
            """
        ) { try $0.get("held") }
    }
}
