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
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let status = request.filter("status", InvoiceRecord.Status.self)
        let listing = Listing(request, list: "invoices.-id")
        let found = try await Invoices(context.services).list(
            for: context.user.scope,
            status: status,
            issuedOnly: true,
            before: listing.after.flatMap { ID<Invoice>($0[0]) },
            most: listing.rowsToRead
        )
        let part = listing.part(found) { [$0.id.text] }
        return PortalPage.response(title: "Invoices", request, context) {
            InvoiceListView(
                status: status,
                invoices: part.rows,
                pager: part.pager,
                exportPath: listing.sibling(InvoiceRoutes.export.path())
            )
        }
    }

    private static func export(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let status = request.filter("status", InvoiceRecord.Status.self)
        let (services, scope) = (context.services, context.user.scope)
        return CSVExport.response(
            "invoices",
            ["Invoice", "Date", "Due", "Status", "Net", "Tax", "Total", "Paid", "Currency"],
            now: services.clock.now,
            read: { last in
                try await Invoices(services).list(
                    for: scope,
                    status: status,
                    issuedOnly: true,
                    before: last?.id,
                    most: CSVExport.batch
                )
            },
            cells: { each in
                [
                    each.number ?? "", each.issuedAt?.rfc3339 ?? "", each.dueAt?.rfc3339 ?? "",
                    each.status.rawValue, (each.subtotal - each.discount).decimalText,
                    each.tax.decimalText, each.total.decimalText, each.paid.decimalText,
                    each.total.currency.code,
                ]
            }
        )
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
                token: context.csrfToken
            )
        }
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
                )
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
        let isPaid = try await Invoices(services).show(id, for: context.user.scope)
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
