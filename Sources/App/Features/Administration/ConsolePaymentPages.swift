import Core
import Markup
import Postgres
import Support
import Web
import Wire

/// Payments as staff see them one by one, and give them back.
enum ConsolePaymentPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsolePaymentRoutes.show, as: StaffContext.self, show)
        router.on(ConsolePaymentRoutes.askRefund, as: BillingContext.self, askRefund)
        router.on(ConsolePaymentRoutes.refund, as: BillingContext.self, refund)
        router.on(ConsolePaymentRoutes.dealtWithRefund, as: BillingContext.self, dealtWith)
        router.on(ConsolePaymentRoutes.place, as: BillingContext.self, place)
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Payment>
    ) async throws -> Response {
        let file = try await PaymentFile.read(id, context.services)
        return PortalPage.console(title: "Payment", section: .payments, request, context) {
            PaymentFileView(file: file, token: context.csrfToken, rights: context.rights)
        }
    }

    private static func askRefund(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Payment>
    ) async throws -> Response {
        let file = try await PaymentFile.read(id, context.services)
        let values = FormErrors(values: [
            "amount": file.refundable.remaining.decimalText,
            "refund": ID<Refund>(context.services.ids.next()).text,
        ])
        return formPage(request, context, file, values)
    }

    private static func refund(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Payment>
    ) async throws -> Response {
        let file = try await PaymentFile.read(id, context.services)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(request, context, file, errors, status: status)
        } _: { form in
            let amount = form.parse("amount", "Enter an amount such as 29 or 29.50.") {
                Money(typed: $0, file.payment.amount.currency)
            }
            let reason = form.text("reason", length: 1...500)
            // Sent twice, the form asks for one refund.
            let refund = form.parse("refund", "Open the form again.") { ID<Refund>($0) }
            let (sum, why, key) = try form.values(amount, reason, refund)
            _ = try await Refunds(context.services).begin(
                id,
                Refunds.Wish(amount: sum, reason: why, id: key),
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsolePaymentRoutes.show.path(id),
                context,
                saying: "\(sum.label) is on its way back to the payer."
            )
        }
    }

    private static func formPage(
        _ request: Request,
        _ context: BillingContext,
        _ file: PaymentFile,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "Give money back",
            section: .payments,
            request,
            context,
            status: status
        ) { RefundFormView(file: file, form: form, token: context.csrfToken) }
    }

    private static func place(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Payment>
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsolePaymentRoutes.show.path(id),
            saying: "The money is the customer's credit now."
        ) {
            _ = try await ParkedPayments(context.services).placeAsCredit(
                id,
                actor: context.user.actor(request)
            )
        }
    }

    private static func dealtWith(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Refund>
    ) async throws -> Response {
        let refund = try await Refunds(context.services).show(id, for: .system)
        return try await ConsoleAction.perform(
            context,
            backTo: ConsolePaymentRoutes.show.path(refund.payment),
            saying: "The refund is no longer shown as failed on the first page."
        ) {
            try await Refunds(context.services).dealtWith(id, actor: context.user.actor(request))
        }
    }
}

/// Everything that staff see of one payment.
struct PaymentFile: Sendable {
    let payment: PaymentRecord
    let invoice: InvoiceRecord
    let customer: CustomerRecord
    let refunds: [RefundRecord]
    let refundable: RefundableAmount
    let disputes: [DisputeRecord]
    /// What the processor kept; nil while that is not known.
    let fee: Money?
    let history: [StoredAuditEntry]

    static func read(_ id: ID<Payment>, _ services: Services) async throws -> PaymentFile {
        try await services.database.transaction(for: .system) { session in
            let payment = try session.payment(id).orThrow(Problem.notFound)
            return PaymentFile(
                payment: payment,
                invoice: try session.invoice(payment.invoice).orThrow(Problem.notFound),
                customer: try session.customer(payment.customer).orThrow(Problem.notFound),
                refunds: try session.refunds(RefundFilter(payment: id), most: 100),
                refundable: try session.refundable(payment),
                disputes: try session.disputes(DisputeFilter(payment: id), most: 10),
                fee: try session.fee(of: id),
                history: try session.newestAuditEntries(
                    ofType: Payment.idPrefix,
                    id: id.text,
                    most: 50
                )
            )
        }
    }
}
