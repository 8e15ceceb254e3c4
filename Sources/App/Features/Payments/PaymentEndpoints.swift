import Core
import Foundation
import HTTPServer
import Support
package import Web
import Wire

/// Payments on an integrator's own page, their list, and Stripe's messages.
package enum PaymentEndpoints {
    private static let status = QueryParameter(
        "status",
        PaymentRecord.Status.self,
        "Only those in this state."
    )
    private static let customer = QueryParameter(
        "customer_id",
        ID<Customer>.self,
        "Only this customer's; customers see their own alone."
    )
    private static let invoice = QueryParameter(
        "invoice_id",
        ID<Invoice>.self,
        "Only those that pay this invoice."
    )
    private static let from = QueryParameter("from", Date.self, "At this moment or later.")
    private static let before = QueryParameter("before", Date.self, "Before this moment.")

    static let intent = Endpoint(
        Route(.post, "/api/v1/payments/intent"),
        tag: "Payments",
        "Start a payment that a page of yours completes.",
        input: NewIntent.self,
        output: IntentBody.self,
        status: 201,
        problems: [.notFound, .orderIsNotPayable, .orderTotalHasChanged, .paidByCredit]
            + .ofProviders,
        isIdempotent: true
    )
    static let confirm = Endpoint(
        Route(.post, "/api/v1/payments/:id/confirm", ID<Payment>.self),
        tag: "Payments",
        "Ask the processor how a payment stands, and settle it.",
        output: PaymentBody.self,
        problems: .ofProviders
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/payments"),
        tag: "Payments",
        "List payments, newest first.",
        output: Page<PaymentBody>.self,
        query: [status, customer, invoice] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/payments/:id", ID<Payment>.self),
        tag: "Payments",
        "Show a payment.",
        output: PaymentBody.self
    )
    static let summary = Endpoint(
        Route(.get, "/api/v1/payments/stats/summary"),
        tag: "Payments",
        "Show payments in figures, by currency.",
        output: PaymentSummaryBody.self,
        query: [from, before]
    )
    static let webhook = Endpoint(
        Route(.post, "/api/v1/payments/webhook"),
        tag: "Payments",
        "Stripe's messages, signed by Stripe.",
        output: RawBody.self,
        problems: [.signatureNotAccepted]
    )

    package static func add(to router: inout Router<Services>) {
        router.on(intent, as: CustomerContext.self, limit: .checkout) { input, request, context in
            let started = try await Intents(context.services).start(
                input.invoiceID,
                for: context.user.scope,
                savePaymentMethod: input.savePaymentMethod ?? false
            )
            return IntentBody(
                paymentID: started.payment,
                clientSecret: started.clientSecret.exposed,
                publishableKey: context.services.configuration.stripe.publishableKey
            )
        }
        router.on(confirm, as: OrderingContext.self) { request, context, id in
            let services = context.services
            _ = try await Payments(services).show(id, for: context.user.scope)
            let isForStaff = context.user.role.isStaff
            let settlements = Settlements(services)
            let payment =
                isForStaff
                ? try await settlements.check(id, by: context.user.actor(request))
                : try await settlements.check(id)
            return PaymentBody(payment, isForStaff: isForStaff)
        }
        router.on(list, as: SignedInContext.self) { request, context in
            let page = try PageRequest(request, list: "payments", keys: 2)
            let asked = try request.value(of: customer)
            let filter = PaymentFilter(
                customer: context.user.customer ?? asked,
                invoice: try request.value(of: invoice),
                status: try request.value(of: status)
            )
            let rows = try await Payments(context.services).list(
                filter,
                for: context.user.scope,
                after: page.after,
                most: page.rowsToRead
            )
            let isForStaff = context.user.role.isStaff
            return page.page(rows, keys: filter.place) {
                PaymentBody($0, isForStaff: isForStaff)
            }
        }
        router.on(show, as: SignedInContext.self) { request, context, id in
            PaymentBody(
                try await Payments(context.services).show(id, for: context.user.scope),
                isForStaff: context.user.role.isStaff
            )
        }
        router.on(summary, as: StaffContext.self) { request, context in
            let (from, before) = (try request.value(of: from), try request.value(of: before))
            let sums = try await context.services.database.transaction(for: .system) {
                try $0.paymentSums(from: from, before: before)
            }
            return PaymentSummaryBody(data: sums.map { PaymentSumsBody($0) })
        }
        router.on(webhook, as: PublicContext.self, limit: .machine) { request, context in
            try await StripeWebhooks(context.services).receive(
                body: request.http.body,
                signature: request.header("Stripe-Signature")
            )
            return .json(["received": true])
        }
    }
}

struct NewIntent: APIModel {
    let invoiceID: ID<Invoice>
    let savePaymentMethod: Bool?

    static let model = Model(
        "new_payment_intent",
        "What to pay.",
        NewIntent.init,
        Field(
            "invoice_id",
            \.invoiceID,
            "The invoice to pay: of an order, a renewal, or one that staff wrote."
        ),
        Field("save_payment_method", \.savePaymentMethod, "Whether the card is kept."),
    )
}

struct IntentBody: APIModel {
    let paymentID: ID<Payment>
    let clientSecret: String
    let publishableKey: String

    static let model = Model(
        "payment_intent",
        "What a page needs to complete a payment.",
        IntentBody.init,
        Field("payment_id", \.paymentID, "Starts with pay_."),
        Field("client_secret", \.clientSecret, "For the payer's browser alone."),
        Field("publishable_key", \.publishableKey, "The key that the browser uses."),
    )
}

struct PaymentBody: APIModel {
    let id: ID<Payment>
    let orderID: ID<Order>?
    let invoiceID: ID<Invoice>
    let status: PaymentRecord.Status
    let amount: MoneyBody
    let amountRefunded: MoneyBody
    let channel: PaymentChannel
    let isByLink: Bool
    let reference: String?
    let failure: String?
    let createdAt: Date
    let settledAt: Date?

    static let model = Model(
        "payment",
        "An attempt to take money.",
        PaymentBody.init,
        Field("id", \.id, "Starts with pay_."),
        Field("order_id", \.orderID, "The order it pays; null for an invoice without one."),
        Field("invoice_id", \.invoiceID, "The invoice it pays."),
        Field("status", \.status, "Where it stands."),
        Field("amount", \.amount, "What is taken."),
        Field("amount_refunded", \.amountRefunded, "What went back of it."),
        Field("channel", \.channel, "The way that the money takes."),
        Field(
            "by_link",
            \.isByLink,
            "Whether it was begun behind a link to the invoice, whose holder may be anybody."
        ),
        Field("reference", \.reference, "What a bank or a receipt calls a recorded one."),
        Field("failure", \.failure, "Why it failed, or why somebody has to look at it."),
        Field("created_at", \.createdAt, "When it was begun."),
        Field("settled_at", \.settledAt, "When the money was ours."),
    )
}

extension PaymentBody {
    /// Staff are told a failure in the words in which it came to us.
    init(_ payment: PaymentRecord, isForStaff: Bool) {
        self.init(
            id: payment.id,
            orderID: payment.order,
            invoiceID: payment.invoice,
            status: payment.status,
            amount: MoneyBody(payment.amount),
            amountRefunded: MoneyBody(payment.refunded),
            channel: payment.channel,
            isByLink: payment.parameters.isByLink,
            reference: payment.reference,
            failure: isForStaff ? payment.failure : payment.failureForPayer,
            createdAt: payment.createdAt,
            settledAt: payment.settledAt
        )
    }
}

extension PaymentChannel: APIEnum {}

extension PaymentRecord {
    /// Why it came to nothing, in words that are none of the processor's.
    fileprivate var failureForPayer: String? {
        guard failure != nil else { return nil }
        return switch PaymentState(status) {
        case .attention, .returned, .reversed, .credited: PaymentState(status).words
        case .paid, .underWay, .notPaid: "The payment did not go through, and nothing was taken."
        }
    }
}
