import Core
import Markup
import Support
import Web

/// Where staff write credit off that disputes hold, or release it.
enum ConsoleHeldCreditPages {
    static func add(to router: inout Router<Services>) {
        add(.writeOff, at: ConsoleCreditRoutes.askWriteOff, ConsoleCreditRoutes.writeOff, &router)
        add(.release, at: ConsoleCreditRoutes.askRelease, ConsoleCreditRoutes.release, &router)
    }

    private static func add(
        _ decision: Decision,
        at question: Route<ID<Credit>>,
        _ answer: Route<ID<Credit>>,
        _ router: inout Router<Services>
    ) {
        router.on(question, as: BillingContext.self) { request, context, id in
            let credit = try await credit(id, context)
            guard credit.frozen.isPositive else {
                return PortalPage.redirect(
                    to: ConsoleCustomerRoutes.show.path(credit.customer),
                    context,
                    .notice,
                    saying: "No dispute holds any of that credit now."
                )
            }
            return page(decision, credit, answer, .none, request, context)
        }
        router.on(answer, as: BillingContext.self) { request, context, id in
            let credit = try await credit(id, context)
            return try await FormRetry.response(FormReader(try request.form())) { errors, status in
                page(decision, credit, answer, errors, request, context, status: status)
            } _: { form in
                let typed = form.text("reason", length: 1...500)
                let reason = try form.values(typed)
                let (credits, actor) = (
                    Credits(context.services), context.user.actor(request)
                )
                switch decision {
                case .writeOff: _ = try await credits.writeOff(id, because: reason, actor: actor)
                case .release: _ = try await credits.release(id, because: reason, actor: actor)
                }
                return PortalPage.redirect(
                    to: ConsoleCustomerRoutes.show.path(credit.customer),
                    context,
                    saying: decision.done
                )
            }
        }
    }

    private enum Decision {
        case writeOff, release

        var title: String {
            switch self {
            case .writeOff: "Write credit off"
            case .release: "Release credit"
            }
        }

        func question(of credit: CreditRecord) -> String {
            switch self {
            case .writeOff: "Write \(credit.frozen.label) of credit off?"
            case .release: "Release \(credit.frozen.label) of credit?"
            }
        }

        var consequences: [String] {
            switch self {
            case .writeOff:
                [
                    "This is possible once the dispute of the payment that it comes from is lost.",
                    "The customer, who has the money back from the bank, cannot use it any more.",
                ]
            case .release:
                [
                    "The customer can use it at once, whatever the bank decides.",
                    "What disputes hold of other credit stays held.",
                ]
            }
        }

        var confirm: String {
            switch self {
            case .writeOff: "Write it off"
            case .release: "Release it"
            }
        }

        var done: String {
            switch self {
            case .writeOff: "The credit is written off."
            case .release: "The credit is released."
            }
        }
    }

    private static func page(
        _ decision: Decision,
        _ credit: CreditRecord,
        _ answer: Route<ID<Credit>>,
        _ form: FormErrors,
        _ request: Request,
        _ context: BillingContext,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: decision.title,
            section: .customers,
            request,
            context,
            status: status
        ) {
            ConfirmationView(
                heading: decision.question(of: credit),
                back: ("Customer", ConsoleCustomerRoutes.show.path(credit.customer)),
                consequences: decision.consequences,
                path: answer.path(credit.id),
                token: context.csrfToken,
                confirm: decision.confirm,
                fields: reasonField(form)
            )
        }
    }

    @HTMLBuilder private static func reasonField(_ form: FormErrors) -> HTML {
        if let notice = Notice.formErrors(form) { notice }
        FormField("Reason", "reason", form, .maxlength(500))
    }

    private static func credit(
        _ id: ID<Credit>,
        _ context: BillingContext
    ) async throws -> CreditRecord {
        try await context.services.database.transaction(for: .system) {
            try $0.credit(id).orThrow(Problem.notFound)
        }
    }
}
