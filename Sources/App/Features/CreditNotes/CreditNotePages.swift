import Core
import Markup
import Postgres
import Support
import Web

/// The pages of credit notes, for customers and for staff.
enum CreditNotePages {
    static func add(to router: inout Router<Services>) {
        router.on(CreditNoteRoutes.show, as: CustomerContext.self) { request, context, id in
            let shown = try await CreditNotes(context.services).show(id, for: context.user.scope)
            return PortalPage.response(
                title: shown.note.label,
                request,
                context,
                width: .narrow
            ) {
                CreditNoteView(
                    shown: shown,
                    back: InvoiceRoutes.show.path(shown.note.invoice),
                    pdf: CreditNoteRoutes.pdf.path(id)
                )
            }
        }
        router.on(CreditNoteRoutes.pdf, as: CustomerContext.self) { _, context, id in
            try await CreditNotePDFs(context.services).response(id, for: context.user.scope)
        }
    }

    static func addConsole(to router: inout Router<Services>) {
        router.on(ConsoleCreditNoteRoutes.show, as: StaffContext.self) { request, context, id in
            let shown = try await CreditNotes(context.services).show(id, for: .system)
            return PortalPage.console(
                title: shown.note.label,
                section: .invoices,
                request,
                context
            ) {
                CreditNoteView(
                    shown: shown,
                    back: ConsoleOrderRoutes.invoice.path(shown.note.invoice),
                    pdf: ConsoleCreditNoteRoutes.pdf.path(id)
                )
            }
        }
        router.on(ConsoleCreditNoteRoutes.pdf, as: StaffContext.self) { _, context, id in
            try await CreditNotePDFs(context.services).response(id, for: .system)
        }
        router.on(ConsoleCreditNoteRoutes.new, as: BillingContext.self, new)
        router.on(ConsoleCreditNoteRoutes.create, as: BillingContext.self, create)
    }

    private static func new(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let file = try await CreditFile.read(id, context.services)
        return page(request, context, file, file.values)
    }

    private static func create(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let file = try await CreditFile.read(id, context.services)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            page(request, context, file, errors, status: status)
        } _: { form in
            let note = try await CreditNotes(context.services).issue(
                try file.wish(&form),
                for: id,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleCreditNoteRoutes.show.path(note),
                context,
                saying: "The credit note is issued and mailed."
            )
        }
    }

    private static func page(
        _ request: Request,
        _ context: BillingContext,
        _ file: CreditFile,
        _ form: FormErrors,
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "Credit \(file.invoice.label)",
            section: .invoices,
            request,
            context,
            status: status
        ) { CreditNoteFormView(file: file, form: form, token: context.csrfToken) }
    }
}

/// An invoice with what may still be given back of each line.
struct CreditFile: Sendable {
    let invoice: InvoiceRecord
    let lines: [(text: String, line: CreditableLine)]

    static func read(_ id: ID<Invoice>, _ services: Services) async throws -> CreditFile {
        try await services.database.transaction(for: .system) { session in
            let invoice = try session.invoice(id).orThrow(Problem.notFound)
            let texts = try session.lines(of: id)
            let lines = try session.creditableLines(of: invoice)
            return CreditFile(
                invoice: invoice,
                lines: zip(texts, lines).map { ($0.description, $1) }
            )
        }
    }

    static func field(_ row: Int) -> String { "amount_\(row)" }

    /// What the form shows at first: everything.
    var values: FormErrors {
        var values: [String: String] = [:]
        for (row, each) in lines.enumerated() where each.line.remaining.isPositive {
            values[CreditFile.field(row)] = each.line.remaining.decimalText
        }
        return FormErrors(values: values)
    }

    /// - Throws: ``Web/FormErrors``.
    func wish(_ form: inout FormReader) throws -> CreditNotes.Wish {
        let reason = form.text("reason", length: 1...500)
        var wanted: [(line: ID<InvoiceLine>, amount: Money?)] = []
        for (row, each) in lines.enumerated() {
            let most = each.line.remaining
            let amount = form.parseOptional(
                CreditFile.field(row),
                "Enter an amount up to \(most.decimalText)."
            ) { text in
                Money(typed: text, most.currency).flatMap {
                    $0.minorUnits <= most.minorUnits ? $0 : nil
                }
            }
            if let amount, amount.isPositive { wanted.append((each.line.id, amount)) }
        }
        let text = try form.values(reason)
        guard !wanted.isEmpty else { throw Problem.nothingLeftToCredit }
        return CreditNotes.Wish(lines: wanted, reason: text, isRefunded: form.flag("refund"))
    }
}
