import Core
import Foundation
import Support
package import Web

/// Tax rules, and what decides about a customer's taxes.
package enum TaxEndpoints {
    static let rules = Endpoint(
        Route(.get, "/api/v1/admin/tax-rules"),
        tag: "Tax",
        "List tax rules, newest first, those that have ended too.",
        output: Page<TaxRuleBody>.self,
        query: PageRequest.parameters
    )
    static let showRule = Endpoint(
        Route(.get, "/api/v1/admin/tax-rules/:id", ID<StoredTaxRule>.self),
        tag: "Tax",
        "Show a tax rule.",
        output: TaxRuleBody.self
    )
    static let createRule = Endpoint(
        Route(.post, "/api/v1/admin/tax-rules"),
        tag: "Tax",
        "Let a tax rule begin.",
        details:
            "Of several rules of one tax the one that says most about place and product counts; "
            + "a rate of 0 leaves a region or a product out.",
        input: NewTaxRule.self,
        output: TaxRuleBody.self,
        status: 201,
        problems: [.taxRuleOverlaps],
        isIdempotent: true
    )
    static let endRule = Endpoint(
        Route(.post, "/api/v1/admin/tax-rules/:id/end", ID<StoredTaxRule>.self),
        tag: "Tax",
        "End a tax rule, now or later.",
        details: "What was sold under it stays as it was. A rule that has not begun is taken away.",
        input: TaxRuleEnd.self,
        output: NoBody.self,
        problems: [.taxRuleHasEnded]
    )
    static let customer = Endpoint(
        Route(.get, "/api/v1/admin/customers/:id/tax", ID<Customer>.self),
        tag: "Tax",
        "Show what decides about a customer's taxes.",
        output: CustomerTaxBody.self
    )
    static let exempt = Endpoint(
        Route(.post, "/api/v1/admin/customers/:id/tax-exemptions", ID<Customer>.self),
        tag: "Tax",
        "Free a customer from taxes of sales to come.",
        input: NewExemption.self,
        output: ExemptionBody.self,
        status: 201,
        isIdempotent: true
    )
    static let endExemption = Endpoint(
        Route(.post, "/api/v1/admin/tax-exemptions/:id/end", ID<GrantedExemption>.self),
        tag: "Tax",
        "End a customer's exemption now.",
        output: ExemptionBody.self,
        problems: [.exemptionHasEnded]
    )
    static let ask = Endpoint(
        Route(.post, "/api/v1/admin/customers/:id/vat-check", ID<Customer>.self),
        tag: "Tax",
        "Ask the tax offices' register after a customer's VAT number.",
        output: NoBody.self,
        status: 202,
        problems: [.noVATNumber]
    )

    package static func add(to router: inout Router<Services>) {
        addRules(to: &router)
        router.on(customer, as: StaffContext.self) { _, context, id in
            CustomerTaxBody(try await CustomerTaxFile.read(id, context.services))
        }
        router.on(exempt, as: BillingContext.self) { input, request, context, id in
            ExemptionBody(
                try await TaxExemptions(context.services).grant(
                    try input.exemption(),
                    to: id,
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(endExemption, as: BillingContext.self) { request, context, id in
            ExemptionBody(
                try await TaxExemptions(context.services).end(
                    id,
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(ask, as: BillingContext.self) { request, context, id in
            try await VATNumbers(context.services).ask(
                about: id,
                actor: context.user.actor(request)
            )
        }
    }

    private static func addRules(to router: inout Router<Services>) {
        router.on(rules, as: BillingContext.self) { request, context in
            let now = context.services.clock.now
            let part = try PageRequest(request, list: "tax-rules", keys: 1)
            let after = part.after.flatMap { ID<StoredTaxRule>($0[0]) }
            let rows = try await context.services.database.transaction(for: .system) {
                try $0.taxRules(
                    TaxRuleFilter(now: now),
                    after: after.map { ["", $0.uuid.uuidString] },
                    most: part.rowsToRead
                )
            }
            return part.page(rows, keys: { [$0.id.text] }) { TaxRuleBody($0, now: now) }
        }
        router.on(showRule, as: BillingContext.self) { _, context, id in
            TaxRuleBody(
                try await TaxRuleBook(context.services).show(id),
                now: context.services.clock.now
            )
        }
        router.on(createRule, as: AdminContext.self) { input, request, context in
            TaxRuleBody(
                try await TaxRuleBook(context.services).create(
                    try input.rule(),
                    actor: context.user.actor(request)
                ),
                now: context.services.clock.now
            )
        }
        router.on(endRule, as: AdminContext.self) { input, request, context, id in
            try await TaxRuleBook(context.services).end(
                id,
                at: input.at,
                actor: context.user.actor(request)
            )
        }
    }
}
