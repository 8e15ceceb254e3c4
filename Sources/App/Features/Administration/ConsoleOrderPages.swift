import Core
import Markup
import Postgres
import Support
import Web

/// Orders as staff see and mend them.
enum ConsoleOrderPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleOrderRoutes.list, as: StaffContext.self, list)
        router.on(ConsoleOrderRoutes.export, as: StaffContext.self, export)
        router.on(ConsoleOrderRoutes.show, as: StaffContext.self, show)
        router.on(ConsoleOrderRoutes.events, as: StaffContext.self, events)
        router.on(ConsoleOrderRoutes.invoice, as: StaffContext.self, invoice)
        router.on(ConsoleOrderRoutes.invoicePDF, as: StaffContext.self) { _, context, id in
            try await InvoicePDFs(context.services).response(id, for: .system)
        }
        router.on(ConsoleOrderRoutes.retry, as: BillingContext.self, retry)
        router.on(ConsoleOrderRoutes.askUndo, as: BillingContext.self, askUndo)
        router.on(ConsoleOrderRoutes.undo, as: BillingContext.self, undo)
        router.on(ConsoleOrderRoutes.askCancel, as: BillingContext.self, askCancel)
        router.on(ConsoleOrderRoutes.cancel, as: BillingContext.self, cancel)
        router.on(ConsoleOrderRoutes.checkPayment, as: BillingContext.self, checkPayment)
        router.on(ConsoleOrderRoutes.askReturn, as: BillingContext.self, askReturn)
        router.on(ConsoleOrderRoutes.returnPayment, as: BillingContext.self, returnPayment)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await OrderFilter(request).page(
            request,
            context,
            file: ConsoleOrderRoutes.export.path()
        )
        return PortalPage.console(title: "Orders", section: .orders, request, context) {
            ConsoleOrderListView(page: page, rights: context.rights)
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        OrderFilter(request).export(context)
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Order>
    ) async throws -> Response {
        let file = try await OrderFile.read(id, context.services)
        return PortalPage.console(
            title: "Order \(file.details.order.label)",
            section: .orders,
            request,
            context,
            refreshSeconds: file.details.order.status.refreshSeconds
        ) { OrderFileView(file: file, token: context.csrfToken, rights: context.rights) }
    }

    private static func events(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Order>
    ) async throws -> Response {
        try await OrderStream.answer(id, context)
    }

    private static func invoice(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let (token, rights) = (context.csrfToken, context.rights)
        let now = context.services.clock.now
        let view = try await context.services.database.transaction(for: .system) { session in
            let invoice = try session.invoice(id).orThrow(Problem.notFound)
            return ConsoleInvoiceView(
                invoice: invoice,
                lines: try session.lines(of: id),
                customer: try session.customer(invoice.customer).orThrow(Problem.notFound),
                explanations: try session.explanations(on: id),
                houseNotes: try session.documentSettings().notesByLine,
                payments: try session.payments(of: id),
                refunds: try session.refunds(of: id),
                dunning: try session.dunningTimeline(of: id, at: now),
                creditNotes: try session.creditNotes(of: id),
                events: try session.events(of: id),
                token: token,
                rights: rights
            )
        }
        return PortalPage.console(
            title: view.invoice.label,
            section: .invoices,
            request,
            context
        ) { view }
    }

    private static func retry(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Order>
    ) async throws -> Response {
        try await act(on: id, context, saying: "What waited or failed is tried again now.") {
            try await Fulfilment(context.services).retry(id, actor: context.user.actor(request))
        }
    }

    private static func askUndo(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Order>
    ) async throws -> Response {
        let order = try await Orders(context.services).show(id, for: .system).order
        return confirmation(request, context, order, confirmUndo(order, context))
    }

    private static func confirmUndo(
        _ order: OrderRecord,
        _ context: BillingContext
    ) -> ConfirmationView {
        ConfirmationView(
            heading: "Undo \(order.label) and refund \(order.total.label)?",
            back: ("Order \(order.label)", ConsoleOrderRoutes.show.path(order.id)),
            consequences: [
                "The hosting account is removed with everything in it, the licence ends, and "
                    + "\(order.total.label) goes back to the payer's card.",
                "A domain name that was registered cannot be given back; it stays the customer's.",
                "This cannot be taken back.",
            ],
            path: ConsoleOrderRoutes.undo.path(order.id),
            token: context.csrfToken,
            confirm: "Undo and refund"
        )
    }

    private static func undo(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Order>
    ) async throws -> Response {
        try await act(on: id, context, saying: "The order is being undone and refunded.") {
            try await OrderUndoing(context.services).begin(id, actor: context.user.actor(request))
        }
    }

    private static func askCancel(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Order>
    ) async throws -> Response {
        let order = try await Orders(context.services).show(id, for: .system).order
        let view = ConfirmationView(
            heading: "Cancel order \(order.label)?",
            back: ("Order \(order.label)", ConsoleOrderRoutes.show.path(order.id)),
            consequences: [
                "A payment page that is open is closed first, so that nobody pays for it any more.",
                "Nothing was paid, so nothing is given back. A cancelled order stays cancelled.",
            ],
            path: ConsoleOrderRoutes.cancel.path(order.id),
            token: context.csrfToken,
            confirm: "Cancel the order"
        )
        return confirmation(request, context, order, view)
    }

    private static func cancel(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Order>
    ) async throws -> Response {
        try await act(on: id, context, saying: "The order is cancelled.") {
            _ = try await Orders(context.services).cancel(
                id,
                for: .system,
                actor: context.user.actor(request)
            )
        }
    }

    private static func checkPayment(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Payment>
    ) async throws -> Response {
        let payment = try await Payments(context.services).show(id, for: .system)
        return try await act(on: payment, context, saying: "The card processor was asked.") {
            try await Settlements(context.services).check(id, by: context.user.actor(request))
        }
    }

    private static func askReturn(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Payment>
    ) async throws -> Response {
        let (payment, amount) = try await context.services.database.transaction(for: .system) {
            (
                try $0.payment(id).orThrow(Problem.notFound),
                try $0.unplacedRest(of: id).orThrow(Problem.nothingToReturn)
            )
        }
        let view = ConfirmationView(
            heading: "Return \(amount.label) to the payer?",
            back: (payment.order == nil ? "Invoice" : "Order", payment.consolePath),
            consequences: [
                "\(amount.label) arrived and could not be placed. It goes back to where it came "
                    + "from, and the books show it.",
                "What still waits for its payment can be paid again afterwards.",
                "This cannot be taken back.",
            ],
            path: ConsoleOrderRoutes.returnPayment.path(id),
            token: context.csrfToken,
            confirm: "Return the money"
        )
        return PortalPage.console(
            title: "Return a payment",
            section: .orders,
            request,
            context
        ) { view }
    }

    private static func returnPayment(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Payment>
    ) async throws -> Response {
        let payment = try await Payments(context.services).show(id, for: .system)
        return try await act(on: payment, context, saying: "The money is on its way back.") {
            try await Refunds(context.services).beginReturn(
                of: id,
                actor: context.user.actor(request)
            )
        }
    }

    /// Does something to an order and goes back to it, saying what came of it.
    private static func act(
        on payment: PaymentRecord,
        _ context: BillingContext,
        saying text: String,
        _ work: () async throws -> Void
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: payment.consolePath,
            saying: text,
            work
        )
    }

    private static func act(
        on order: ID<Order>,
        _ context: BillingContext,
        saying text: String,
        _ work: () async throws -> Void
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsoleOrderRoutes.show.path(order),
            saying: text,
            work
        )
    }

    private static func confirmation(
        _ request: Request,
        _ context: BillingContext,
        _ order: OrderRecord,
        _ view: ConfirmationView
    ) -> Response {
        PortalPage.console(
            title: "Order \(order.label)",
            section: .orders,
            request,
            context
        ) { view }
    }
}

extension OrderFilter {
    init(_ request: Request) {
        self.init(
            status: request.filter("status", OrderStatus.self),
            text: request.search("q"),
            sorting: Sorting(request)
        )
    }

    static let name = ListName.consoleOrders
    static let file: [FileColumn<ListedOrder>] = [
        FileColumn("Order") { String($0.order.number) },
        FileColumn("Identifier") { $0.order.id.text },
        FileColumn("Customer") { $0.customerName },
        FileColumn("E-mail") { $0.email },
        FileColumn("What") { $0.summary },
        FileColumn("Status") { $0.order.status.rawValue },
        FileColumn("Total") { $0.order.total.decimalText },
        FileColumn("Currency") { $0.order.total.currency.code },
        FileColumn("Placed") { $0.order.createdAt.rfc3339 },
        FileColumn("Paid") { $0.order.paidAt?.rfc3339 ?? "" },
    ]

    var isActive: Bool { status != nil || text != nil }
}

/// What all buttons of the console have in common.
enum ConsoleAction {
    /// Does the work and leads back to a page that says what came of it: a rule that forbids it, or
    /// an outside party that does not answer, is told there and is no error page.
    static func perform(
        _ context: some PageContext,
        backTo path: String,
        saying text: String,
        _ work: () async throws -> Void
    ) async throws -> Response {
        do {
            try await work()
        } catch let problem as Problem where [409, 422, 503].contains(problem.status) {
            return PortalPage.redirect(to: path, context, .failure, saying: problem.detail)
        } catch let failure as RemoteFailure {
            let detail = "That did not work. \(failure.detail)"
            return PortalPage.redirect(to: path, context, .failure, saying: detail)
        }
        return PortalPage.redirect(to: path, context, saying: text)
    }
}

/// Everything that staff see of one order.
struct OrderFile: Sendable {
    let details: OrderDetails
    let customer: CustomerRecord
    let payments: [PaymentRecord]
    let refunds: [RefundRecord]
    let invoice: InvoiceRecord?
    let accounts: [HostingAccountRecord]
    let jobs: [JobRecord]
    let history: [StoredAuditEntry]

    static func read(_ id: ID<Order>, _ services: Services) async throws -> OrderFile {
        try await services.database.transaction(for: .system) { session in
            let details = try session.details(of: id).orThrow(Problem.notFound)
            return OrderFile(
                details: details,
                customer: try session.customer(details.order.customer).orThrow(Problem.notFound),
                payments: try session.payments(of: id),
                refunds: try session.refunds(of: id),
                invoice: try session.invoice(ofOrder: id),
                accounts: try details.items.compactMap {
                    try session.hostingAccount(ofItem: $0.id)
                },
                jobs: try session.openJobs(of: id),
                history: try session.newestAuditEntries(
                    ofType: Order.idPrefix,
                    id: id.text,
                    most: 50
                )
            )
        }
    }
}
