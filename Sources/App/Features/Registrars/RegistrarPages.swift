import Core
import Foundation
import Markup
import Support
import Web

/// What registrars are owed and were paid, as staff read and record it.
enum RegistrarPages {
    static func add(to router: inout Router<Services>) {
        router.on(RegistrarRoutes.list, as: StaffContext.self, list)
        router.on(RegistrarRoutes.payments, as: StaffContext.self) { request, context, name in
            try await payments(request, context, name, FormErrors.none)
        }
        router.on(RegistrarRoutes.export, as: StaffContext.self, export)
        router.on(RegistrarRoutes.record, as: BillingContext.self, record)
        router.on(RegistrarRoutes.payment, as: StaffContext.self) { request, context, id in
            let payment = try await RegistrarPayments(context.services).show(id)
            return show(payment, request, context, FormErrors.none)
        }
        router.on(RegistrarRoutes.reverse, as: BillingContext.self, reverse)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let found = try await RegistrarPayments(context.services).balances()
        return PortalPage.console(title: "Registrars", section: .books, request, context) {
            RegistrarListView(balances: found)
        }
    }

    private static func payments(
        _ request: Request,
        _ context: UserContext<some AccessLevel>,
        _ name: String,
        _ form: FormErrors,
        status: Int = 200
    ) async throws -> Response {
        let payments = RegistrarPayments(context.services)
        let balances = try await payments.balances(of: name)
        let page = try await RegistrarPaymentFilter(registrar: name, sorting: Sorting(request))
            .page(request, context, file: RegistrarRoutes.export.path(name))
        return PortalPage.console(
            title: "Payments to \(RegistrarName.label(name))",
            section: .books,
            request,
            context,
            status: status
        ) {
            RegistrarPaymentsView(
                page: page,
                balances: balances,
                currencies: context.services.configuration.currencies,
                form: form,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext,
        _ name: String
    ) async throws -> Response {
        _ = try await RegistrarPayments(context.services).balances(of: name)
        return RegistrarPaymentFilter(registrar: name, sorting: Sorting(request)).export(context)
    }

    private static func record(
        _ request: Request,
        _ context: BillingContext,
        _ name: String
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let currency = form.parse("currency", "Choose a currency.") { Currency($0) }
        let amount = currency.flatMap { currency in
            form.parse("amount", "Enter an amount such as 100 or 99.50.") {
                Money(typed: $0, currency)
            }
        }
        let reference = form.text("reference", length: 1...200)
        let paidAt = form.parseOptional("paid_at", "Enter a day.") { Date(day: $0) }
        do {
            let (sum, text) = try form.values(amount, reference)
            try await RegistrarPayments(context.services).record(
                RegistrarPayments.NewPayment(amount: sum, reference: text, paidAt: paidAt),
                to: name,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: RegistrarRoutes.payments.path(name),
                context,
                saying: "\(sum.label) is recorded."
            )
        } catch let errors as FormErrors {
            return try await payments(request, context, name, errors, status: 422)
        } catch let problem as Problem where problem.status == 409 || problem.status == 422 {
            let errors = form.errors(problem)
            return try await payments(request, context, name, errors, status: problem.status)
        }
    }

    private static func show(
        _ payment: RegistrarPaymentRecord,
        _ request: Request,
        _ context: UserContext<some AccessLevel>,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "Payment to \(RegistrarName.label(payment.registrar))",
            section: .books,
            request,
            context,
            status: status
        ) {
            RegistrarPaymentView(
                payment: payment,
                form: form,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func reverse(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<RegistrarPayment>
    ) async throws -> Response {
        let payment = try await RegistrarPayments(context.services).show(id)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            show(payment, request, context, errors, status: status)
        } _: { form in
            let reason = try form.values(form.text("reason", length: 1...500))
            _ = try await RegistrarPayments(context.services).reverse(
                id,
                because: reason,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: RegistrarRoutes.payments.path(payment.registrar),
                context,
                saying: "The payment is taken back."
            )
        }
    }
}
