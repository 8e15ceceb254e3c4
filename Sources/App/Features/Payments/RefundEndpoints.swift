import Core
import Foundation
import Support
package import Web
import Wire

/// Money that goes back.
package enum RefundEndpoints {
    static let payment = QueryParameter(
        "payment_id",
        ID<Payment>.self,
        "Only those of this payment."
    )
    static let status = QueryParameter(
        "status",
        RefundRecord.Status.self,
        "Only those in this state."
    )

    static let create = Endpoint(
        Route(.post, "/api/v1/payments/:id/refund", ID<Payment>.self),
        tag: "Payments",
        "Give money of a payment back.",
        details:
            "The refund is stored at once and sent to the processor by a job; it has succeeded "
            + "when the processor says so. One that has succeeded may still fail later.",
        input: NewRefundBody.self,
        output: RefundBody.self,
        status: 201,
        problems: [.paymentNotRefundable, .nothingToRefund, .paymentIsDisputed],
        isIdempotent: true
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/refunds"),
        tag: "Payments",
        "List refunds, newest first.",
        output: Page<RefundBody>.self,
        query: [payment, status] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/refunds/:id", ID<Refund>.self),
        tag: "Payments",
        "Show a refund.",
        output: RefundBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(create, as: BillingContext.self) { input, request, context, id in
            RefundBody(
                try await Refunds(context.services).begin(
                    id,
                    Refunds.Wish(
                        amount: try input.amount?.money("amount"),
                        reason: input.reason ?? "Staff gave it back.",
                        key: try request.idempotencyKey
                    ),
                    actor: context.user.actor(request)
                ),
                isForStaff: true
            )
        }
        router.on(list, as: SignedInContext.self) { request, context in
            let page = try PageRequest(request, list: "refunds", keys: 1)
            let isForStaff = context.user.role.isStaff
            let rows = try await Refunds(context.services).list(
                RefundFilter(
                    customer: context.user.customer,
                    payment: try request.value(of: payment),
                    status: try request.value(of: status)
                ),
                for: context.user.scope,
                before: page.after.flatMap { ID($0[0]) },
                most: page.rowsToRead
            )
            return page.page(rows, keys: { [$0.id.text] }) {
                RefundBody($0, isForStaff: isForStaff)
            }
        }
        router.on(show, as: SignedInContext.self) { _, context, id in
            RefundBody(
                try await Refunds(context.services).show(id, for: context.user.scope),
                isForStaff: context.user.role.isStaff
            )
        }
    }
}

struct NewRefundBody: APIModel {
    let amount: MoneyBody?
    let reason: String?

    static let model = Model(
        "new_refund",
        "What to give back.",
        NewRefundBody.init,
        Field("amount", \.amount, "How much; all that is left when absent."),
        Field("reason", \.reason, "Why, for staff.", .singleLine, .length(1...500)),
    )
}

struct RefundBody: APIModel {
    let id: ID<Refund>
    let paymentID: ID<Payment>
    let invoiceID: ID<Invoice>
    let status: RefundRecord.Status
    let amount: MoneyBody
    let reason: String?
    let failure: String?
    let createdAt: Date
    let succeededAt: Date?

    static let model = Model(
        "refund",
        "Money that goes back to a payer.",
        RefundBody.init,
        Field("id", \.id, "Starts with ref_."),
        Field("payment_id", \.paymentID, "The payment it gives money of back."),
        Field("invoice_id", \.invoiceID, "The invoice that was paid."),
        Field("status", \.status, "Where it stands. One that succeeded may still fail."),
        Field("amount", \.amount, "How much."),
        Field("reason", \.reason, "Why, for staff."),
        Field("failure", \.failure, "Why it failed, for staff."),
        Field("created_at", \.createdAt, "When it was asked for."),
        Field("succeeded_at", \.succeededAt, "When the money had gone."),
    )
}

extension RefundBody {
    init(_ refund: RefundRecord, isForStaff: Bool) {
        self.init(
            id: refund.id,
            paymentID: refund.payment,
            invoiceID: refund.invoice,
            status: refund.status,
            amount: MoneyBody(refund.amount),
            reason: isForStaff ? refund.reason : nil,
            failure: isForStaff ? refund.failure : nil,
            createdAt: refund.createdAt,
            succeededAt: refund.succeededAt
        )
    }
}

extension MoneyBody {
    /// The amount, in a currency that is sold in.
    ///
    /// - Throws: a ``Web/Problem`` that names the field.
    func money(_ field: String) throws -> Money {
        guard let currency = Currency(currency) else {
            throw Problem.invalid(field, "unknown_currency", "This currency is not known.")
        }
        return Money(minorUnits: amount, currency)
    }
}

extension RefundRecord.Status: APIEnum {}
