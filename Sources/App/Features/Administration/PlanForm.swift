import Core
import Web

/// What stands in the form of a plan.
enum PlanForm {
    /// The fields of the quotas with what they count.
    static let quotas = [
        ("max_accounts", "Hosting accounts"), ("max_domains", "Domains"),
        ("max_databases", "Databases"), ("max_emails", "Mailboxes"),
    ]

    static func values(of plan: PlanRecord) -> FormErrors {
        var values = [
            "name": plan.name, "slug": plan.slug, "description": plan.description,
            "position": String(plan.position), "features": plan.features.joined(separator: "\n"),
            "package_id": plan.packageID.map { String($0) } ?? "",
            "max_accounts": limit(plan.quotas.accounts), "max_domains": limit(plan.quotas.domains),
            "max_databases": limit(plan.quotas.databases), "max_emails": limit(plan.quotas.emails),
        ]
        if plan.isActive { values["active"] = "yes" }
        for price in plan.prices { values[field(of: price.cycle)] = price.amount.decimalText }
        for price in plan.foreignPrices {
            values[field(of: price.cycle, price.amount.currency)] = price.amount.decimalText
        }
        return FormErrors(values: values)
    }

    /// Where the price for a cycle is typed.
    static func field(of cycle: BillingCycle) -> String { "price_\(cycle.rawValue)" }

    /// Where the price for a cycle in another than the usual currency is typed.
    static func field(of cycle: BillingCycle, _ currency: Currency) -> String {
        "\(field(of: cycle))_\(currency.code)"
    }

    /// The first currency is the usual one, which every plan has a price in.
    ///
    /// - Throws: ``Web/FormErrors``.
    static func read(_ form: inout FormReader, _ currencies: [Currency]) throws -> PlanDetails {
        let name = form.text("name", length: 1...100)
        let slug = form.parse("slug", "Use small letters, digits and single hyphens.", readSlug)
        let description = form.lines("description", length: 0...1_000)
        let position = form.parseOptional("position", "Enter a whole number up to 1000.") {
            Int($0).flatMap { (0...1_000).contains($0) ? $0 : nil }
        }
        let quotas = readQuotas(&form)
        var prices: [PlanPrice] = []
        for (index, currency) in currencies.enumerated() {
            prices += readPrices(&form, currency, isUsual: index == 0)
        }
        let features = readFeatures(&form)
        let package = form.parseOptional("package_id", "Enter the package's number.") {
            Int64($0).flatMap { $0 > 0 ? $0 : nil }
        }
        let values = try form.values(name, slug, description, features)
        return PlanDetails(
            slug: values.1,
            name: values.0,
            description: values.2,
            position: position,
            quotas: quotas,
            features: values.3,
            packageID: package,
            isActive: form.flag("active"),
            prices: prices
        )
    }

    private static func readSlug(_ text: String) -> String? {
        text.utf8.count <= 60 && text == PlanDetails.slug(of: text) ? text : nil
    }

    private static func readQuotas(_ form: inout FormReader) -> Quotas {
        let limits = quotas.map { name, _ in
            form.parseOptional(name, "Enter a whole number, or nothing for unlimited.") {
                Int64($0).flatMap { (0...1_000_000_000).contains($0) ? $0 : nil }
            }
        }
        return Quotas(
            accounts: limits[0],
            domains: limits[1],
            databases: limits[2],
            emails: limits[3]
        )
    }

    private static func readPrices(
        _ form: inout FormReader,
        _ currency: Currency,
        isUsual: Bool
    ) -> [PlanPrice] {
        let prices = BillingCycle.allCases.compactMap { cycle -> PlanPrice? in
            form.parseOptional(
                isUsual ? field(of: cycle) : field(of: cycle, currency),
                "Enter an amount such as 29 or 29.50, or 0 for a plan that is free."
            ) { text in
                guard let amount = Money(typed: text, currency),
                    PlanPrice.allowedAmounts.contains(amount.minorUnits)
                else { return nil }
                return PlanPrice(cycle: cycle, amount: amount)
            }
        }
        if isUsual, prices.isEmpty {
            form.fail(field(of: .monthly), "Give the plan at least one price.")
        }
        return prices
    }

    /// One line is one feature.
    private static func readFeatures(_ form: inout FormReader) -> [String]? {
        guard let text = form.lines("features", length: 0...4_000) else { return nil }
        let features = text.split(separator: "\n")
            .map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
        if features.count > 20 { form.fail("features", "Enter at most 20 lines.") }
        if features.contains(where: { $0.count > 200 }) {
            form.fail("features", "A line has at most 200 characters.")
        }
        return features
    }

    private static func limit(_ value: Int64?) -> String { value.map { String($0) } ?? "" }
}
