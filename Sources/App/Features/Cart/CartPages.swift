import Core
import Markup
import Postgres
import Web

/// The pages on which a cart is filled and looked through.
enum CartPages {
    static func add(to router: inout Router<Services>) {
        router.on(CartRoutes.show, as: PublicContext.self, show)
        router.on(CartRoutes.new, as: PublicContext.self, new)
        router.on(CartRoutes.add, as: PublicContext.self, limit: .domainSearch, add)
        router.on(CartRoutes.change, as: PublicContext.self, change)
        router.on(CartRoutes.remove, as: PublicContext.self, remove)
        router.on(
            CartRoutes.applyCoupon,
            as: PublicContext.self,
            limit: .domainSearch,
            applyCoupon
        )
        router.on(CartRoutes.removeCoupon, as: PublicContext.self, removeCoupon)
    }

    private static func show(_ request: Request, _ context: PublicContext) async throws -> Response
    {
        try await cartPage(Cart(request, context.services), .none, request, context)
    }

    private static func cartPage(
        _ cart: Cart,
        _ form: FormErrors,
        _ request: Request,
        _ context: PublicContext,
        status: Int = 200
    ) async throws -> Response {
        let priced = try await Carts(context.services).price(cart, for: context.user?.customer)
        return PortalPage.response(title: "Your cart", request, context, status: status) {
            CartView(cart: priced, form: form, token: context.csrfToken)
        }
    }

    /// Keeps a coupon with the cart, or says why it cannot be taken.
    private static func applyCoupon(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        var form = FormReader(try request.form())
        var cart = Cart(request, context.services)
        let before = cart
        do {
            cart.coupon = try form.values(form.couponCode())
            let priced = try await Carts(context.services).price(cart, for: context.user?.customer)
            if let message = priced.couponProblem {
                form.fail("coupon_code", message)
                throw form.errors
            }
            return try sendToCart(cart, context)
        } catch let errors as FormErrors {
            return try await cartPage(before, errors, request, context, status: 422)
        }
    }

    private static func removeCoupon(
        _ request: Request,
        _ context: PublicContext
    ) async throws -> Response {
        var cart = Cart(request, context.services)
        cart.coupon = nil
        return try sendToCart(cart, context)
    }

    private static func new(_ request: Request, _ context: PublicContext) async throws -> Response {
        let choice = try await currency(request.wishedCurrency, request, context)
        let plans = try await plans(choice, context)
        let form = NewItemForm.start(request.query, plans: plans)
        return newItemPage(form, plans, choice, request, context)
    }

    private static func add(_ request: Request, _ context: PublicContext) async throws -> Response {
        var form = FormReader(try request.form())
        let choice = try await currency(try request.formCurrency(), request, context)
        func refusal(_ errors: FormErrors) async throws -> Response {
            let plans = try await plans(choice, context)
            return newItemPage(errors, plans, choice, request, context, status: 422)
        }
        do {
            let cart = Cart(request, context.services)
            let line = try NewItemForm.read(&form)
            try await Carts(context.services).check(
                line,
                for: context.user?.customer,
                in: choice
            )
            return try await sendToCart(cart, with: line, choice, context)
        } catch let errors as FormErrors {
            return try await refusal(errors)
        } catch let problem as Problem where problem.status == 422 {
            return try await refusal(form.errors(problem))
        }
    }

    /// Puts something into the cart with the currency that it was chosen in, which all of the cart
    /// is paid in.
    private static func sendToCart(
        _ cart: Cart,
        with line: Cart.Line,
        _ choice: CurrencyChoice,
        _ context: PublicContext
    ) async throws -> Response {
        let before = try await Carts(context.services)
            .currency(nil, of: cart, for: context.user?.customer)
        let hadLines = !cart.lines.isEmpty
        var cart = cart
        try cart.add(line)
        if context.services.configuration.currencies.count > 1 { cart.currency = choice.currency }
        let answer = try sendToCart(cart, context)
        guard hadLines, before.currency != choice.currency else { return answer }
        let flash = Flash(.notice, "All of your cart is in \(choice.currency.code) now.")
        return answer.with(flash.cookie(isSecure: context.services.configuration.isPortalSecure))
    }

    private static func currency(
        _ wished: Currency?,
        _ request: Request,
        _ context: PublicContext
    ) async throws -> CurrencyChoice {
        try await Carts(context.services).currency(
            wished,
            of: Cart(request, context.services),
            for: context.user?.customer
        )
    }

    private static func change(
        _ request: Request,
        _ context: PublicContext,
        _ number: Int
    ) async throws -> Response {
        var cart = Cart(request, context.services)
        var form = FormReader(try request.form())
        let cycle = try form.values(form.choice("billing_cycle", BillingCycle.self))
        if cart.lines.indices.contains(number) {
            let line = cart.lines[number]
            cart.lines[number] = Cart.Line(plan: line.plan, cycle: cycle, domain: line.domain)
        }
        return try sendToCart(cart, context)
    }

    private static func remove(
        _ request: Request,
        _ context: PublicContext,
        _ number: Int
    ) async throws -> Response {
        var cart = Cart(request, context.services)
        if cart.lines.indices.contains(number) { cart.lines.remove(at: number) }
        return try sendToCart(cart, context)
    }

    private static func sendToCart(_ cart: Cart, _ context: PublicContext) throws -> Response {
        guard let cookie = try cart.cookie(context.services) else { throw Problem.cartIsFull }
        return .redirect(to: CartRoutes.show.path()).with(cookie)
    }

    private static func plans(
        _ choice: CurrencyChoice,
        _ context: PublicContext
    ) async throws -> [PlanRecord] {
        try await context.services.database.transaction(for: .system) {
            try $0.plans(onlyActive: true, currency: choice.currency)
        }
    }

    private static func newItemPage(
        _ form: FormErrors,
        _ plans: [PlanRecord],
        _ choice: CurrencyChoice,
        _ request: Request,
        _ context: PublicContext,
        status: Int = 200
    ) -> Response {
        PortalPage.response(
            title: "Choose your plan",
            request,
            context,
            status: status,
            width: .narrow
        ) {
            NewItemView(form: form, plans: plans, choice: choice, token: context.csrfToken)
        }
    }
}

extension FormReader {
    /// The coupon that was typed.
    mutating func couponCode() -> CouponCode? {
        parse("coupon_code", "This coupon is not known.") { CouponCode($0) }
    }
}

extension Cart {
    /// Puts one thing more into the cart.
    ///
    /// - Throws: a ``Web/Problem`` when there is no room, or the name is in it already.
    mutating func add(_ line: Line) throws {
        guard lines.count < Quote.mostItems else { throw Problem.cartIsFull }
        if let name = line.domain?.name, lines.contains(where: { $0.domain?.name == name }) {
            throw Problem.invalid("domain_name", "duplicate", "This name is in your cart already.")
        }
        lines.append(line)
    }
}

extension Problem {
    static let cartIsFull = Problem.refused(
        "cart_full",
        "Your cart is full. Order what is in it first."
    )
}
