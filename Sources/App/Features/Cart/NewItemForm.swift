import Core
import InternetNames
import Web
import Wire

/// What comes of the domain name beside a plan; the words of the form that asks.
enum DomainChoice: String, CaseIterable, Sendable {
    case register, transfer, own, none

    var action: DomainAction? { DomainAction(rawValue: rawValue) }
}

/// Reads the form by which something is added to the cart.
enum NewItemForm {
    /// What the form is filled with at first: what the link that led here says.
    static func start(_ query: FormFields, plans: [PlanRecord]) -> FormErrors {
        let plan = query["plan"].flatMap { ID<Plan>($0) }
        let chosen = plans.first { $0.id == plan } ?? plans.first
        let name = query["domain"].flatMap { InternetName.ascii($0) } ?? ""
        let action = query["action"].flatMap { DomainChoice(rawValue: $0) } ?? .register
        return FormErrors(values: [
            "plan_id": chosen?.id.text ?? "",
            "billing_cycle": query["cycle"].flatMap { BillingCycle(rawValue: $0) }?.rawValue
                ?? BillingCycle.monthly.rawValue,
            "domain_action": action.rawValue,
            "domain_name": name.isEmpty ? "" : InternetName.unicode(name),
            "domain_years": "1",
        ])
    }

    /// What was chosen.
    ///
    /// - Throws: ``Web/FormErrors`` with everything that is wrong.
    static func read(_ form: inout FormReader) throws -> Cart.Line {
        let plan = form.parse("plan_id", "Choose a plan.") { ID<Plan>($0) }
        let cycle = form.choice("billing_cycle", BillingCycle.self)
        let choice = form.choice("domain_action", DomainChoice.self)
        var domain: CartDomain?
        if let action = choice?.action { domain = readDomain(&form, action) }
        let (thePlan, theCycle, _) = try form.values(plan, cycle, choice)
        return Cart.Line(plan: thePlan, cycle: theCycle, domain: domain)
    }

    private static func readDomain(_ form: inout FormReader, _ action: DomainAction) -> CartDomain?
    {
        let name = form.parse("domain_name", "Enter a name such as my-shop.com.") { typed in
            InternetName.ascii(typed).flatMap { DomainName(ascii: $0) }
        }
        var years: Int? = 1
        if action == .register { years = form.integer("domain_years", 1...10) }
        var code: String?
        if action == .transfer { code = form.text("auth_code", length: 1...64) }
        guard let name, let years else { return nil }
        return CartDomain(name: name, action: action, years: years, authCode: code)
    }

    /// The problem of an order's first item in the words of the form's fields.
    static func renamed(_ problem: Problem) -> Problem {
        var problem = problem
        problem.errors = problem.errors.map { error in
            let field = error.field.split(separator: ".").last.map { String($0) } ?? ""
            let names = ["name": "domain_name", "years": "domain_years"]
            return FieldError(names[field] ?? field, error.code, error.message)
        }
        return problem
    }
}
