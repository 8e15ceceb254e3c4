package import Core

/// A plan by its identifier or by the name in its address.
package enum PlanReference: Sendable {
    case id(ID<Plan>)
    case slug(String)
}

/// What a plan costs for a cycle.
package struct PlanPrice: Sendable, Equatable {
    package let cycle: BillingCycle
    package let amount: Money

    package init(cycle: BillingCycle, amount: Money) {
        self.cycle = cycle
        self.amount = amount
    }
}

/// Everything that staff say about a plan.
package struct PlanDetails: Sendable {
    package var slug: String
    package var name: String
    package var description: String
    /// Where it stands among the others; nil for the end.
    package var position: Int?
    package var quotas: Quotas
    package var features: [String]
    /// The package of this plan on the panels, when they have one.
    package var packageID: Int64?
    package var isActive: Bool
    package var prices: [PlanPrice]

    package init(
        slug: String,
        name: String,
        description: String,
        position: Int? = nil,
        quotas: Quotas,
        features: [String],
        packageID: Int64? = nil,
        isActive: Bool = true,
        prices: [PlanPrice]
    ) {
        self.slug = slug
        self.name = name
        self.description = description
        self.position = position
        self.quotas = quotas
        self.features = features
        self.packageID = packageID
        self.isActive = isActive
        self.prices = prices
    }

    /// A plan as it is, to change some of it.
    package init(_ plan: PlanRecord) {
        self.init(
            slug: plan.slug,
            name: plan.name,
            description: plan.description,
            position: plan.position,
            quotas: plan.quotas,
            features: plan.features,
            packageID: plan.packageID,
            isActive: plan.isActive,
            prices: (plan.prices + plan.foreignPrices).map {
                PlanPrice(cycle: $0.cycle, amount: $0.amount)
            }
        )
    }

    /// The slug that a plan's name makes: its letters and digits, joined by hyphens.
    package static func slug(of name: String) -> String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let slug = words.joined(separator: "-").prefix(60)
        return String(slug.last == "-" ? slug.dropLast() : slug)
    }

    func record(_ id: ID<Plan>, position: Int) -> PlanRecord {
        PlanRecord(
            id: id,
            slug: slug,
            name: name,
            description: description,
            position: position,
            quotas: quotas,
            features: features,
            packageID: packageID,
            isActive: isActive,
            prices: []
        )
    }
}

/// What is to be changed of a plan; nil stays what it is.
package struct PlanChange: Sendable {
    package var slug: String?
    package var name: String?
    package var description: String?
    package var position: Int?
    package var quotas: Quotas?
    package var features: [String]?
    package var packageID: Change<Int64> = .unchanged
    package var isActive: Bool?
    /// All prices of the plan from now on; a cycle that is not among them is no longer sold.
    package var prices: [PlanPrice]?

    package init() {}

    /// A change that says everything anew, as a form does.
    package init(_ details: PlanDetails) {
        slug = details.slug
        name = details.name
        description = details.description
        position = details.position
        quotas = details.quotas
        features = details.features
        packageID = .to(details.packageID)
        isActive = details.isActive
        prices = details.prices
    }

    func applied(to plan: PlanRecord) -> PlanDetails {
        var details = PlanDetails(plan)
        details.slug = slug ?? details.slug
        details.name = name ?? details.name
        details.description = description ?? details.description
        details.position = position ?? details.position
        details.quotas = quotas ?? details.quotas
        details.features = features ?? details.features
        details.packageID = packageID.applied(to: details.packageID)
        details.isActive = isActive ?? details.isActive
        details.prices = prices ?? details.prices
        return details
    }
}
