import App
import Core
import Foundation
import Postgres
import Simulators
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
            let parked = try await app.parkMoney(by: try await app.register())
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
            #expect(try await app.balance("customer_credit") == -900)
            #expect(try await app.count("SELECT 1 FROM credit_releases") == 1)
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
}
