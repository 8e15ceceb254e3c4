import Core
import Support
package import Web

/// Credit over the API, for those who have it and for staff.
package enum CreditEndpoints {
    static let list = Endpoint(
        Route(.get, "/api/v1/credits"),
        tag: "Credits",
        "List the own credits, newest first.",
        output: Page<CreditBody>.self,
        query: PageRequest.parameters
    )
    static let balance = Endpoint(
        Route(.get, "/api/v1/credits/balance"),
        tag: "Credits",
        "Show what may be spent now.",
        output: CreditBalanceBody.self
    )
    static let uses = Endpoint(
        Route(.get, "/api/v1/credits/uses"),
        tag: "Credits",
        "List what became of the own credit, newest first.",
        output: Page<CreditUseBody>.self,
        query: PageRequest.parameters
    )
    static let listOf = Endpoint(
        Route(.get, "/api/v1/admin/customers/:id/credits", ID<Customer>.self),
        tag: "Admin",
        "List a customer's credits, newest first.",
        output: Page<CreditBody>.self,
        query: PageRequest.parameters
    )
    static let grant = Endpoint(
        Route(.post, "/api/v1/admin/customers/:id/credits", ID<Customer>.self),
        tag: "Admin",
        "Give a customer credit.",
        details: "It pays at once what the customer has open, and later what comes.",
        input: NewCreditBody.self,
        output: CreditBody.self,
        status: 201,
        isIdempotent: true
    )
    static let revoke = Endpoint(
        Route(.post, "/api/v1/admin/credits/:id/revocation", ID<Credit>.self),
        tag: "Admin",
        "Take back what is left of a credit that staff gave.",
        output: CreditBody.self,
        problems: [.creditIsTheirs],
        isIdempotent: true
    )
    static let writeOff = Endpoint(
        Route(.post, "/api/v1/admin/credits/:id/write-off", ID<Credit>.self),
        tag: "Admin",
        "Write off what is left of a credit whose card payment was lost in a dispute.",
        input: CreditReasonBody.self,
        output: CreditBody.self,
        problems: [.creditIsNotLost],
        isIdempotent: true
    )
    static let release = Endpoint(
        Route(.post, "/api/v1/admin/credits/:id/release", ID<Credit>.self),
        tag: "Admin",
        "Release what disputes hold of a credit, so that its customer can use it.",
        input: CreditReasonBody.self,
        output: CreditBody.self,
        isIdempotent: true
    )

    static let payOut = Endpoint(
        Route(.post, "/api/v1/admin/customers/:id/credit-payouts", ID<Customer>.self),
        tag: "Admin",
        "Send a part of a customer's credit back.",
        details:
            "Without a reference it goes back to the card payments that it came from; with one "
            + "it was sent by bank transfer, and is recorded. Credit that staff gave stays.",
        input: NewCreditPayoutBody.self,
        output: CreditPayoutBody.self,
        status: 201,
        problems: [.notEnoughCredit, .creditIsDisputed, .notPaidByCard, .referenceIsKnown],
        isIdempotent: true
    )
    static let payouts = Endpoint(
        Route(.get, "/api/v1/admin/customers/:id/credit-payouts", ID<Customer>.self),
        tag: "Admin",
        "List what was sent back of a customer's credit, newest first.",
        output: Page<CreditPayoutBody>.self,
        query: PageRequest.parameters
    )

    package static func add(to router: inout Router<Services>) {
        addForStaff(to: &router)
        router.on(list, as: CustomerContext.self) { request, context in
            try await page(request, context.services, of: context.buyer.customer, context.user)
        }
        router.on(balance, as: CustomerContext.self) { _, context in
            let (customer, now) = (try context.buyer.customer, context.services.clock.now)
            let balances = try await context.services.database.transaction(
                for: context.user.scope
            ) { try $0.creditBalances(of: customer, now: now) }
            return CreditBalanceBody(balances: balances.map { MoneyBody($0) })
        }
        router.on(uses, as: CustomerContext.self) { request, context in
            let customer = try context.buyer.customer
            let part = try PageRequest(request, list: "credit_uses", keys: 1)
            let before = part.after.flatMap { ID<CreditUse>($0[0]) }
            let rows = try await context.services.database.transaction(for: context.user.scope) {
                try $0.creditUses(of: customer, before: before, most: part.rowsToRead)
            }
            return part.page(rows, keys: { [$0.id.text] }) { CreditUseBody($0) }
        }
    }

    private static func addForStaff(to router: inout Router<Services>) {
        router.on(payOut, as: BillingContext.self) { input, request, context, id in
            CreditPayoutBody(
                try await CreditPayouts(context.services).pay(
                    try input.wish(key: try request.idempotencyKey),
                    to: id,
                    by: context.user.id,
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(payouts, as: StaffContext.self) { request, context, id in
            let part = try PageRequest(request, list: "credit_payouts", keys: 1)
            let rows = try await CreditPayouts(context.services).list(
                of: id,
                before: part.after.flatMap { ID<CreditPayout>($0[0]) },
                most: part.rowsToRead
            )
            return part.page(rows, keys: { [$0.id.text] }) { CreditPayoutBody($0) }
        }
        router.on(listOf, as: StaffContext.self) { request, context, id in
            guard
                try await context.services.database.transaction(
                    for: .system,
                    { try $0.customer(id) }
                ) != nil
            else { throw Problem.notFound }
            return try await page(request, context.services, of: id, context.user)
        }
        router.on(grant, as: BillingContext.self) { input, request, context, id in
            CreditBody(
                try await Credits(context.services).grant(
                    try input.grant(),
                    to: id,
                    by: context.user.id,
                    key: try request.idempotencyKey,
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(revoke, as: BillingContext.self) { request, context, id in
            CreditBody(
                try await Credits(context.services)
                    .revoke(id, actor: context.user.actor(request))
            )
        }
        router.on(writeOff, as: BillingContext.self) { input, request, context, id in
            CreditBody(
                try await Credits(context.services)
                    .writeOff(id, because: input.reason, actor: context.user.actor(request))
            )
        }
        router.on(release, as: BillingContext.self) { input, request, context, id in
            CreditBody(
                try await Credits(context.services)
                    .release(id, because: input.reason, actor: context.user.actor(request))
            )
        }
    }

    private static func page(
        _ request: Request,
        _ services: Services,
        of customer: ID<Customer>,
        _ user: SignedInUser
    ) async throws -> Page<CreditBody> {
        let part = try PageRequest(request, list: "credits.\(customer.text)", keys: 1)
        let before = part.after.flatMap { ID<Credit>($0[0]) }
        let rows = try await services.database.transaction(for: user.scope) {
            try $0.credits(of: customer, before: before, most: part.rowsToRead)
        }
        return part.page(rows, keys: { [$0.id.text] }) { CreditBody($0) }
    }
}
