import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

@testable import App

/// 29 dollars that were paid by card and could not be placed.
struct UnplacedMoney {
    let payment: ID<Payment>
    private let app: TestApp
    private let intent: String

    /// With a currency, it was asked for in that one.
    init(_ app: TestApp, askedIn currency: String? = nil) async throws {
        self.app = app
        let parked = try await app.parkMoney(by: try await app.register(), askedIn: currency)
        payment = try #require(ID<Payment>(parked.payment))
        intent = try #require(app.simulators.stripe.paidCharges.first?.intent)
        try await waits(with: 2_900)
    }

    /// Waits until so much waits for staff.
    func waits(with amount: Int64) async throws {
        _ = try await eventually("\(amount) that wait") {
            let waiting = try await app.count("SELECT 1 FROM payments WHERE status = 'attention'")
            return try await app.balance("suspense") == -amount && waiting == 1 ? true : nil
        }
    }

    func place() async throws -> TestAnswer {
        try await app.api.post(
            "/api/v1/payments/\(payment)/credit",
            token: try await app.token(of: "billing")
        )
    }

    /// Sends some of it back without us; its name there.
    func refund(_ amount: Int64) async throws -> String {
        let refund = try await app.callStripe(
            "/v1/refunds",
            [("payment_intent", intent), ("amount", "\(amount)")]
        )
        return try #require(refund["id"]?.string)
    }

    func fail(_ refund: String) async throws {
        try await app.controlStripe("refunds/\(refund)/fail", ["reason": "lost_or_stolen_card"])
    }

    /// Sends 9 back without us and makes credit of 20; the refund's name.
    func placeBesideRefund() async throws -> String {
        let refund = try await refund(900)
        try await waits(with: 2_000)
        try #require(try await place().status == 200)
        #expect(try await app.balance("customer_credit") == -2_000)
        return refund
    }

    var dispute: String {
        get throws {
            let disputes = app.simulators.stripe.host.state["disputes"]?.array
            return try #require(disputes?.first?["id"]?.string)
        }
    }

    func loseDispute(over amount: Int64) async throws {
        try await app.controlStripe(
            "payment_intents/\(intent)/dispute",
            ["amount": .integer(amount)]
        )
        try await app.controlStripe("disputes/\(try dispute)/lose")
        _ = try await eventually("a lost dispute") {
            try await app.count("SELECT 1 FROM disputes WHERE status = 'lost'") == 1 ? true : nil
        }
    }

    /// Its bank brings a part back, and the dispute stays lost.
    func reinstate(_ amount: Int64) async throws {
        try await app.controlStripe(
            "disputes/\(try dispute)/reinstate",
            ["amount": .integer(amount)]
        )
    }

    func writeOff() async throws {
        let answer = try await HeldCreditTests()
            .decide(app, "write-off", because: "The bank gave it back")
        try #require(answer.status == 200, "\(answer.text)")
    }
}
