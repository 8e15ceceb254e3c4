import Core
import Foundation
import Testing

@Suite struct SettlementTests {
    private static let payment = ID<Payment>(
        UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7))
    )
    private static let expected = ExpectedPayment(
        payment: payment,
        total: Money(minorUnits: 2_900, .usd),
        gatewayCustomer: "cus_1",
        isLive: false
    )

    /// A payment page as it should be, but for what a test changes.
    struct Page: Sendable, CustomTestStringConvertible {
        var status = CheckoutState.Status.complete
        var paid = CheckoutState.PaymentStatus.paid
        var mode = "payment"
        var amount: Int64? = 2_900
        var currency: String? = "usd"
        var customer: String? = "cus_1"
        var isLive = false
        var metadata = ["payment_id": payment.text]
        var testDescription: String { "\(self)" }

        var state: CheckoutState {
            CheckoutState(
                id: "cs_1",
                status: status,
                paymentStatus: paid,
                url: nil,
                mode: mode,
                amountTotal: amount,
                currency: currency,
                customer: customer,
                reference: nil,
                intent: "pi_1",
                isLive: isLive,
                metadata: metadata
            )
        }
    }

    static let mismatches: [Page] = [
        Page(mode: "subscription"), Page(mode: "setup"), Page(mode: ""), Page(amount: 2_899),
        Page(amount: 2_901), Page(amount: 0), Page(amount: -2_900), Page(amount: nil),
        Page(amount: 29), Page(amount: 290_000), Page(currency: "eur"), Page(currency: "jpy"),
        Page(currency: nil), Page(currency: ""), Page(customer: "cus_2"), Page(customer: nil),
        Page(customer: ""), Page(isLive: true), Page(metadata: [:]),
        Page(metadata: ["payment_id": ""]), Page(metadata: ["payment_id": "pay_1"]),
        Page(metadata: ["order_id": payment.text]),
    ]

    private func decide(_ page: Page) -> SettlementDecision {
        SettlementDecision(SettlementTests.expected, PaymentReport(page.state))
    }

    private func needsAttention(_ decision: SettlementDecision) -> Bool {
        if case .needsAttention = decision { true } else { false }
    }

    @Test func `money that is exactly what was expected is settled`() {
        #expect(decide(Page()) == .settle)
        #expect(decide(Page(currency: "USD")) == .settle)
    }

    @Test(arguments: mismatches)
    func `money that differs in anything needs attention`(page: Page) {
        #expect(needsAttention(decide(page)))
    }

    @Test(arguments: mismatches)
    func `a page that brought no money yet is waited for whatever it says`(page: Page) {
        var open = page
        open.status = .open
        #expect(decide(open) == .keepWaiting)
        open.status = .expired
        #expect(decide(open) == .markExpired)
        var slow = page
        slow.paid = .unpaid
        #expect(decide(slow) == .markProcessing)
    }

    @Test(
        arguments: [
            (
                CheckoutState.Status.complete, CheckoutState.PaymentStatus.unpaid,
                SettlementDecision.markProcessing
            ),
            (.complete, .notRequired, .keepWaiting), (.complete, .other("x"), .keepWaiting),
            (.open, .paid, .keepWaiting), (.open, .unpaid, .keepWaiting),
            (.expired, .paid, .markExpired), (.other("new"), .paid, .keepWaiting),
        ] as [(CheckoutState.Status, CheckoutState.PaymentStatus, SettlementDecision)]
    )
    func `a page counts as paid only when it says so twice`(
        status: CheckoutState.Status,
        paid: CheckoutState.PaymentStatus,
        decision: SettlementDecision
    ) {
        #expect(decide(Page(status: status, paid: paid)) == decision)
    }

    @Test func `a live payment is settled where live is expected and a test one is not`() {
        let live = ExpectedPayment(
            payment: SettlementTests.payment,
            total: Money(minorUnits: 2_900, .usd),
            gatewayCustomer: "cus_1",
            isLive: true
        )
        #expect(SettlementDecision(live, PaymentReport(Page(isLive: true).state)) == .settle)
        #expect(needsAttention(SettlementDecision(live, PaymentReport(Page().state))))
    }

    @Test func `a customer that we have not heard of never matches`() {
        let unknown = ExpectedPayment(
            payment: SettlementTests.payment,
            total: Money(minorUnits: 2_900, .usd),
            gatewayCustomer: "",
            isLive: false
        )
        #expect(needsAttention(SettlementDecision(unknown, PaymentReport(Page().state))))
        let nobody = PaymentReport(Page(customer: nil).state)
        #expect(needsAttention(SettlementDecision(unknown, nobody)))
    }

    private func intent(
        _ status: IntentState.Status,
        amount: Int64 = 2_900,
        received: Int64 = 2_900,
        failure: String? = nil
    ) -> SettlementDecision {
        let state = IntentState(
            id: "pi_1",
            status: status,
            amount: amount,
            amountReceived: received,
            currency: "usd",
            customer: "cus_1",
            clientSecret: nil,
            isLive: false,
            metadata: ["payment_id": SettlementTests.payment.text],
            failure: failure
        )
        return SettlementDecision(SettlementTests.expected, PaymentReport(state))
    }

    @Test func `of an intent counts what was received and not what was asked for`() {
        #expect(intent(.succeeded) == .settle)
        #expect(needsAttention(intent(.succeeded, received: 2_899)))
        #expect(needsAttention(intent(.succeeded, received: 0)))
        #expect(intent(.succeeded, amount: 5_000) == .settle)
    }

    @Test(arguments: [
        IntentState.Status.requiresPaymentMethod, .requiresConfirmation, .requiresAction,
        .requiresCapture, .other("new"),
    ])
    func `an intent that is not done is waited for`(status: IntentState.Status) {
        #expect(intent(status, received: 0) == .keepWaiting)
    }

    @Test func `an intent on its way or given up is stored as that`() {
        #expect(intent(.processing, received: 0) == .markProcessing)
        #expect(intent(.canceled, failure: "No.") == .markFailed(reason: "No."))
        #expect(intent(.canceled) == .markFailed(reason: "The payment was cancelled."))
    }
}
