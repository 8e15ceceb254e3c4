import Core
import Web
import Wire

/// A plan as the API shows it.
struct PlanBody: APIModel {
    let id: ID<Plan>
    let slug: String
    let name: String
    let description: String
    let prices: [PlanPriceBody]
    let quotas: QuotasBody
    let features: [String]
    let position: Int
    let packageID: Int64?
    let isActive: Bool

    static let model = Model(
        "plan",
        "Something that is sold by the month or the year.",
        PlanBody.init,
        Field("id", \.id, "Starts with pln_."),
        Field("slug", \.slug, "Its name in addresses, such as professional."),
        Field("name", \.name, "Its name for people."),
        Field("description", \.description, "Whom it is for."),
        Field("prices", \.prices, "What it costs now."),
        Field("quotas", \.quotas, "What it allows."),
        Field("features", \.features, "What is said of it, in order."),
        Field("position", \.position, "Where it stands among the others."),
        Field("package_id", \.packageID, "Its package on the panels."),
        Field("active", \.isActive, "Whether it is for sale."),
    )
}

extension PlanBody {
    init(_ plan: PlanRecord) {
        self.init(
            id: plan.id,
            slug: plan.slug,
            name: plan.name,
            description: plan.description,
            prices: (plan.prices + plan.foreignPrices).map {
                PlanPriceBody(cycle: $0.cycle, price: MoneyBody($0.amount))
            },
            quotas: QuotasBody(plan.quotas),
            features: plan.features,
            position: plan.position,
            packageID: plan.packageID,
            isActive: plan.isActive
        )
    }
}

struct PlanPriceBody: APIModel {
    let cycle: BillingCycle
    let price: MoneyBody

    static let model = Model(
        "plan_price",
        "What a plan costs for a cycle.",
        PlanPriceBody.init,
        Field("billing_cycle", \.cycle, "How often it is paid."),
        Field("price", \.price, "For one cycle."),
    )

    /// The price in a currency that is known.
    ///
    /// - Throws: a ``FieldError`` for one that is not.
    func planPrice() throws -> PlanPrice {
        guard let currency = Currency(price.currency) else {
            throw FieldError("price.currency", "unknown_currency", "is no currency we know")
        }
        return PlanPrice(
            cycle: cycle,
            amount: Money(minorUnits: price.amount, currency)
        )
    }
}

/// How many of something are allowed; null is without limit, and one of both has to be said.
struct QuotaLimit: APIValue {
    let most: Int64?

    static var schema: Schema { Int64?.schema }

    static func decode(_ json: JSON, _ decoding: inout Decoding) -> QuotaLimit? {
        Int64?.decode(json, &decoding).map { QuotaLimit(most: $0) }
    }

    var json: JSON { most.json }
}

struct QuotasBody: APIModel {
    let accounts: QuotaLimit
    let domains: QuotaLimit
    let databases: QuotaLimit
    let emails: QuotaLimit

    private static let allowed = 0...Int64(1_000_000_000)

    static let model = Model(
        "quotas",
        "How many of each are allowed; null is without limit.",
        QuotasBody.init(accounts:domains:databases:emails:),
        Field("accounts", \.accounts, "Hosting accounts.", .range(allowed)),
        Field("domains", \.domains, "Domains.", .range(allowed)),
        Field("databases", \.databases, "Databases.", .range(allowed)),
        Field("emails", \.emails, "Mailboxes.", .range(allowed)),
    )

    var quotas: Quotas {
        Quotas(
            accounts: accounts.most,
            domains: domains.most,
            databases: databases.most,
            emails: emails.most
        )
    }
}

extension QuotasBody {
    init(_ quotas: Quotas) {
        self.init(
            accounts: QuotaLimit(most: quotas.accounts),
            domains: QuotaLimit(most: quotas.domains),
            databases: QuotaLimit(most: quotas.databases),
            emails: QuotaLimit(most: quotas.emails)
        )
    }
}

/// What the fields of a plan may be.
private enum PlanRules {
    static let slug = Constraint.pattern(
        "[a-z0-9]+(-[a-z0-9]+)*",
        "lower-case letters and digits, joined by single hyphens"
    )
    static let slugLength = Constraint.length(1...60)
    static let name = Constraint.length(1...100)
    static let description = Constraint.length(0...1_000)
    static let position = Constraint.range(0...10_000)
    static let features = Constraint.count(0...50)
    static let prices = Constraint.count(1...40)
    static let packageID = Constraint.range(1...2_147_483_647)

    /// - Throws: a ``FieldError`` that names the first feature that is empty or too long.
    static func check(_ features: [String]) throws {
        for (index, feature) in features.enumerated()
        where !(1...200).contains(feature.unicodeScalars.count) {
            let message = "must have 1 to 200 characters"
            throw FieldError(
                "features.\(index)",
                feature.isEmpty ? "too_short" : "too_long",
                message
            )
        }
    }
}

/// A plan to put up for sale.
struct NewPlan: APIModel {
    let slug: String?
    let name: String
    let description: String?
    let prices: [PlanPriceBody]
    let quotas: QuotasBody
    let features: [String]?
    let position: Int?
    let packageID: Int64?
    let isActive: Bool?

    static let model = Model(
        "new_plan",
        "A plan to put up for sale.",
        NewPlan.init,
        Field(
            "slug",
            \.slug,
            "Made from the name when absent.",
            PlanRules.slugLength,
            PlanRules.slug
        ),
        Field("name", \.name, "Its name for people.", PlanRules.name, .singleLine),
        Field("description", \.description, "Whom it is for.", PlanRules.description),
        Field(
            "prices",
            \.prices,
            "One for each cycle and currency it is sold in.",
            PlanRules.prices
        ),
        Field("quotas", \.quotas, "What it allows."),
        Field("features", \.features, "What is said of it, in order.", PlanRules.features),
        Field("position", \.position, "The end when absent.", PlanRules.position),
        Field("package_id", \.packageID, "Its package on the panels.", PlanRules.packageID),
        Field("active", \.isActive, "Whether it is for sale; true when absent."),
    )

    func details() throws -> PlanDetails {
        try PlanRules.check(features ?? [])
        let slug = slug ?? PlanDetails.slug(of: name)
        guard !slug.isEmpty else {
            throw FieldError("slug", "required", "The name has no letters to make a slug from.")
        }
        return PlanDetails(
            slug: slug,
            name: name,
            description: description ?? "",
            position: position,
            quotas: quotas.quotas,
            features: features ?? [],
            packageID: packageID,
            isActive: isActive ?? true,
            prices: try prices.planPrices()
        )
    }
}

/// What is to be changed of a plan.
struct PlanChangeBody: APIModel {
    let slug: String?
    let name: String?
    let description: String?
    let prices: [PlanPriceBody]?
    let quotas: QuotasBody?
    let features: [String]?
    let position: Int?
    let packageID: Change<Int64>
    let isActive: Bool?

    static let model = Model(
        "plan_change",
        "What is to be changed of a plan; what is absent stays. Sold prices and quotas stay too.",
        PlanChangeBody.init,
        Field("slug", \.slug, "Its name in addresses.", PlanRules.slugLength, PlanRules.slug),
        Field("name", \.name, "Its name for people.", PlanRules.name, .singleLine),
        Field("description", \.description, "Whom it is for.", PlanRules.description),
        Field("prices", \.prices, "All prices from now on; others are retired.", PlanRules.prices),
        Field("quotas", \.quotas, "What it allows from now on."),
        Field("features", \.features, "What is said of it, in order.", PlanRules.features),
        Field("position", \.position, "Where it stands among the others.", PlanRules.position),
        Field("package_id", \.packageID, "Null takes it away.", PlanRules.packageID),
        Field("active", \.isActive, "Whether it is for sale."),
    )

    func change() throws -> PlanChange {
        try PlanRules.check(features ?? [])
        var change = PlanChange()
        change.slug = slug
        change.name = name
        change.description = description
        change.position = position
        change.quotas = quotas?.quotas
        change.features = features
        change.packageID = packageID
        change.isActive = isActive
        change.prices = try prices?.planPrices()
        return change
    }
}

extension [PlanPriceBody] {
    /// - Throws: a ``Problem`` that names every price whose currency is not known.
    fileprivate func planPrices() throws -> [PlanPrice] {
        var errors: [FieldError] = []
        var prices: [PlanPrice] = []
        for (index, body) in enumerated() {
            do {
                prices.append(try body.planPrice())
            } catch let error as FieldError {
                errors.append(
                    FieldError("prices.\(index).\(error.field)", error.code, error.message)
                )
            }
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        return prices
    }
}
