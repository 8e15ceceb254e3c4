import Core
import Markup
import Support
import Web
import Wire

/// The pages of one invoice for whoever has a link to it.
///
/// They show that invoice, its payment page and its file, and nothing else of its customer. Between
/// going to pay and coming back a cookie keeps the token, so that neither the processor nor the
/// books ever hold it.
enum InvoiceLinkPages {
    private static let cookie = "invoice_link"

    static func add(to router: inout Router<Services>) {
        router.on(InvoiceLinkRoutes.show, as: PublicContext.self, limit: .invoiceLink, show)
        router.on(InvoiceLinkRoutes.pay, as: PublicContext.self, limit: .invoiceLink, pay)
        router.on(InvoiceLinkRoutes.pdf, as: PublicContext.self, limit: .invoiceLink, pdf)
        router.on(InvoiceLinkRoutes.paid, as: PublicContext.self, limit: .invoiceLink, paid)
    }

    private static func show(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        guard let link = try await InvoiceLinks(context.services).open(token) else {
            return ended(request, context)
        }
        let found = try await Invoices(context.services).show(link.invoice, for: link.scope)
        return hidden(
            PortalPage.response(
                title: found.invoice.label,
                request,
                context,
                width: .narrow
            ) { InvoiceLinkView(found: found, link: token, token: context.csrfToken) }
        )
    }

    private static func pay(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        let services = context.services
        guard let link = try await InvoiceLinks(services).open(token) else {
            return ended(request, context)
        }
        let address = services.configuration.portalURL + InvoiceLinkRoutes.paid.path(link.invoice)
        do {
            let page = try await Checkouts(services).open(
                link.invoice,
                for: link.scope,
                returningTo: Checkouts.ReturnAddresses(success: address, cancel: address),
                // Whoever has the link need not be the customer, whose later bills they do not pay.
                keepingCard: false,
                byLink: true
            )
            try await InvoiceLinks(services).markUsed(link)
            return .redirect(external: page.url).with(
                Cookie(
                    cookie,
                    token,
                    maxAgeSeconds: 86_400,
                    isSecure: services.configuration.isPortalSecure
                )
            )
        } catch let problem as Problem where problem.status == 409 {
            return back(to: token, context, .failure, saying: problem.detail)
        } catch let failure as RemoteFailure {
            services.log.warning(
                "a payment page could not be opened",
                ["invoice": link.invoice.text, "error": "\(failure)"]
            )
            return back(
                to: token,
                context,
                .failure,
                saying: "The payment page cannot be opened right now. Try again in a moment."
            )
        }
    }

    private static func pdf(
        _ request: Request,
        _ context: PublicContext,
        _ token: String
    ) async throws -> Response {
        guard let link = try await InvoiceLinks(context.services).open(token) else {
            return ended(request, context)
        }
        let file = try await InvoicePDFs(context.services).response(link.invoice, for: link.scope)
        return hidden(file)
    }

    /// Asks the processor how the payment stands, for the browser that went to pay; any other is
    /// led to where one logs in.
    private static func paid(
        _ request: Request,
        _ context: PublicContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let services = context.services
        let isSecure = services.configuration.isPortalSecure
        guard let token = request.cookies.value(cookie, isSecure: isSecure),
            let link = try await InvoiceLinks(services).open(token), link.invoice == id
        else { return .redirect(to: InvoiceRoutes.show.path(id)) }
        do {
            try await Settlements(services).checkPayment(of: id)
        } catch let failure as RemoteFailure {
            services.log.warning(
                "the processor did not say how a payment stands",
                ["invoice": id.text, "error": "\(failure)"]
            )
        }
        let invoice = try await Invoices(services).show(id, for: link.scope).invoice
        let isPaid = invoice.status == .paid
        return back(
            to: token,
            context,
            isPaid ? .success : .notice,
            saying: isPaid
                ? "Thank you, your payment has arrived."
                : "No payment has arrived yet. When you have paid, this page shows it in a moment."
        ).with(Cookie.removing(cookie, isSecure: isSecure))
    }

    private static func back(
        to token: String,
        _ context: PublicContext,
        _ kind: Flash.Kind,
        saying text: String
    ) -> Response {
        PortalPage.redirect(to: InvoiceLinkRoutes.show.path(token), context, kind, saying: text)
    }

    private static func ended(_ request: Request, _ context: PublicContext) -> Response {
        hidden(
            PortalPage.response(
                title: "This link has ended",
                request,
                context,
                status: 410,
                width: .slim
            ) { InvoiceLinkEndedView() }
        )
    }

    /// No search engine keeps what a link leads to.
    private static func hidden(_ response: Response) -> Response {
        response.with("X-Robots-Tag", "noindex, nofollow, noarchive")
    }
}

extension RateClass {
    static let invoiceLink = RateClass("invoice_link", limit: 30, perSeconds: 60)
}
