import Core
import Cryptography
import Markup
import Postgres
import Support
import Web
import Wire

/// The page on which a cart becomes an order that is paid.
enum CheckoutPages {
    static func add(to router: inout Router<Services>) {
        router.on(CartRoutes.checkout, as: CustomerContext.self, show)
        router.on(CartRoutes.place, as: CustomerContext.self, limit: .checkout, place)
        router.on(CartRoutes.tellPlace, as: CustomerContext.self, tellPlace)
    }

    private static func show(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        var cart = Cart(request, context.services)
        let wished = request.wishedCurrency
        let priced = try await price(cart, in: wished, context)
        guard priced.isOrderable, let quote = priced.quote else {
            return .redirect(to: CartRoutes.show.path())
        }
        let details = try await Profiles(context.services).details(of: context.user)
        let answer = try await page(
            quote,
            priced.currency,
            ContactForm.start(details.customer),
            key: OpaqueToken.make(),
            request,
            context
        )
        // Chosen here, it is what the cart shows from now on.
        guard let wished, priced.currency.currency == wished, cart.currency != wished else {
            return answer
        }
        cart.currency = wished
        return try cart.cookie(context.services).map { answer.with($0) } ?? answer
    }

    private static func place(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let cart = Cart(request, context.services)
        let priced = try await price(cart, in: request.formCurrency(), context)
        guard priced.isOrderable, let quote = priced.quote else {
            return .redirect(to: CartRoutes.show.path())
        }
        var form = FormReader(try request.form())
        let key = form.optional("key", length: 20...64) ?? OpaqueToken.make()
        if let answer = try await applyCoupon(cart, quote, form, key, request, context) {
            return answer
        }
        do {
            if let change = try ContactForm.read(&form) {
                _ = try await Profiles(context.services).change(
                    change,
                    of: context.user,
                    actor: context.user.actor(request)
                )
            }
        } catch let errors as FormErrors {
            return try await page(
                quote,
                priced.currency,
                errors,
                key: key,
                request,
                context,
                status: 422
            )
        }
        let currency = quote.bill.total.currency
        let shown = form.optional("total")
        if let refusal = try await newSums(of: cart, in: currency, shown: shown, context) {
            return refusal
        }
        let order: OrderDetails
        do {
            order = try await self.order(cart, in: currency, key, request, context)
        } catch let problem as Problem where problem.isAboutCoupon {
            // Somebody else has taken the last one meanwhile; the cart says so.
            return .redirect(to: CartRoutes.show.path())
        }
        let emptied = try Cart(lines: []).cookie(context.services)
        let answer = await payment(
            of: order.order,
            keepingCard: try KeepCardBox.isTicked(request),
            context
        )
        return emptied.map { answer.with($0) } ?? answer
    }

    /// Shows the page with a coupon that was typed just now, or with what is wrong with it; nil
    /// when none was, or the one that the cart has.
    private static func applyCoupon(
        _ cart: Cart,
        _ quote: BilledQuote,
        _ form: FormReader,
        _ key: String,
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response? {
        var form = form
        guard form.optional("coupon_code") != nil else { return nil }
        var cart = cart
        let code = form.couponCode()
        if let code, code == cart.coupon { return nil }
        cart.coupon = code
        let priced = try await price(cart, in: quote.bill.total.currency, context)
        if let message = priced.couponProblem { form.fail("coupon_code", message) }
        do {
            try form.check()
        } catch {
            return try await page(
                quote,
                priced.currency,
                error,
                key: key,
                request,
                context,
                status: 422
            )
        }
        guard let cookie = try cart.cookie(context.services) else { throw Problem.cartIsFull }
        let shown = priced.quote ?? quote
        return try await page(
            shown,
            priced.currency,
            form.errors,
            key: key,
            request,
            context
        ).with(cookie)
    }

    /// Leads back to the sums when they are not those that were shown: an address in another
    /// country has another tax, and nobody pays what they have not seen.
    private static func newSums(
        of cart: Cart,
        in currency: Currency,
        shown total: String?,
        _ context: CustomerContext
    ) async throws -> Response? {
        let priced = try await price(cart, in: currency, context)
        let checkout = checkoutPath(currency, context)
        guard let quote = priced.quote, quote.isTaxKnown else { return .redirect(to: checkout) }
        if total == nil || total == quote.bill.total.description { return nil }
        return PortalPage.redirect(
            to: checkout,
            context,
            saying: "What you pay has changed. Please look at it before you go on."
        )
    }

    /// Stores where the buyer is, before there is an address.
    private static func tellPlace(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let cart = Cart(request, context.services)
        let priced = try await price(cart, in: request.formCurrency(), context)
        guard let quote = priced.quote else { return .redirect(to: CartRoutes.show.path()) }
        var form = FormReader(try request.form())
        do {
            let change = try PlaceForm.read(&form)
            _ = try await Profiles(context.services).change(
                change,
                of: context.user,
                actor: context.user.actor(request)
            )
        } catch let errors as FormErrors {
            return try await page(
                quote,
                priced.currency,
                errors,
                key: OpaqueToken.make(),
                request,
                context,
                status: 422
            )
        }
        return .redirect(to: checkoutPath(quote.bill.total.currency, context))
    }

    private static func checkoutPath(_ currency: Currency, _ context: CustomerContext) -> String {
        let isOnly = context.services.configuration.currencies == [currency]
        return isOnly ? CartRoutes.checkout.path() : CartRoutes.checkout(in: currency)
    }

    /// What a cart costs its customer, in the currency that is wished where that is still open.
    private static func price(
        _ cart: Cart,
        in wished: Currency?,
        _ context: CustomerContext
    ) async throws -> Carts.Priced {
        try await Carts(context.services).price(cart, for: context.user.customer, in: wished)
    }

    /// Places the order. The same form sent twice is one order; with another cart it is another.
    private static func order(
        _ cart: Cart,
        in currency: Currency,
        _ key: String,
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> OrderDetails {
        let orders = Orders(context.services)
        let buyer = try context.buyer
        let actor = context.user.actor(request)
        let content = Hex.encode(SHA256.hash(Array(cart.text.utf8)))
        let key = "portal:\(key):\(content.prefix(16))"
        func place() async throws -> OrderDetails {
            try await orders.place(
                cart.items,
                coupon: cart.coupon,
                by: buyer,
                in: currency,
                actor: actor,
                key: key
            )
        }
        do {
            return try await place()
        } catch let error as DatabaseError where error.isUniqueViolation {
            // The same form arrived twice at the same instant; the other one has made the order.
            return try await place()
        }
    }

    /// Leads to the payment page, or to the order's page when that cannot be opened now.
    static func payment(
        of order: OrderRecord,
        keepingCard: Bool,
        _ context: CustomerContext
    ) async -> Response {
        let services = context.services
        let addresses = Checkouts.ReturnAddresses(
            portal: services.configuration.portalURL,
            order: order.id
        )
        do {
            let page = try await Checkouts(services).open(
                order.id,
                for: context.user.scope,
                returningTo: addresses,
                keepingCard: keepingCard
            )
            return .redirect(external: page.url)
        } catch {
            services.log.warning(
                "a payment page could not be opened",
                ["order": order.id.text, "error": "\(error)"]
            )
            let problem = error as? Problem
            return PortalPage.redirect(
                to: OrderRoutes.show.path(order.id),
                context,
                .failure,
                saying: problem?.detail
                    ?? "The payment page cannot be opened right now. Your order is kept: "
                    + "try to pay again in a moment."
            )
        }
    }

    private static func page(
        _ quote: BilledQuote,
        _ choice: CurrencyChoice,
        _ form: FormErrors,
        key: String,
        _ request: Request,
        _ context: CustomerContext,
        status: Int = 200
    ) async throws -> Response {
        let details = try await Profiles(context.services).details(of: context.user)
        let credit = try await Credits(context.services)
            .paying(for: quote.bill.total, of: context.user.customer)
        return PortalPage.response(title: "Check out", request, context, status: status) {
            CheckoutView(
                quote: quote,
                credit: credit,
                choice: choice,
                currencies: context.services.configuration.currencies,
                form: form,
                details: details,
                key: key,
                email: context.user.email,
                isSandbox: context.services.configuration.mode == .sandbox,
                help: context.services.configuration.help,
                keepsCard: KeepCardBox.isStillTicked(request),
                token: context.csrfToken
            )
        }
    }
}
