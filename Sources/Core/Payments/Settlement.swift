/// What we expect of a payment before its money counts.
package struct ExpectedPayment: Sendable, Equatable {
    package let payment: ID<Payment>
    package let total: Money
    /// The payer's identifier at the processor.
    package let gatewayCustomer: String
    /// Whether real money is expected.
    package let isLive: Bool

    package init(payment: ID<Payment>, total: Money, gatewayCustomer: String, isLive: Bool) {
        self.payment = payment
        self.total = total
        self.gatewayCustomer = gatewayCustomer
        self.isLive = isLive
    }
}

/// What the processor says of a payment, from a page or from the payment itself.
package struct PaymentReport: Sendable, Equatable {
    package enum Progress: Sendable, Equatable {
        case waiting
        case processing
        case paid
        case failed(reason: String)
        case expired
    }

    package let progress: Progress
    package let amount: Int64?
    package let currency: String?
    package let customer: String?
    package let isLive: Bool
    package let mode: String
    package let metadata: [String: String]
    package let intent: String?

    /// The money that the processor holds for us, whether it is what was expected or not; nil when
    /// nothing was paid.
    package var received: Money? {
        guard progress == .paid, let amount, amount > 0, let currency,
            let currency = Currency(currency.uppercased())
        else { return nil }
        return Money(minorUnits: amount, currency)
    }

    /// Reads a payment page.
    package init(_ checkout: CheckoutState) {
        progress =
            switch (checkout.status, checkout.paymentStatus) {
            case (.complete, .paid): .paid
            case (.complete, .unpaid): .processing
            case (.expired, _): .expired
            case (.open, _): .waiting
            default: .waiting
            }
        amount = checkout.amountTotal
        currency = checkout.currency
        customer = checkout.customer
        isLive = checkout.isLive
        mode = checkout.mode
        metadata = checkout.metadata
        intent = checkout.intent
    }

    /// Reads a page that is complete and not paid by the payment that was begun there.
    ///
    /// The page says the same while a bank debit is on its way and after it has failed; only the
    /// payment knows which of them it is.
    package init(_ checkout: CheckoutState, paidBy state: IntentState) {
        let payment = PaymentReport(state)
        progress =
            switch state.status {
            case .succeeded, .canceled: payment.progress
            case .requiresPaymentMethod:
                .failed(reason: state.failure ?? "The payment did not go through.")
            case .requiresConfirmation, .requiresAction, .requiresCapture, .processing, .other:
                .processing
            }
        amount = payment.amount
        currency = payment.currency
        customer = payment.customer
        isLive = payment.isLive
        mode = checkout.mode
        metadata = payment.metadata
        intent = payment.intent
    }

    /// Reads a payment; what counts is what was received.
    package init(_ state: IntentState) {
        progress =
            switch state.status {
            case .succeeded: .paid
            case .processing: .processing
            case .canceled: .failed(reason: state.failure ?? "The payment was cancelled.")
            case .requiresPaymentMethod, .requiresConfirmation, .requiresAction,
                .requiresCapture, .other:
                .waiting
            }
        amount = state.status == .succeeded ? state.amountReceived : state.amount
        currency = state.currency
        customer = state.customer
        isLive = state.isLive
        mode = "payment"
        metadata = state.metadata
        intent = state.id
    }
}

/// What to do after the processor was asked.
package enum SettlementDecision: Sendable, Equatable {
    /// The money is ours and is exactly what was expected.
    case settle
    case markProcessing
    case keepWaiting
    case markFailed(reason: String)
    case markExpired
    /// Something does not match; somebody has to look, and nothing counts as paid.
    case needsAttention(reason: String)

    /// Compares what was expected with what was reported.
    package init(_ expected: ExpectedPayment, _ report: PaymentReport) {
        switch report.progress {
        case .paid:
            // What is wrong with money that has not come yet is weighed when it comes: until then
            // there is nothing that could be placed or given back.
            self =
                SettlementDecision.mismatch(expected, report).map { .needsAttention(reason: $0) }
                ?? .settle
        case .processing: self = .markProcessing
        case .waiting: self = .keepWaiting
        case .failed(let reason): self = .markFailed(reason: reason)
        case .expired: self = .markExpired
        }
    }

    private static func mismatch(
        _ expected: ExpectedPayment,
        _ report: PaymentReport
    ) -> String? {
        if report.isLive != expected.isLive {
            return "The payment is of the other mode: test where live was expected, or the reverse."
        }
        if report.mode != "payment" { return "The payment page has mode \(report.mode)." }
        if report.metadata["payment_id"] != expected.payment.text {
            return "The payment does not name ours in its metadata."
        }
        if report.customer != expected.gatewayCustomer {
            return "The payment is of another customer."
        }
        if report.currency?.uppercased() != expected.total.currency.code {
            return "The payment is in \(report.currency?.uppercased() ?? "no currency"), "
                + "not in \(expected.total.currency.code)."
        }
        if report.amount != expected.total.minorUnits {
            return "The payment is of \(report.amount.map { "\($0)" } ?? "no amount") minor units, "
                + "not of \(expected.total.minorUnits)."
        }
        return nil
    }
}
