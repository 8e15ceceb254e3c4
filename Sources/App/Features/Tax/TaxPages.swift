import Core
import Markup
import Support
import Web

/// Tax rules and the seller's taxes, as administrators set them; customers' exemptions.
enum TaxPages {
    static func add(to router: inout Router<Services>) {
        router.on(TaxRoutes.show, as: AdminContext.self) { request, context in
            try await page(request, context, nil)
        }
        router.on(TaxRoutes.savePolicy, as: AdminContext.self, savePolicy)
        router.on(TaxRoutes.exportRules, as: AdminContext.self) { request, context in
            TaxRuleFilter(sorting: Sorting(request), now: context.services.clock.now)
                .export(context)
        }
        router.on(TaxRoutes.newRule, as: AdminContext.self) { request, context in
            rulePage(request, context, FormErrors(values: [:]))
        }
        router.on(TaxRoutes.createRule, as: AdminContext.self, createRule)
        router.on(TaxRoutes.askEndRule, as: AdminContext.self, askEndRule)
        router.on(TaxRoutes.endRule, as: AdminContext.self, endRule)
        router.on(TaxRoutes.newExemption, as: BillingContext.self) { request, context, id in
            let file = try await CustomerTaxFile.read(id, context.services)
            return exemptionPage(request, context, file.customer, FormErrors(values: [:]))
        }
        router.on(TaxRoutes.grantExemption, as: BillingContext.self, grant)
        router.on(TaxRoutes.endExemption, as: BillingContext.self, endExemption)
        router.on(TaxRoutes.askRegister, as: BillingContext.self, askRegister)
    }

    // MARK: Settings and rules

    private static func page(
        _ request: Request,
        _ context: AdminContext,
        _ errors: FormErrors?,
        status: Int = 200
    ) async throws -> Response {
        let values = try await Settings(context.services).show()
        let now = context.services.clock.now
        let rules = try await TaxRuleFilter(sorting: Sorting(request), now: now)
            .page(request, context, file: TaxRoutes.exportRules.path())
        return PortalPage.console(
            title: "Taxes",
            section: .settings,
            request,
            context,
            status: status
        ) {
            TaxView(
                country: values.company.country,
                policy: values.tax,
                form: errors ?? TaxPolicyForm.values(of: values.tax),
                rules: rules,
                token: context.csrfToken
            )
        }
    }

    private static func savePolicy(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        var form = FormReader(try request.form())
        do {
            let policy = try TaxPolicyForm.read(&form)
            _ = try await Settings(context.services).change(
                tax: policy,
                actor: context.user.actor(request)
            )
        } catch let errors as FormErrors {
            return try await page(request, context, errors, status: 422)
        }
        return PortalPage.redirect(
            to: TaxRoutes.show.path(),
            context,
            saying: "The tax settings are saved. Invoices that are issued already stay as they are."
        )
    }

    private static func createRule(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            rulePage(request, context, errors, status: status)
        } _: { form in
            let rule = try TaxRuleForm.read(&form)
            let record = try await TaxRuleBook(context.services).create(
                rule,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: TaxRoutes.show.path(),
                context,
                saying: "\(record.rule.label) is set."
            )
        }
    }

    private static func rulePage(
        _ request: Request,
        _ context: AdminContext,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "New tax rule",
            section: .settings,
            request,
            context,
            status: status
        ) { TaxRuleFormView(form: form, token: context.csrfToken) }
    }

    private static func askEndRule(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<StoredTaxRule>
    ) async throws -> Response {
        let record = try await TaxRuleBook(context.services).show(id)
        return PortalPage.console(
            title: "End a tax rule",
            section: .settings,
            request,
            context
        ) {
            ConfirmationView(
                heading: "End \(record.rule.label)?",
                back: ("Taxes", TaxRoutes.show.path()),
                consequences: [
                    "What is sold from that day on does not bear this tax. Invoices that are "
                        + "issued already stay as they are, and what is given back of them is given back "
                        + "with the tax that was charged.",
                    "Leave the day empty to end it now. A rule that has not begun is taken away.",
                ],
                path: TaxRoutes.endRule.path(id),
                token: context.csrfToken,
                confirm: "End the rule",
                fields: FormField(
                    "From this day on",
                    "at",
                    FormErrors(values: [:]),
                    .input(type: "date"),
                    isOptional: true
                ).body
            )
        }
    }

    private static func endRule(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<StoredTaxRule>
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let day = form.day("at")
        try form.check()
        return try await ConsoleAction.perform(
            context,
            backTo: TaxRoutes.show.path(),
            saying: "The end of the rule is set."
        ) {
            try await TaxRuleBook(context.services).end(
                id,
                at: day,
                actor: context.user.actor(request)
            )
        }
    }

    // MARK: Customers

    private static func grant(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Customer>
    ) async throws -> Response {
        let file = try await CustomerTaxFile.read(id, context.services)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            exemptionPage(request, context, file.customer, errors, status: status)
        } _: { form in
            let exemption = try ExemptionForm.read(&form)
            _ = try await TaxExemptions(context.services).grant(
                exemption,
                to: id,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleCustomerRoutes.show.path(id),
                context,
                saying: "\(file.customer.name) is exempt from \(exemption.componentText)."
            )
        }
    }

    private static func exemptionPage(
        _ request: Request,
        _ context: BillingContext,
        _ customer: CustomerRecord,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "Exempt a customer",
            section: .customers,
            request,
            context,
            status: status
        ) { ExemptionFormView(customer: customer, form: form, token: context.csrfToken) }
    }

    private static func endExemption(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<GrantedExemption>
    ) async throws -> Response {
        let record = try await context.services.database.transaction(for: .system) {
            try $0.lockTaxExemption(id).orThrow(Problem.notFound)
        }
        return try await ConsoleAction.perform(
            context,
            backTo: ConsoleCustomerRoutes.show.path(record.customer),
            saying: "The exemption has ended."
        ) {
            _ = try await TaxExemptions(context.services).end(
                id,
                actor: context.user.actor(request)
            )
        }
    }

    private static func askRegister(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Customer>
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsoleCustomerRoutes.show.path(id),
            saying: "The register is being asked."
        ) {
            try await VATNumbers(context.services).ask(
                about: id,
                actor: context.user.actor(request)
            )
        }
    }
}
