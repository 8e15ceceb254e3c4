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
    }

    private static func show(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let cart = Cart(request, context.services)
        let priced = try await Carts(context.services).price(cart)
        guard priced.isOrderable, let quote = priced.quote else {
            return .redirect(to: CartRoutes.show.path())
        }
        let details = try await Profiles(context.services).details(of: context.user)
        return page(
            quote,
            ContactForm.start(details.customer),
            hasAddress: details.customer?.address != nil,
            key: OpaqueToken.make(),
            request,
            context
        )
    }

    private static func place(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let cart = Cart(request, context.services)
        let priced = try await Carts(context.services).price(cart)
        guard priced.isOrderable, let quote = priced.quote else {
            return .redirect(to: CartRoutes.show.path())
        }
        var form = FormReader(try request.form())
        let key = form.text("key", length: 20...64) ?? OpaqueToken.make()
        do {
            if let change = try ContactForm.read(&form) {
                _ = try await Profiles(context.services).change(
                    change,
                    of: context.user,
                    actor: context.user.actor(request)
                )
            }
        } catch let errors as FormErrors {
            return page(quote, errors, hasAddress: false, key: key, request, context, status: 422)
        }
        let order = try await order(cart, key, request, context)
        let emptied = try Cart(lines: []).cookie(context.services)
        let answer = await payment(of: order.order, context)
        return emptied.map { answer.with($0) } ?? answer
    }

    /// Places the order. The same form sent twice is one order; with another cart it is another.
    private static func order(
        _ cart: Cart,
        _ key: String,
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> OrderDetails {
        let orders = Orders(context.services)
        let buyer = try context.buyer
        let actor = context.user.actor(request)
        let content = Hex.encode(SHA256.hash(Array(cart.text.utf8)))
        let key = "portal:\(key):\(content.prefix(16))"
        do {
            return try await orders.place(cart.items, by: buyer, actor: actor, key: key)
        } catch let error as DatabaseError where error.isUniqueViolation {
            // The same form arrived twice at the same instant; the other one has made the order.
            return try await orders.place(cart.items, by: buyer, actor: actor, key: key)
        }
    }

    /// Leads to the payment page, or to the order's page when that cannot be opened now.
    static func payment(of order: OrderRecord, _ context: CustomerContext) async -> Response {
        let services = context.services
        let addresses = Checkouts.ReturnAddresses(
            portal: services.configuration.portalURL,
            order: order.id
        )
        do {
            let page = try await Checkouts(services)
                .open(order.id, for: context.user.scope, returningTo: addresses)
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
        _ form: FormErrors,
        hasAddress: Bool,
        key: String,
        _ request: Request,
        _ context: CustomerContext,
        status: Int = 200
    ) -> Response {
        PortalPage.response(title: "Check out", request, context, status: status) {
            CheckoutView(
                quote: quote,
                form: form,
                hasAddress: hasAddress,
                key: key,
                email: context.user.email,
                isSandbox: context.services.configuration.mode == .sandbox,
                token: context.csrfToken
            )
        }
    }
}
