import Core
import Support
package import Web

/// What names cost us where the registrar does not tell, for administrators.
package enum DomainCostEndpoints {
    static let list = Endpoint(
        Route(.get, "/api/v1/admin/domain-costs"),
        tag: "Admin",
        "List what names cost us where the registrar does not tell.",
        output: DomainCostListBody.self
    )
    static let set = Endpoint(
        Route(.put, "/api/v1/admin/domain-costs"),
        tag: "Admin",
        "Set what a year of names with an ending costs us.",
        details: "It counts for names whose cost is not booked yet.",
        input: DomainCostBody.self,
        output: DomainCostBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { _, context in
            DomainCostListBody(
                costs: try await DomainCosts(context.services).list().map { DomainCostBody($0) }
            )
        }
        router.on(set, as: AdminContext.self) { input, request, context in
            try await DomainCosts(context.services)
                .set(try input.cost(), actor: context.user.actor(request))
            return input
        }
    }
}

/// What is bought of a registrar.
enum BoughtAction: String, CaseIterable, APIEnum {
    case register, transfer
}

struct DomainCostListBody: APIModel {
    let costs: [DomainCostBody]

    static let model = Model(
        "domain_costs",
        "What names cost us where the registrar does not tell.",
        DomainCostListBody.init,
        Field("costs", \.costs, "By ending and action."),
    )
}

struct DomainCostBody: APIModel {
    let ending: String
    let action: BoughtAction
    let amount: MoneyBody

    static let model = Model(
        "domain_cost",
        "What a year of names with an ending costs us.",
        DomainCostBody.init(ending:action:amount:),
        Field(
            "ending",
            \.ending,
            "What stands after the first dot.",
            .pattern(#"[a-z0-9-]+(\.[a-z0-9-]+)?"#, "an ending such as com or co.uk"),
            .length(2...100)
        ),
        Field("action", \.action, "What is bought."),
        Field("amount", \.amount, "For a year."),
    )

    /// - Throws: a problem of an amount that makes no sense.
    func cost() throws -> SetDomainCost {
        guard let currency = Currency(amount.currency) else {
            throw Problem.invalid("amount.currency", "unknown_currency", "This is no currency.")
        }
        guard (0...100_000_000).contains(amount.amount) else {
            throw Problem.invalid("amount.amount", "out_of_range", "Enter what a year costs.")
        }
        return SetDomainCost(
            ending: ending,
            action: action == .register ? .register : .transfer,
            yearly: Money(minorUnits: amount.amount, currency)
        )
    }
}

extension DomainCostBody {
    init(_ cost: SetDomainCost) {
        self.init(
            ending: cost.ending,
            action: cost.action == .transfer ? .transfer : .register,
            amount: MoneyBody(cost.yearly)
        )
    }
}
