import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// All invoices as staff see them, and those that they write.
enum ConsoleInvoicePages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleInvoiceRoutes.list, as: StaffContext.self, list)
        router.on(ConsoleInvoiceRoutes.export, as: StaffContext.self, export)
        router.on(ConsoleInvoiceRoutes.new, as: BillingContext.self, new)
        router.on(ConsoleInvoiceRoutes.create, as: BillingContext.self, create)
        router.on(ConsoleInvoiceRoutes.edit, as: BillingContext.self, edit)
        router.on(ConsoleInvoiceRoutes.change, as: BillingContext.self, change)
        ConsoleInvoiceActions.add(to: &router)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await ConsoleInvoiceFilter(request, now: context.services.clock.now).page(
            request,
            context,
            file: ConsoleInvoiceRoutes.export.path()
        )
        let now = context.services.clock.now
        return PortalPage.console(title: "Invoices", section: .invoices, request, context) {
            ConsoleInvoiceListView(page: page, rights: context.rights, request: request, now: now)
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        ConsoleInvoiceFilter(request, now: context.services.clock.now).export(context)
    }

    private static func new(_ request: Request, _ context: BillingContext) async throws -> Response
    {
        let customer = try await named(request.search("customer"), context.services)
        let form = InvoiceForm.empty(
            currency: context.services.configuration.currency,
            customer: customer?.email ?? ""
        )
        return formPage(request, context, nil, form)
    }

    private static func create(
        _ request: Request,
        _ context: BillingContext
    ) async throws -> Response {
        let fields = try request.form()
        if let form = moreRows(fields) { return formPage(request, context, nil, form) }
        return try await FormRetry.response(FormReader(fields)) { errors, status in
            formPage(request, context, nil, errors, status: status)
        } _: { form in
            let typed = form.text("customer")
            let customer = try await named(typed, context.services)
            if typed != nil, customer == nil {
                form.fail("customer", "No customer has this address or identifier.")
            }
            let invoice = try InvoiceForm.read(&form)
            let id = try await InvoiceDrafts(context.services).create(
                invoice,
                for: try form.values(customer?.id),
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleOrderRoutes.invoice.path(id),
                context,
                saying: "The draft is saved. Its customer sees it when you issue it."
            )
        }
    }

    private static func edit(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let draft = try await draft(id, context.services)
        return formPage(
            request,
            context,
            draft,
            InvoiceForm.values(of: draft.invoice, draft.lines)
        )
    }

    private static func change(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let draft = try await draft(id, context.services)
        let fields = try request.form()
        if let form = moreRows(fields) { return formPage(request, context, draft, form) }
        return try await FormRetry.response(FormReader(fields)) { errors, status in
            formPage(request, context, draft, errors, status: status)
        } _: { form in
            let invoice = try InvoiceForm.read(&form, draft.invoice.total.currency)
            try await InvoiceDrafts(context.services).change(
                id,
                lines: invoice.lines,
                dueAt: invoice.dueAt,
                memo: invoice.memo ?? "",
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleOrderRoutes.invoice.path(id),
                context,
                saying: "The draft is saved."
            )
        }
    }

    /// What was typed with more rows, when the button for that was pressed.
    private static func moreRows(_ fields: FormFields) -> FormErrors? {
        guard fields["more"] != nil else { return nil }
        let rows = min((Int(fields["rows"] ?? "") ?? 0) + 5, ManualInvoice.mostLines)
        var kept = fields.fields.filter { !["more", "rows", "csrf"].contains($0.name) }
        kept.append(FormFields.Field("rows", String(max(rows, 5))))
        return FormErrors(typed: FormFields(kept), messages: [:])
    }

    /// A draft that staff may change.
    private static func draft(
        _ id: ID<Invoice>,
        _ services: Services
    ) async throws -> ShownInvoice {
        let found = try await Invoices(services).show(id, for: .system)
        guard found.invoice.status == .draft else { throw Problem.invoiceIsIssued }
        guard found.invoice.order == nil else { throw Problem.invoiceIsOfOrder }
        return found
    }

    /// The customer of an e-mail address or an identifier.
    private static func named(
        _ text: String?,
        _ services: Services
    ) async throws -> CustomerRecord? {
        guard let text else { return nil }
        return try await services.database.transaction(for: .system) {
            try $0.customer(named: text)
        }
    }

    private static func formPage(
        _ request: Request,
        _ context: BillingContext,
        _ draft: ShownInvoice?,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: draft == nil ? "New invoice" : "Edit the draft",
            section: .invoices,
            request,
            context,
            status: status
        ) { InvoiceFormView(draft: draft?.invoice, form: form, token: context.csrfToken) }
    }
}

extension InvoiceFilter {
    /// What the address of a list asks for. `overdue` stands among the states, where people look
    /// for it.
    init(listed request: Request, now: Date) {
        let last = request.search("issued_to").flatMap { Date(day: $0) }
        self.init(
            status: request.filter("status", InvoiceRecord.Status.self),
            overdueAt: request.query["status"] == InvoiceFilter.overdue ? now : nil,
            issuedFrom: request.search("issued_from").flatMap { Date(day: $0) },
            issuedBefore: last?.addingTimeInterval(86_400),
            text: request.search("q"),
            sorting: Sorting(request)
        )
    }

    /// What stands in the address for those that are overdue.
    static let overdue = "overdue"

    /// Whether anything is looked for.
    var isActive: Bool {
        status != nil || overdueAt != nil || issuedFrom != nil || issuedBefore != nil
            || text != nil
    }
}

extension ConsoleInvoiceFilter {
    init(_ request: Request, now: Date) {
        self.init(invoices: InvoiceFilter(listed: request, now: now))
        if let customer = request.search("customer_id").flatMap({ ID<Customer>($0) }) {
            invoices.customer = customer
        }
    }

    static let name = ListName.consoleInvoices
    static let file: [FileColumn<ListedInvoice>] =
        [
            FileColumn("Identifier") { $0.invoice.id.text },
            FileColumn("Customer") { $0.customerName }, FileColumn("E-mail") { $0.email },
        ] + InvoiceFilter.file.map { column in FileColumn(column.name) { column.text($0.invoice) } }

    var isActive: Bool { invoices.isActive || invoices.customer != nil }
}
