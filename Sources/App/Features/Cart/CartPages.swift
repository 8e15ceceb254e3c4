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
        let plans = try await plans(context)
        return newItemPage(NewItemForm.start(request.query, plans: plans), plans, request, context)
    }

    private static func add(_ request: Request, _ context: PublicContext) async throws -> Response {
        var form = FormReader(try request.form())
        do {
            var cart = Cart(request, context.services)
            let line = try NewItemForm.read(&form)
            try await Carts(context.services).check(line)
            try cart.add(line)
            return try sendToCart(cart, context)
        } catch let errors as FormErrors {
            return newItemPage(errors, try await plans(context), request, context, status: 422)
        } catch let problem as Problem where problem.status == 422 {
            let errors = form.errors(problem)
            return newItemPage(errors, try await plans(context), request, context, status: 422)
        }
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

    private static func plans(_ context: PublicContext) async throws -> [PlanRecord] {
        let currency = context.services.configuration.currency
        return try await context.services.database.transaction(for: .system) {
            try $0.plans(onlyActive: true, currency: currency)
        }
    }

    private static func newItemPage(
        _ form: FormErrors,
        _ plans: [PlanRecord],
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
        ) { NewItemView(form: form, plans: plans, token: context.csrfToken) }
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
