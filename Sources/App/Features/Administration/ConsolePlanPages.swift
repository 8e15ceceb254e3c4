import Core
import Markup
import Web

/// What is for sale, as staff see it and administrators change it.
enum ConsolePlanPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsolePlanRoutes.list, as: StaffContext.self, list)
        router.on(ConsolePlanRoutes.export, as: StaffContext.self, export)
        router.on(ConsolePlanRoutes.new, as: AdminContext.self, new)
        router.on(ConsolePlanRoutes.create, as: AdminContext.self, create)
        router.on(ConsolePlanRoutes.edit, as: AdminContext.self, edit)
        router.on(ConsolePlanRoutes.change, as: AdminContext.self, change)
        router.on(ConsolePlanRoutes.askRetire, as: AdminContext.self, askRetire)
        router.on(ConsolePlanRoutes.retire, as: AdminContext.self, retire)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await PlanFilter(request, context.services).page(
            request,
            context,
            file: ConsolePlanRoutes.export.path()
        )
        return PortalPage.console(title: "Plans", section: .plans, request, context) {
            PlanListView(page: page, rights: context.rights)
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        PlanFilter(request, context.services).export(context)
    }

    private static func new(_ request: Request, _ context: AdminContext) async throws -> Response {
        formPage(request, context, nil, FormErrors(values: ["active": "yes"]))
    }

    private static func create(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(request, context, nil, errors, status: status)
        } _: { form in
            let details = try PlanForm.read(&form, context.services.configuration.currencies)
            let plan = try await refusingBySlug(&form) {
                try await Plans(context.services).create(
                    details,
                    actor: context.user.actor(request)
                )
            }
            return PortalPage.redirect(
                to: ConsolePlanRoutes.list.path(),
                context,
                saying: "\(plan.name) is for sale."
            )
        }
    }

    private static func edit(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Plan>
    ) async throws -> Response {
        let file = try await PlanFile.read(id, context.services)
        return formPage(request, context, file, PlanForm.values(of: file.plan))
    }

    private static func change(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Plan>
    ) async throws -> Response {
        let file = try await PlanFile.read(id, context.services)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(request, context, file, errors, status: status)
        } _: { form in
            let details = try PlanForm.read(&form, context.services.configuration.currencies)
            let plan = try await refusingBySlug(&form) {
                try await Plans(context.services).change(
                    id,
                    PlanChange(details),
                    actor: context.user.actor(request)
                )
            }
            return PortalPage.redirect(
                to: ConsolePlanRoutes.list.path(),
                context,
                saying: "\(plan.name) is saved. What was sold before keeps its price."
            )
        }
    }

    private static func askRetire(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Plan>
    ) async throws -> Response {
        let plan = try await Plans(context.services).show(id)
        return PortalPage.console(
            title: "Retire \(plan.name)",
            section: .plans,
            request,
            context
        ) {
            ConfirmationView(
                heading: "Take \(plan.name) off sale?",
                back: (plan.name, ConsolePlanRoutes.edit.path(id)),
                consequences: [
                    "Nobody can order the plan from now on, and it leaves the page of plans.",
                    "Whoever has bought it keeps it at the price it was sold for. You can put it "
                        + "back on sale at any time.",
                ],
                path: ConsolePlanRoutes.retire.path(id),
                token: context.csrfToken,
                confirm: "Take it off sale"
            )
        }
    }

    private static func retire(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Plan>
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsolePlanRoutes.list.path(),
            saying: "The plan is off sale."
        ) { try await Plans(context.services).retire(id, actor: context.user.actor(request)) }
    }

    /// A name in the address that another plan has is told beside its field.
    private static func refusingBySlug(
        _ form: inout FormReader,
        _ work: () async throws -> PlanRecord
    ) async throws -> PlanRecord {
        do {
            return try await work()
        } catch let problem as Problem where problem == .slugIsTaken {
            form.fail("slug", "Another plan has this already.")
            throw form.errors
        }
    }

    private static func formPage(
        _ request: Request,
        _ context: AdminContext,
        _ file: PlanFile?,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: file?.plan.name ?? "New plan",
            section: .plans,
            request,
            context,
            status: status
        ) {
            PlanFormView(
                file: file,
                form: form,
                currencies: context.services.configuration.currencies,
                token: context.csrfToken
            )
        }
    }
}

/// A plan with what was done to it.
struct PlanFile: Sendable {
    let plan: PlanRecord
    let history: [StoredAuditEntry]

    static func read(_ id: ID<Plan>, _ services: Services) async throws -> PlanFile {
        let plan = try await Plans(services).show(id)
        let history = try await services.database.transaction(for: .system) {
            try $0.newestAuditEntries(ofType: Plan.idPrefix, id: id.text, most: 20)
        }
        return PlanFile(plan: plan, history: history)
    }
}
