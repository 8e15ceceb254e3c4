import Core
import Foundation
import Support
package import Web

/// New prices for what was sold, with notice.
package enum RepricingEndpoints {
    static let list = Endpoint(
        Route(.get, "/api/v1/admin/plans/:id/repricings", ID<Plan>.self),
        tag: "Admin",
        "List the new prices that were announced to those who have bought a plan.",
        output: RepricingList.self
    )
    static let create = Endpoint(
        Route(.post, "/api/v1/admin/plans/:id/repricings", ID<Plan>.self),
        tag: "Admin",
        "Announce a plan's present price to those who have bought it at another.",
        details: "It holds from the first period on that begins after the notice; everybody is "
            + "told by mail.",
        input: NewRepricing.self,
        output: RepricingBody.self,
        status: 201,
        problems: [.noPriceToAnnounce, .priceIsAnnounced],
        isIdempotent: true
    )
    static let withdraw = Endpoint(
        Route(.delete, "/api/v1/admin/repricings/:id", ID<Repricing>.self),
        tag: "Admin",
        "Withdraw a new price before it holds.",
        output: NoBody.self,
        problems: [.priceHolds]
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { _, context, id in
            RepricingList(
                data: try await Repricings(context.services).list(of: id)
                    .map { RepricingBody($0) }
            )
        }
        router.on(create, as: AdminContext.self) { input, request, context, id in
            RepricingBody(
                try await Repricings(context.services).announce(
                    id,
                    input.cycle,
                    try input.currency(context.services),
                    noticeDays: input.noticeDays ?? 30,
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(withdraw, as: AdminContext.self) { request, context, id in
            _ = try await Repricings(context.services)
                .withdraw(id, actor: context.user.actor(request))
        }
    }
}

struct RepricingList: APIModel {
    let data: [RepricingBody]

    static let model = Model(
        "repricing_list",
        "New prices of a plan for those who have bought it.",
        RepricingList.init,
        Field("data", \.data, "Newest first."),
    )
}

struct NewRepricing: APIModel {
    let cycle: BillingCycle
    let currency: String?
    let noticeDays: Int?

    private static let allowed =
        Int64(Repricings.allowedNotice.lowerBound)...Int64(Repricings.allowedNotice.upperBound)

    static let model = Model(
        "new_repricing",
        "Which price to announce, and how long before it holds.",
        NewRepricing.init,
        Field("billing_cycle", \.cycle, "Of those who pay so often."),
        Field("currency", \.currency, "The one that prices are in, when absent.", .length(3...3)),
        Field("notice_days", \.noticeDays, "30 when absent.", .range(allowed)),
    )

    /// - Throws: 422 for a currency that is not known.
    func currency(_ services: Services) throws -> Currency {
        guard let currency else { return services.configuration.currency }
        return try Currency(currency).orThrow(
            Problem.invalid("currency", "unknown_currency", "is no currency we know")
        )
    }
}

struct RepricingBody: APIModel {
    let id: ID<Repricing>
    let plan: ID<Plan>
    let cycle: BillingCycle
    let price: MoneyBody
    let effectiveFrom: Date
    let announcedAt: Date
    let withdrawnAt: Date?
    let subscriptions: Int

    static let model = Model(
        "repricing",
        "A new price for what was sold.",
        RepricingBody.init(
            id:
            plan:
            cycle:
            price:
            effectiveFrom:
            announcedAt:
            withdrawnAt:
            subscriptions:
        ),
        Field("id", \.id, "Starts with rpr_."),
        Field("plan_id", \.plan, "The plan."),
        Field("billing_cycle", \.cycle, "Of those who pay so often."),
        Field("price", \.price, "What one costs from then on."),
        Field("effective_from", \.effectiveFrom, "Periods that begin then or later cost it."),
        Field("announced_at", \.announcedAt, "When it was announced."),
        Field("withdrawn_at", \.withdrawnAt, "When it was withdrawn."),
        Field("subscriptions", \.subscriptions, "How many were told so far."),
    )
}

extension RepricingBody {
    init(_ record: RepricingRecord) {
        self.init(
            id: record.id,
            plan: record.plan,
            cycle: record.cycle,
            price: MoneyBody(record.amount),
            effectiveFrom: record.effectiveFrom,
            announcedAt: record.announcedAt,
            withdrawnAt: record.withdrawnAt,
            subscriptions: record.subscriptions
        )
    }
}
