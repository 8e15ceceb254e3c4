import Core
import Web

/// Staff's pages of taxes.
enum TaxRoutes {
    static let show = Route(.get, "/console/settings/tax")
    static let savePolicy = Route(.post, "/console/settings/tax")
    static let exportRules = Route(.get, "/console/settings/tax/rules.csv")
    static let newRule = Route(.get, "/console/settings/tax/rules/new")
    static let createRule = Route(.post, "/console/settings/tax/rules")
    static let askEndRule = Route(
        .get,
        "/console/settings/tax/rules/:id/end",
        ID<StoredTaxRule>.self
    )
    static let endRule = Route(
        .post,
        "/console/settings/tax/rules/:id/end",
        ID<StoredTaxRule>.self
    )
    static let newExemption = Route(
        .get,
        "/console/customers/:id/exemptions/new",
        ID<Customer>.self
    )
    static let grantExemption = Route(
        .post,
        "/console/customers/:id/exemptions",
        ID<Customer>.self
    )
    static let endExemption = Route(
        .post,
        "/console/exemptions/:id/end",
        ID<GrantedExemption>.self
    )
    static let askRegister = Route(
        .post,
        "/console/customers/:id/vat-check",
        ID<Customer>.self
    )
}
