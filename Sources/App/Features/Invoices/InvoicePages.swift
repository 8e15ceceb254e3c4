import Core
import Markup
import Support
import Web
import Wire

/// The pages of a customer's invoices.
enum InvoicePages {
    static func add(to router: inout Router<Services>) {
        router.on(InvoiceRoutes.list, as: CustomerContext.self, list)
        router.on(InvoiceRoutes.export, as: CustomerContext.self, export)
        router.on(InvoiceRoutes.show, as: CustomerContext.self, show)
        router.on(InvoiceRoutes.pay, as: CustomerContext.self, limit: .checkout, pay)
        router.on(InvoiceRoutes.paid, as: CustomerContext.self, paid)
        router.on(InvoiceRoutes.revokeLinks, as: CustomerContext.self, revokeLinks)
        router.on(InvoiceRoutes.pdf, as: CustomerContext.self) { _, context, id in
            try await InvoicePDFs(context.services).response(id, for: context.user.scope)
        }
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let page = try await InvoiceFilter(request, context).page(
            request,
            context,
            file: InvoiceRoutes.export.path()
        )
        return PortalPage.response(title: "Invoices", request, context) {
            InvoiceListView(page: page, request: request)
        }
    }

    private static func export(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        InvoiceFilter(request, context).export(context)
    }

    private static func show(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let found = try await Invoices(context.services).show(id, for: context.user.scope)
        return PortalPage.response(
            title: found.invoice.label,
            request,
            context,
            width: .narrow
        ) {
            InvoiceView(
                invoice: found.invoice,
                lines: found.lines,
                email: context.user.email,
                name: context.user.fullName,
                explanations: found.explanations,
                houseNotes: found.houseNotes,
                dunning: found.dunning,
                refunds: found.refunds,
                hasLinks: found.openLinks > 0,
                creditNotes: found.creditNotes,
                events: found.events,
                token: context.csrfToken
            )
        }
    }

    private static func revokeLinks(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        try await InvoiceLinks(context.services).revoke(
            id,
            for: context.user.scope,
            actor: context.user.actor(request)
        )
        return PortalPage.redirect(
            to: InvoiceRoutes.show.path(id),
            context,
            saying: "The links to this invoice in our mails work no longer."
        )
    }

    /// Leads to the processor's page, or back with the reason why that cannot be opened.
    private static func pay(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let services = context.services
        let portal = services.configuration.portalURL
        do {
            let page = try await Checkouts(services).open(
                id,
                for: context.user.scope,
                returningTo: Checkouts.ReturnAddresses(
                    success: portal + InvoiceRoutes.paid.path(id),
                    cancel: portal + InvoiceRoutes.show.path(id)
                ),
                keepingCard: try KeepCardBox.isTicked(request)
            )
            return .redirect(external: page.url)
        } catch let problem as Problem where problem.status == 409 {
            return PortalPage.redirect(
                to: InvoiceRoutes.show.path(id),
                context,
                .failure,
                saying: problem.detail
            )
        } catch let failure as RemoteFailure {
            services.log.warning(
                "a payment page could not be opened",
                ["invoice": id.text, "error": "\(failure)"]
            )
            return PortalPage.redirect(
                to: InvoiceRoutes.show.path(id),
                context,
                .failure,
                saying: "The payment page cannot be opened right now. Try again in a moment."
            )
        }
    }

    /// Asks the processor how the payment stands; its word decides.
    private static func paid(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let services = context.services
        _ = try await Invoices(services).show(id, for: context.user.scope)
        do {
            try await Settlements(services).checkPayment(of: id)
        } catch let failure as RemoteFailure {
            services.log.warning(
                "the processor did not say how a payment stands",
                ["invoice": id.text, "error": "\(failure)"]
            )
        }
        let isPaid =
            try await Invoices(services).show(id, for: context.user.scope)
            .invoice.status == .paid
        return PortalPage.redirect(
            to: InvoiceRoutes.show.path(id),
            context,
            isPaid ? .success : .notice,
            saying: isPaid
                ? "Thank you, your payment has arrived."
                : "Your payment is being confirmed. This page shows when it is."
        )
    }
}

extension InvoiceFilter {
    init(_ request: Request, _ context: CustomerContext) {
        self.init(listed: request, now: context.services.clock.now)
        customer = context.user.scope.customer
        issuedOnly = true
    }

    static let name = ListName.invoices
    static let file: [FileColumn<InvoiceRecord>] = [
        FileColumn("Invoice") { $0.number ?? "" },
        FileColumn("Date") { $0.issuedAt?.rfc3339 ?? "" },
        FileColumn("Due") { $0.dueAt?.rfc3339 ?? "" },
        FileColumn("Status") { $0.status.rawValue },
        FileColumn("Net") { ($0.total - $0.tax).decimalText },
        FileColumn("Tax") { $0.tax.decimalText },
        FileColumn("Total") { $0.total.decimalText },
        FileColumn("Paid") { $0.paid.decimalText },
        FileColumn("Currency") { $0.total.currency.code },
    ]
}
