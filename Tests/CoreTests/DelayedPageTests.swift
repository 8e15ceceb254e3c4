import Core
import Testing

/// A page that is complete and unpaid: what became of it, its payment knows.
@Suite struct DelayedPageTests {
    private func progress(
        _ status: IntentState.Status,
        failure: String? = nil
    ) -> PaymentReport.Progress {
        let page = CheckoutState(
            id: "cs_1",
            status: .complete,
            paymentStatus: .unpaid,
            url: nil,
            mode: "payment",
            amountTotal: 2_900,
            currency: "usd",
            customer: "cus_1",
            reference: nil,
            intent: "pi_1",
            isLive: false,
            metadata: [:]
        )
        let state = IntentState(
            id: "pi_1",
            status: status,
            amount: 2_900,
            amountReceived: status == .succeeded ? 2_900 : 0,
            currency: "usd",
            customer: "cus_1",
            clientSecret: nil,
            isLive: false,
            metadata: ["payment_id": "pay_1"],
            failure: failure
        )
        let report = PaymentReport(page, paidBy: state)
        #expect(report.intent == "pi_1" && report.amount == 2_900 && report.mode == "payment")
        #expect(report.metadata == state.metadata)
        return report.progress
    }

    @Test func `a debit is on its way until its payment says otherwise`() {
        #expect(progress(.processing) == .processing)
        #expect(progress(.requiresAction) == .processing)
        #expect(progress(.other("new")) == .processing)
        #expect(progress(.succeeded) == .paid)
        #expect(progress(.canceled) == .failed(reason: "The payment was cancelled."))
        #expect(
            progress(.requiresPaymentMethod, failure: "No funds.") == .failed(reason: "No funds.")
        )
    }
}
