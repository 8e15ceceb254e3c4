import Core
import Support
package import Web

/// Policies about unpaid bills, and who is exempt from them.
package enum DunningPolicyEndpoints {
    static let list = Endpoint(
        Route(.get, "/api/v1/admin/dunning-policies"),
        tag: "Admin",
        "List what happens to unpaid services, the default first.",
        output: DunningPolicyList.self
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/admin/dunning-policies/:id", ID<DunningTerms>.self),
        tag: "Admin",
        "Show a policy about unpaid bills.",
        output: DunningPolicyBody.self
    )
    static let create = Endpoint(
        Route(.post, "/api/v1/admin/dunning-policies"),
        tag: "Admin",
        "Make a policy about unpaid bills.",
        input: DunningPolicyInput.self,
        output: DunningPolicyBody.self,
        status: 201,
        problems: [.policyNameIsTaken],
        isIdempotent: true
    )
    static let change = Endpoint(
        Route(.put, "/api/v1/admin/dunning-policies/:id", ID<DunningTerms>.self),
        tag: "Admin",
        "Change a policy about unpaid bills.",
        details: "It holds at once for what is overdue already.",
        input: DunningPolicyInput.self,
        output: DunningPolicyBody.self,
        problems: [.policyNameIsTaken, .policyIsDefault]
    )
    static let remove = Endpoint(
        Route(.delete, "/api/v1/admin/dunning-policies/:id", ID<DunningTerms>.self),
        tag: "Admin",
        "Remove a policy; its plans have the default one then.",
        output: NoBody.self,
        problems: [.policyIsDefault]
    )
    static let exemption = Endpoint(
        Route(.get, "/api/v1/admin/customers/:id/dunning-exemption", ID<Customer>.self),
        tag: "Admin",
        "Whether nothing but reminders happens to a customer's unpaid bills.",
        output: DunningExemptionBody.self
    )
    static let setExemption = Endpoint(
        Route(.put, "/api/v1/admin/customers/:id/dunning-exemption", ID<Customer>.self),
        tag: "Admin",
        "Exempt a customer from everything but reminders, or not any more.",
        details: "What is suspended already stays so until it is paid.",
        input: DunningExemptionBody.self,
        output: DunningExemptionBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { _, context in
            DunningPolicyList(
                data: try await DunningPolicies(context.services).list()
                    .map { DunningPolicyBody($0) }
            )
        }
        router.on(show, as: StaffContext.self) { _, context, id in
            DunningPolicyBody(try await DunningPolicies(context.services).show(id))
        }
        router.on(create, as: AdminContext.self) { input, request, context in
            DunningPolicyBody(
                try await DunningPolicies(context.services).create(
                    try input.details(),
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(change, as: AdminContext.self) { input, request, context, id in
            DunningPolicyBody(
                try await DunningPolicies(context.services).change(
                    id,
                    try input.details(),
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(remove, as: AdminContext.self) { request, context, id in
            try await DunningPolicies(context.services)
                .remove(id, actor: context.user.actor(request))
        }
        router.on(exemption, as: StaffContext.self) { _, context, id in
            DunningExemptionBody(
                isExempt: try await DunningPolicies(context.services).isExempt(id)
            )
        }
        router.on(setExemption, as: BillingContext.self) { input, request, context, id in
            try await DunningPolicies(context.services).setExemption(
                of: id,
                to: input.isExempt,
                actor: context.user.actor(request)
            )
            return input
        }
    }
}

struct DunningPolicyList: APIModel {
    let data: [DunningPolicyBody]

    static let model = Model(
        "dunning_policy_list",
        "All policies about unpaid bills.",
        DunningPolicyList.init,
        Field("data", \.data, "The default first."),
    )
}

struct DunningExemptionBody: APIModel {
    let isExempt: Bool

    static let model = Model(
        "dunning_exemption",
        "Whether a customer is exempt.",
        DunningExemptionBody.init,
        Field("exempt", \.isExempt, "True: unpaid bills are reminded of, and nothing else."),
    )
}

/// A policy as the API shows it.
struct DunningPolicyBody: APIModel {
    let id: ID<DunningTerms>
    let name: String
    let retryDays: [Int]
    let reminderDays: [Int]
    let suspensionDay: Int?
    let noticeDay: Int?
    let terminationDay: Int?
    let isDefault: Bool
    let plans: [ID<Plan>]

    static let model = Model(
        "dunning_policy",
        "What happens while a bill is not paid; days count from the day it was due.",
        DunningPolicyBody.init(
            id:
            name:
            retryDays:
            reminderDays:
            suspensionDay:
            noticeDay:
            terminationDay:
            isDefault:
            plans:
        ),
        Field("id", \.id, "Starts with dun_."),
        Field("name", \.name, "For people."),
        Field("retry_days", \.retryDays, "When the card is charged again."),
        Field("reminder_days", \.reminderDays, "When the customer is reminded."),
        Field("suspension_day", \.suspensionDay, "When the service is suspended; null for never."),
        Field("notice_day", \.noticeDay, "When notice of the end is given."),
        Field("termination_day", \.terminationDay, "When the service ends; null for never."),
        Field("is_default", \.isDefault, "Whether plans without a policy have this one."),
        Field("plan_ids", \.plans, "The plans that have it."),
    )
}

extension DunningPolicyBody {
    init(_ record: DunningPolicyRecord) {
        self.init(
            id: record.id,
            name: record.name,
            retryDays: record.policy.retryDays,
            reminderDays: record.policy.reminderDays,
            suspensionDay: record.policy.suspensionDay,
            noticeDay: record.policy.termination?.noticeDay,
            terminationDay: record.policy.termination?.day,
            isDefault: record.isDefault,
            plans: record.plans
        )
    }
}

/// A policy that staff write.
struct DunningPolicyInput: APIModel {
    let name: String
    let retryDays: [Int]
    let reminderDays: [Int]
    let suspensionDay: Int?
    let noticeDay: Int?
    let terminationDay: Int?
    let isDefault: Bool?
    let plans: [ID<Plan>]?

    private static let days = 0...Int64(DunningPolicy.lastDay)

    static let model = Model(
        "dunning_policy_input",
        "A policy about unpaid bills.",
        DunningPolicyInput.init(
            name:
            retryDays:
            reminderDays:
            suspensionDay:
            noticeDay:
            terminationDay:
            isDefault:
            plans:
        ),
        Field("name", \.name, "For people.", .length(1...100), .singleLine),
        Field(
            "retry_days",
            \.retryDays,
            "When the card is charged again, upwards.",
            .count(0...DunningPolicy.mostRetries)
        ),
        Field("reminder_days", \.reminderDays, "When to remind, upwards.", .count(0...12)),
        Field("suspension_day", \.suspensionDay, "Absent for never.", .range(days)),
        Field("notice_day", \.noticeDay, "Together with termination_day.", .range(days)),
        Field("termination_day", \.terminationDay, "Absent for never.", .range(days)),
        Field("is_default", \.isDefault, "True makes it the default."),
        Field("plan_ids", \.plans, "All plans that have it; absent leaves them.", .count(0...500)),
    )

    /// - Throws: a ``Web/Problem`` that names the days that make no sense.
    func details() throws -> DunningPolicies.Details {
        guard (noticeDay == nil) == (terminationDay == nil) else {
            let message = "Give notice_day and termination_day together."
            throw Problem.invalid([FieldError("termination_day", "incomplete", message)])
        }
        return DunningPolicies.Details(
            name: name,
            policy: try .reading(retryDays, reminderDays, suspensionDay, noticeDay, terminationDay),
            plans: plans,
            isDefault: isDefault ?? false
        )
    }
}

extension DunningPolicy {
    /// A policy of days as somebody gave them; both or none of the last two.
    ///
    /// - Throws: a ``Web/Problem`` that names what makes no sense.
    static func reading(
        _ retries: [Int],
        _ reminders: [Int],
        _ suspension: Int?,
        _ notice: Int?,
        _ end: Int?
    ) throws -> DunningPolicy {
        do {
            return try DunningPolicy(
                retryDays: retries,
                reminderDays: reminders,
                suspensionDay: suspension,
                termination: notice.flatMap { notice in
                    end.map { Termination(noticeDay: notice, day: $0) }
                }
            )
        } catch {
            throw Web.Problem(error)
        }
    }
}
