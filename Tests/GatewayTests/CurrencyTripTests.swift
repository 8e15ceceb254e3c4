import Core
import Foundation
import HTTPClient
import Simulators
import StripeGateway
import Support
import Testing
import Wire

/// Amounts of every kind of currency, there and back: what is charged is what stands in the books.
@Suite struct CurrencyTripTests {
    /// The least that is charged in a currency, and what two of them are called.
    private static let amounts: [(code: String, minor: Int64, text: String)] = [
        ("USD", 50, "1.00"), ("EUR", 50, "1.00"), ("JPY", 50, "100"), ("KWD", 500, "1.000"),
        ("ISK", 100, "2.00"), ("UGX", 100, "2.00"), ("HUF", 17_500, "350.00"),
    ]

    private func withStripe(
        _ test: (StripeClient, StripeSimulator) async throws -> Void
    ) async throws {
        let http = HTTPClient(log: .silent, userAgent: "GatewayTests")
        let simulator = try StripeSimulator().start()
        let stripe = StripeClient(
            secretKey: Secret("sk_test_simulated_account_key"),
            baseURL: simulator.host.baseURL,
            http: http,
            log: .silent
        )
        try await test(stripe, simulator)
        await simulator.stop()
        http.close()
    }

    @Test(arguments: amounts.map(\.code))
    func `an amount is charged, told, and given back in part as it is`(code: String) async throws {
        let (_, minor, text) = try #require(Self.amounts.first { $0.code == code })
        let currency = try #require(Currency(code))
        let amount = Money(minorUnits: minor * 2, currency)
        #expect(amount.decimalText == text)
        #expect(amount.chargeProblem == nil)
        try await withStripe { stripe, simulator in
            let customer = try await stripe.createCustomer(
                GatewayCustomer(email: "a@example.com", name: "A", metadata: [:]),
                key: "customer"
            )
            let intent = try await stripe.charge(
                SavedCardCharge(
                    customer: customer,
                    card: "pm_card_visa",
                    amount: amount,
                    description: "Hosting",
                    metadata: [:]
                ),
                key: "charge"
            )
            #expect(intent.amountReceived == amount.minorUnits)
            #expect(PaymentReport(intent).received == amount)
            let capture = try #require(try await stripe.capture(of: intent.id))
            let move = try #require(capture.move)
            #expect(move.money(move.amount) == amount && move.fee > 0)
            let half = Money(minorUnits: minor, currency)
            let refund = try await stripe.refund(
                RefundRequest(intent: intent.id, amount: half, metadata: [:]),
                key: "refund"
            )
            #expect(refund.amount == half.minorUnits && refund.move?.amount == -half.minorUnits)
            let now = BusinessClock().now
            let moves = try await stripe.balanceMoves(
                from: now.addingTimeInterval(-3_600),
                until: now.addingTimeInterval(3_600)
            )
            #expect(moves.map(\.amount) == [-half.minorUnits, amount.minorUnits])
            #expect(Set(moves.map(\.intent)) == [intent.id])
        }
    }

    @Test(arguments: ["ISK", "UGX", "KWD"])
    func `what is no multiple of what is charged in is refused on both sides`(
        code: String
    ) async throws {
        let currency = try #require(Currency(code))
        let amount = Money(minorUnits: currency.minimumCharge.minorUnits + 1, currency)
        #expect(amount.chargeProblem == .notMultiple(of: currency.step))
        try await withStripe { stripe, _ in
            let request = IntentRequest(
                customer: "cus_1",
                amount: amount,
                description: "",
                savePaymentMethod: false,
                metadata: [:]
            )
            await #expect(throws: RemoteFailure.self) {
                try await stripe.createIntent(request, key: "intent")
            }
        }
    }
}
