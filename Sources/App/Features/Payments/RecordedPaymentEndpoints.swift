import Core
import Foundation
import Support
package import Web

/// What staff record of money that came another way.
package enum RecordedPaymentEndpoints {
    static let record = Endpoint(
        Route(.post, "/api/v1/invoices/:id/pay", ID<Invoice>.self),
        tag: "Invoices",
        "Record a bank transfer or cash for an invoice.",
        details: "A reference is taken once for each method.",
        input: NewRecordedPayment.self,
        output: PaymentBody.self,
        status: 201,
        problems: [
            .invoiceIsNotPayable, .referenceIsKnown, .paymentInAttention, .otherPaymentUnderWay,
            .orderIsPaid, .orderTotalHasChanged,
        ] + .ofProviders,
        isIdempotent: true
    )
    static let reverse = Endpoint(
        Route(.post, "/api/v1/payments/:id/reversal", ID<Payment>.self),
        tag: "Payments",
        "Take back a payment that was recorded by mistake.",
        input: Reversal.self,
        output: PaymentBody.self,
        problems: [.paymentNotReversible, .paymentWasUsed, .paymentWasRefunded],
        isIdempotent: true
    )

    static let place = Endpoint(
        Route(.post, "/api/v1/payments/:id/credit", ID<Payment>.self),
        tag: "Payments",
        "Make money that could not be placed the credit of the customer who paid it.",
        output: PaymentBody.self,
        problems: [.nothingToReturn, .moneyIsOnItsWay, .moneyIsDisputed, .wasPlaced],
        isIdempotent: true
    )

    package static func add(to router: inout Router<Services>) {
        router.on(record, as: BillingContext.self) { input, request, context, id in
            PaymentBody(
                try await RecordedPayments(context.services).record(
                    RecordedPayments.NewPayment(
                        channel: input.method.channel,
                        reference: input.reference,
                        amount: try input.amount?.money("amount"),
                        receivedAt: input.receivedAt
                    ),
                    for: id,
                    actor: context.user.actor(request)
                ),
                isForStaff: true
            )
        }
        router.on(place, as: BillingContext.self) { request, context, id in
            PaymentBody(
                try await ParkedPayments(context.services).placeAsCredit(
                    id,
                    actor: context.user.actor(request)
                ),
                isForStaff: true
            )
        }
        router.on(reverse, as: BillingContext.self) { input, request, context, id in
            PaymentBody(
                try await RecordedPayments(context.services).reverse(
                    id,
                    because: input.reason,
                    actor: context.user.actor(request)
                ),
                isForStaff: true
            )
        }
    }
}

/// The ways in which money comes to us without the processor.
enum RecordedMethod: String, APIEnum {
    case bankTransfer = "bank_transfer"
    case cash

    var channel: PaymentChannel {
        switch self {
        case .bankTransfer: .bankTransfer
        case .cash: .cash
        }
    }
}

struct NewRecordedPayment: APIModel {
    let method: RecordedMethod
    let reference: String
    let amount: MoneyBody?
    let receivedAt: Date?

    static let model = Model(
        "new_recorded_payment",
        "Money that came another way than through the card processor.",
        NewRecordedPayment.init,
        Field("method", \.method, "How it came."),
        Field(
            "reference",
            \.reference,
            "What the bank's statement or the receipt calls it.",
            .singleLine,
            .length(1...200)
        ),
        Field("amount", \.amount, "How much; all that is due when absent."),
        Field(
            "received_at",
            \.receivedAt,
            "When it came, in the last 366 days; now when absent. It is booked now in any case."
        ),
    )
}

struct Reversal: APIModel {
    let reason: String

    static let model = Model(
        "new_reversal",
        "Why a payment is taken back.",
        Reversal.init,
        Field("reason", \.reason, "For staff.", .singleLine, .length(1...500)),
    )
}
