import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// Where staff give customers credit, and take back what is left of it.
enum ConsoleCreditPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleCreditRoutes.new, as: BillingContext.self, new)
        router.on(ConsoleCreditRoutes.create, as: BillingContext.self, create)
        router.on(ConsoleCreditRoutes.newPayout, as: BillingContext.self, newPayout)
        router.on(ConsoleCreditRoutes.payOut, as: BillingContext.self, payOut)
        router.on(ConsoleCreditRoutes.askRevoke, as: BillingContext.self, askRevoke)
        router.on(ConsoleCreditRoutes.revoke, as: BillingContext.self, revoke)
    }

    private static func new(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Customer>
    ) async throws -> Response {
        formPage(try await customer(id, context), .none, request, context)
    }

    private static func create(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Customer>
    ) async throws -> Response {
        let customer = try await customer(id, context)
        let currency = context.services.configuration.currency
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(customer, errors, request, context, status: status)
        } _: { form in
            let amount = form.parse("amount", "Enter an amount such as 5 or 5.50.") { text in
                Money(typed: text, currency).flatMap { $0.isPositive ? $0 : nil }
            }
            let reason = form.text("reason", length: 1...500)
            let expiresAt = form.parseOptional("expires_at", "Enter a day such as 2026-12-31.") {
                Date(day: $0)
            }
            let key = form.optional("key", length: 20...64)
            let (given, why) = try form.values(amount, reason)
            _ = try await Credits(context.services).grant(
                CreditGrant(amount: given, reason: why, expiresAt: expiresAt),
                to: id,
                by: context.user.id,
                key: key.map { "console:\($0)" },
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleCustomerRoutes.show.path(id),
                context,
                saying: "\(customer.name) has \(given.label) more credit."
            )
        }
    }

    private static func newPayout(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Customer>
    ) async throws -> Response {
        payoutPage(
            try await customer(id, context),
            try await currencyOfCredit(id, context),
            .none,
            request,
            context
        )
    }

    private static func payOut(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Customer>
    ) async throws -> Response {
        let customer = try await customer(id, context)
        let currency = try await currencyOfCredit(id, context)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            payoutPage(customer, currency, errors, request, context, status: status)
        } _: { form in
            let amount = form.parse("amount", "Enter an amount such as 5 or 5.50.") { text in
                Money(typed: text, currency).flatMap { $0.isPositive ? $0 : nil }
            }
            let reason = form.text("reason", length: 1...500)
            let reference = form.optional("reference", length: 1...200)
            let key = form.optional("key", length: 20...64)
            let (sent, why) = try form.values(amount, reason)
            _ = try await CreditPayouts(context.services).pay(
                CreditPayouts.Wish(
                    amount: sent,
                    reason: why,
                    reference: reference,
                    key: key.map { "console:\($0)" }
                ),
                to: id,
                by: context.user.id,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleCustomerRoutes.show.path(id),
                context,
                saying: reference == nil
                    ? "\(sent.label) goes back to the card." : "\(sent.label) is recorded as sent."
            )
        }
    }

    /// What a customer's credit is in.
    private static func currencyOfCredit(
        _ id: ID<Customer>,
        _ context: BillingContext
    ) async throws -> Currency {
        let now = context.services.clock.now
        let balances = try await context.services.database.transaction(for: .system) {
            try $0.creditBalances(of: id, now: now)
        }
        return balances.first?.currency ?? context.services.configuration.currency
    }

    private static func payoutPage(
        _ customer: CustomerRecord,
        _ currency: Currency,
        _ form: FormErrors,
        _ request: Request,
        _ context: BillingContext,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "Send credit back",
            section: .customers,
            request,
            context,
            status: status
        ) {
            CreditPayoutFormView(
                customer: customer,
                form: form,
                currency: currency,
                token: context.csrfToken
            )
        }
    }

    private static func askRevoke(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Credit>
    ) async throws -> Response {
        let credit = try await context.services.database.transaction(for: .system) {
            try $0.credit(id).orThrow(Problem.notFound)
        }
        return PortalPage.console(
            title: "Take credit back",
            section: .customers,
            request,
            context
        ) {
            ConfirmationView(
                heading: "Take \(credit.free.label) of credit back?",
                back: ("Customer", ConsoleCustomerRoutes.show.path(credit.customer)),
                consequences: [
                    "What is left of the \(credit.amount.label) cannot be spent any more.",
                    "What is kept for an order that is being paid stays.",
                ],
                path: ConsoleCreditRoutes.revoke.path(id),
                token: context.csrfToken,
                confirm: "Take it back"
            )
        }
    }

    private static func revoke(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Credit>
    ) async throws -> Response {
        let credit = try await context.services.database.transaction(for: .system) {
            try $0.credit(id).orThrow(Problem.notFound)
        }
        return try await ConsoleAction.perform(
            context,
            backTo: ConsoleCustomerRoutes.show.path(credit.customer),
            saying: "The credit is taken back."
        ) {
            _ = try await Credits(context.services).revoke(
                id,
                actor: context.user.actor(request)
            )
        }
    }

    private static func customer(
        _ id: ID<Customer>,
        _ context: BillingContext
    ) async throws -> CustomerRecord {
        try await context.services.database.transaction(for: .system) {
            try $0.customer(id).orThrow(Problem.notFound)
        }
    }

    private static func formPage(
        _ customer: CustomerRecord,
        _ form: FormErrors,
        _ request: Request,
        _ context: BillingContext,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "Give credit",
            section: .customers,
            request,
            context,
            status: status
        ) {
            CreditFormView(
                customer: customer,
                form: form,
                currency: context.services.configuration.currency,
                token: context.csrfToken
            )
        }
    }
}
