import Core
import Markup
import Web

/// What happens to unpaid services, as staff see it and administrators change it.
enum ConsoleDunningPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleDunningRoutes.list, as: StaffContext.self, list)
        router.on(ConsoleDunningRoutes.new, as: AdminContext.self, new)
        router.on(ConsoleDunningRoutes.create, as: AdminContext.self, create)
        router.on(ConsoleDunningRoutes.edit, as: AdminContext.self, edit)
        router.on(ConsoleDunningRoutes.change, as: AdminContext.self, change)
        router.on(ConsoleDunningRoutes.askRemove, as: AdminContext.self, askRemove)
        router.on(ConsoleDunningRoutes.remove, as: AdminContext.self, remove)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let policies = try await DunningPolicies(context.services).list()
        let plans = try await Plans(context.services).list(includingRetired: true)
        return PortalPage.console(
            title: "Unpaid services",
            section: .subscriptions,
            request,
            context
        ) { DunningPolicyListView(policies: policies, plans: plans, rights: context.rights) }
    }

    private static func new(_ request: Request, _ context: AdminContext) async throws -> Response {
        let plans = try await Plans(context.services).list(includingRetired: true)
        return formPage(request, context, nil, plans, DunningPolicyForm.values(of: .usual))
    }

    private static func create(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        let plans = try await Plans(context.services).list(includingRetired: true)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(request, context, nil, plans, errors, status: status)
        } _: { form in
            let details = try DunningPolicyForm.read(&form)
            let policy = try await DunningPolicies(context.services).create(
                details,
                actor: context.user.actor(request)
            )
            return saved(policy, context)
        }
    }

    private static func edit(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<DunningTerms>
    ) async throws -> Response {
        let policy = try await DunningPolicies(context.services).show(id)
        let plans = try await Plans(context.services).list(includingRetired: true)
        return formPage(request, context, policy, plans, DunningPolicyForm.values(of: policy))
    }

    private static func change(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<DunningTerms>
    ) async throws -> Response {
        let policy = try await DunningPolicies(context.services).show(id)
        let plans = try await Plans(context.services).list(includingRetired: true)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(request, context, policy, plans, errors, status: status)
        } _: { form in
            let details = try DunningPolicyForm.read(&form)
            return saved(
                try await DunningPolicies(context.services).change(
                    id,
                    details,
                    actor: context.user.actor(request)
                ),
                context
            )
        }
    }

    private static func saved(_ policy: DunningPolicyRecord, _ context: AdminContext) -> Response {
        PortalPage.redirect(
            to: ConsoleDunningRoutes.list.path(),
            context,
            saying: "\(policy.name) is saved, and holds for what is overdue as well."
        )
    }

    private static func askRemove(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<DunningTerms>
    ) async throws -> Response {
        let policy = try await DunningPolicies(context.services).show(id)
        return PortalPage.console(
            title: "Remove \(policy.name)",
            section: .subscriptions,
            request,
            context
        ) {
            ConfirmationView(
                heading: "Remove \(policy.name)?",
                back: (policy.name, ConsoleDunningRoutes.edit.path(id)),
                consequences: ["Its plans follow the default policy from now on."],
                path: ConsoleDunningRoutes.remove.path(id),
                token: context.csrfToken,
                confirm: "Remove the policy"
            )
        }
    }

    private static func remove(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<DunningTerms>
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsoleDunningRoutes.list.path(),
            saying: "The policy is removed."
        ) {
            try await DunningPolicies(context.services)
                .remove(id, actor: context.user.actor(request))
        }
    }

    private static func formPage(
        _ request: Request,
        _ context: AdminContext,
        _ policy: DunningPolicyRecord?,
        _ plans: [PlanRecord],
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: policy?.name ?? "New policy",
            section: .subscriptions,
            request,
            context,
            status: status
        ) {
            DunningPolicyFormView(
                policy: policy,
                plans: plans,
                form: form,
                token: context.csrfToken
            )
        }
    }
}

/// What stands in the form of a policy.
enum DunningPolicyForm {
    static func values(of policy: DunningPolicy) -> FormErrors { FormErrors(values: days(policy)) }

    static func values(of record: DunningPolicyRecord) -> FormErrors {
        var values = days(record.policy)
        values["name"] = record.name
        if record.isDefault { values["default"] = "yes" }
        return FormErrors(values: values)
    }

    private static func days(_ policy: DunningPolicy) -> [String: String] {
        func text(_ day: Int?) -> String { day.map { String($0) } ?? "" }
        func text(_ days: [Int]) -> String { days.map { String($0) }.joined(separator: ", ") }
        return [
            "retry_days": text(policy.retryDays), "reminder_days": text(policy.reminderDays),
            "suspension_day": text(policy.suspensionDay),
            "notice_day": text(policy.termination?.noticeDay),
            "termination_day": text(policy.termination?.day),
        ]
    }

    /// - Throws: ``Web/FormErrors``, or a ``Web/Problem`` that names the days that make no sense.
    static func read(_ form: inout FormReader) throws -> DunningPolicies.Details {
        let name = form.text("name", length: 1...100)
        let retries = form.parseOptional("retry_days", listHint, readDays) ?? []
        let reminders = form.parseOptional("reminder_days", listHint, readDays) ?? []
        let suspension = form.parseOptional("suspension_day", dayHint, readDay)
        let notice = form.parseOptional("notice_day", dayHint, readDay)
        let end = form.parseOptional("termination_day", dayHint, readDay)
        if (notice == nil) != (end == nil) {
            form.fail("termination_day", "Enter the day of the notice and of the end, or neither.")
        }
        let plans = form.all("plan").compactMap { ID<Plan>($0) }
        let values = try form.values(name)
        return DunningPolicies.Details(
            name: values,
            policy: try .reading(retries, reminders, suspension, notice, end),
            plans: plans,
            isDefault: form.flag("default")
        )
    }

    private static let listHint = "Enter days such as 1, 3, 5."
    private static let dayHint = "Enter a day from 0 to \(DunningPolicy.lastDay)."

    private static func readDay(_ text: String) -> Int? {
        Int(text).flatMap { (0...DunningPolicy.lastDay).contains($0) ? $0 : nil }
    }

    private static func readDays(_ text: String) -> [Int]? {
        let parts = text.split { $0 == "," || $0 == " " }
        let days = parts.compactMap { readDay(String($0)) }
        return days.count == parts.count && days.count <= 12 ? days : nil
    }
}
