import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// Where staff record money that came another way, and take such a record back.
enum ConsoleRecordedPaymentPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsolePaymentRoutes.askRecord, as: BillingContext.self, ask)
        router.on(ConsolePaymentRoutes.record, as: BillingContext.self, record)
        router.on(ConsolePaymentRoutes.askReverse, as: BillingContext.self, askReverse)
        router.on(ConsolePaymentRoutes.reverse, as: BillingContext.self, reverse)
    }

    private static func ask(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let invoice = try await Invoices(context.services).show(id, for: .system).invoice
        let values = FormErrors(values: [
            "amount": invoice.due.decimalText, "method": RecordedMethod.bankTransfer.rawValue,
        ])
        return formPage(request, context, invoice, values)
    }

    private static func record(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let invoice = try await Invoices(context.services).show(id, for: .system).invoice
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(request, context, invoice, errors, status: status)
        } _: { form in
            let method = form.choice("method", RecordedMethod.self)
            let reference = form.text("reference", length: 1...200)
            let amount = form.parse("amount", "Enter an amount such as 29 or 29.50.") {
                Money(typed: $0, invoice.total.currency)
            }
            let received = form.parseOptional("received_at", "Enter a day.") {
                Date(day: $0)
            }
            let (way, name, sum) = try form.values(method, reference, amount)
            _ = try await RecordedPayments(context.services).record(
                RecordedPayments.NewPayment(
                    channel: way.channel,
                    reference: name,
                    amount: sum,
                    receivedAt: received
                ),
                for: id,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleOrderRoutes.invoice.path(id),
                context,
                saying: "\(sum.label) is recorded."
            )
        }
    }

    private static func formPage(
        _ request: Request,
        _ context: BillingContext,
        _ invoice: InvoiceRecord,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "Record a payment",
            section: .orders,
            request,
            context,
            status: status
        ) { RecordedPaymentForm(invoice: invoice, form: form, token: context.csrfToken) }
    }

    private static func askReverse(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Payment>
    ) async throws -> Response {
        let payment = try await Payments(context.services).show(id, for: .system)
        return reversalPage(payment, request, context, FormErrors.none)
    }

    private static func reversalPage(
        _ payment: PaymentRecord,
        _ request: Request,
        _ context: BillingContext,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        let view = ConfirmationView(
            heading: "Take back the payment of \(payment.amount.label)?",
            back: ("Payment", ConsolePaymentRoutes.show.path(payment.id)),
            consequences: [
                "Do this when the payment was recorded by mistake and never arrived. To send money "
                    + "back that did arrive, give it back instead.",
                "What it paid is owed again, from the day it was due.",
            ],
            path: ConsolePaymentRoutes.reverse.path(payment.id),
            token: context.csrfToken,
            confirm: "Take it back",
            fields: HTML {
                if let notice = Notice.formErrors(form) { notice }
                FormField("Reason", "reason", form, .maxlength(500))
            }
        )
        return PortalPage.console(
            title: "Take a payment back",
            section: .orders,
            request,
            context,
            status: status
        ) { view }
    }

    private static func reverse(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Payment>
    ) async throws -> Response {
        let payment = try await Payments(context.services).show(id, for: .system)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            reversalPage(payment, request, context, errors, status: status)
        } _: { form in
            let reason = try form.values(form.text("reason", length: 1...500))
            _ = try await RecordedPayments(context.services).reverse(
                id,
                because: reason,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsolePaymentRoutes.show.path(id),
                context,
                saying: "The payment is taken back."
            )
        }
    }
}

/// The form by which staff record money that came another way.
private struct RecordedPaymentForm: View {
    let invoice: InvoiceRecord
    let form: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            "Record a payment",
            lead: "\(invoice.due.label) of \(invoice.label) is due.",
            back: (invoice.label, ConsoleOrderRoutes.invoice.path(invoice.id))
        )
        div(.classes("narrow-left")) {
            Card {
                Markup.form(
                    to: ConsolePaymentRoutes.record.path(invoice.id),
                    token: token,
                    .classes("form")
                ) {
                    if let notice = Notice.formErrors(form) { notice }
                    fields
                    div(.classes("row")) {
                        SubmitButton("Record the payment")
                        ButtonLink(
                            "Go back",
                            to: ConsoleOrderRoutes.invoice.path(invoice.id),
                            .quiet
                        )
                    }
                }
            }
        }
    }

    @HTMLBuilder private var fields: HTML {
        div(.classes("form-row")) {
            FormField(
                "How it came",
                "method",
                form,
                .select(
                    RecordedMethod.allCases.map { ($0.rawValue, $0.channel.label) }
                )
            )
            FormField(
                "Day it came",
                "received_at",
                form,
                .input(type: "date"),
                hint: "Empty is today.",
                isOptional: true
            )
        }
        FormField(
            "Reference",
            "reference",
            form,
            hint: "What the bank's statement or the receipt calls it; taken once.",
            .maxlength(200),
            .autocomplete("off")
        )
        FormField(
            "Amount in \(invoice.total.currency.code)",
            "amount",
            form,
            .inputmode("decimal"),
            .autocomplete("off")
        )
    }
}
