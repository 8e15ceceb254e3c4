import Core
import Markup
import Support
import Web

/// What staff do with one invoice; what cannot be undone asks first.
enum ConsoleInvoiceActions {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleInvoiceRoutes.askIssue, as: BillingContext.self, askIssue)
        router.on(ConsoleInvoiceRoutes.issue, as: BillingContext.self, issue)
        router.on(ConsoleInvoiceRoutes.askRemove, as: BillingContext.self, askRemove)
        router.on(ConsoleInvoiceRoutes.remove, as: BillingContext.self, remove)
        router.on(ConsoleInvoiceRoutes.askVoid, as: BillingContext.self, askVoid)
        router.on(ConsoleInvoiceRoutes.void, as: BillingContext.self, void)
        router.on(ConsoleInvoiceRoutes.askGiveUp, as: BillingContext.self, askGiveUp)
        router.on(ConsoleInvoiceRoutes.giveUp, as: BillingContext.self, giveUp)
        router.on(ConsoleInvoiceRoutes.send, as: BillingContext.self, send)
        router.on(ConsoleInvoiceRoutes.makeLink, as: BillingContext.self, makeLink)
        router.on(ConsoleInvoiceRoutes.revokeLinks, as: BillingContext.self, revokeLinks)
    }

    private static func askIssue(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        try await confirmation(request, context, id) { invoice in
            ConfirmationView(
                heading: "Issue the invoice of \(invoice.total.label)?",
                back: back(to: invoice),
                consequences: [
                    "It gets the next number and never changes any more.",
                    "Its customer is mailed the invoice, and a saved card is charged when it is "
                        + "due.",
                ],
                path: ConsoleInvoiceRoutes.issue.path(id),
                token: context.csrfToken,
                confirm: "Issue the invoice",
                style: .primary
            )
        }
    }

    private static func issue(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        try await act(on: id, context, saying: "The invoice is issued and mailed.") {
            try await InvoiceDrafts(context.services)
                .issue(id, actor: context.user.actor(request))
        }
    }

    private static func askRemove(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        try await confirmation(request, context, id) { invoice in
            ConfirmationView(
                heading: "Remove the draft?",
                back: back(to: invoice),
                consequences: ["Nobody has seen it, and nothing is left of it."],
                path: ConsoleInvoiceRoutes.remove.path(id),
                token: context.csrfToken,
                confirm: "Remove the draft"
            )
        }
    }

    private static func remove(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        do {
            try await InvoiceDrafts(context.services)
                .remove(id, actor: context.user.actor(request))
        } catch let problem as Problem where problem.status == 409 {
            return PortalPage.redirect(
                to: ConsoleOrderRoutes.invoice.path(id),
                context,
                .failure,
                saying: problem.detail
            )
        }
        return PortalPage.redirect(
            to: ConsoleInvoiceRoutes.list.path(),
            context,
            saying: "The draft is removed."
        )
    }

    private static func askVoid(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        try await confirmation(request, context, id) { invoice in
            ConfirmationView(
                heading: "Cancel \(invoice.label.lowercasedFirst)?",
                back: back(to: invoice),
                consequences: [
                    "A payment page that is open is closed first. Nothing is due any more, the "
                        + "books take it back, and its customer is told.",
                    "What credit has paid of it is credit again. A subscription that it bills goes "
                        + "on; this time of it costs nothing, and nothing of it is given back.",
                    "It keeps its number and stays void. This cannot be taken back.",
                ],
                path: ConsoleInvoiceRoutes.void.path(id),
                token: context.csrfToken,
                confirm: "Cancel the invoice",
                fields: FormField(
                    "Reason",
                    "reason",
                    .none,
                    hint: "For the books; the customer does not see it.",
                    .maxlength(500)
                ).body
            )
        }
    }

    private static func void(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let reason = form.text("reason", length: 1...500)
        return try await act(on: id, context, saying: "The invoice is cancelled.") {
            guard let reason else {
                throw Problem.refused("no_reason", "Say why the invoice is cancelled.")
            }
            try await InvoiceVoidances(context.services).void(
                id,
                reason: reason,
                actor: context.user.actor(request)
            )
        }
    }

    private static func askGiveUp(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        try await confirmation(request, context, id) { invoice in
            ConfirmationView(
                heading: "Give up \(invoice.due.label) of \(invoice.label.lowercasedFirst)?",
                back: back(to: invoice),
                consequences: [
                    "The books show \(invoice.due.label) as a loss, and nobody is reminded of it "
                        + "any more.",
                    "What is suspended because of it stays suspended.",
                ],
                path: ConsoleInvoiceRoutes.giveUp.path(id),
                token: context.csrfToken,
                confirm: "Give it up"
            )
        }
    }

    private static func giveUp(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        try await act(on: id, context, saying: "The invoice is given up.") {
            try await InvoiceVoidances(context.services)
                .giveUp(id, actor: context.user.actor(request))
        }
    }

    private static func send(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        try await act(on: id, context, saying: "The invoice is on its way by mail.") {
            try await Invoices(context.services).send(id, actor: context.user.actor(request))
        }
    }

    /// Shows the new link once: its token is kept nowhere.
    private static func makeLink(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let invoice = try await Invoices(context.services).show(id, for: .system).invoice
        let link: InvoiceLinks.Link
        do {
            link = try await InvoiceLinks(context.services).make(
                to: id,
                for: .system,
                actor: context.user.actor(request)
            )
        } catch let problem as Problem where problem.status == 409 {
            let path = ConsoleOrderRoutes.invoice.path(id)
            return PortalPage.redirect(to: path, context, .failure, saying: problem.detail)
        }
        return PortalPage.console(
            title: "Link to \(invoice.label.lowercasedFirst)",
            section: .invoices,
            request,
            context
        ) { NewInvoiceLinkView(link: link, back: back(to: invoice)) }
    }

    private static func revokeLinks(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        try await act(on: id, context, saying: "All links to the invoice have ended.") {
            try await InvoiceLinks(context.services).revoke(
                id,
                for: .system,
                actor: context.user.actor(request)
            )
        }
    }

    private static func back(to invoice: InvoiceRecord) -> (text: String, path: String) {
        (invoice.label, ConsoleOrderRoutes.invoice.path(invoice.id))
    }

    private static func act(
        on id: ID<Invoice>,
        _ context: BillingContext,
        saying text: String,
        _ work: () async throws -> Void
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsoleOrderRoutes.invoice.path(id),
            saying: text,
            work
        )
    }

    private static func confirmation(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>,
        _ view: (InvoiceRecord) -> ConfirmationView
    ) async throws -> Response {
        let invoice = try await Invoices(context.services).show(id, for: .system).invoice
        return PortalPage.console(
            title: invoice.label,
            section: .invoices,
            request,
            context
        ) { view(invoice) }
    }
}
