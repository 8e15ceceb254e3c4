import Core
import Support
package import Web

/// Invoices, for those who pay them and for staff.
package enum InvoiceEndpoints {
    static let status = QueryParameter(
        "status",
        InvoiceRecord.Status.self,
        "Only those in this state."
    )
    static let customer = QueryParameter(
        "customer_id",
        ID<Customer>.self,
        "Only this customer's; customers see their own alone."
    )

    static let list = Endpoint(
        Route(.get, "/api/v1/invoices"),
        tag: "Invoices",
        "List invoices, newest first.",
        output: Page<InvoiceBody>.self,
        query: [status, customer] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/invoices/:id", ID<Invoice>.self),
        tag: "Invoices",
        "Show an invoice.",
        output: InvoiceBody.self
    )

    static let pdf = Endpoint(
        Route(.get, "/api/v1/invoices/:id/pdf", ID<Invoice>.self),
        tag: "Invoices",
        "Show an issued invoice as a PDF file.",
        details:
            "The file is PDF/A-3 and PDF/UA, is kept, and is the same bytes each time. It shows "
            + "the invoice as it was issued, and holds the same as JSON.",
        output: RawBody.self,
        problems: [.draftHasNoPDF, .tooManyDocuments],
        contentType: "application/pdf"
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: SignedInContext.self) { request, context in
            let part = try PageRequest(request, list: "invoices", keys: 1)
            let asked = try request.value(of: customer)
            let rows = try await Invoices(context.services).listWithLines(
                for: context.user.scope,
                customer: context.user.customer ?? asked,
                status: try request.value(of: status),
                before: part.after.flatMap { ID($0[0]) },
                most: part.rowsToRead
            )
            let now = context.services.clock.now
            return part.page(rows, keys: { [$0.invoice.id.text] }) {
                InvoiceBody($0.invoice, $0.lines, now: now)
            }
        }
        router.on(show, as: SignedInContext.self) { _, context, id in
            let found = try await Invoices(context.services).show(id, for: context.user.scope)
            return InvoiceBody(found.invoice, found.lines, now: context.services.clock.now)
        }
        router.on(pdf, as: SignedInContext.self) { _, context, id in
            try await InvoicePDFs(context.services).response(id, for: context.user.scope)
        }
    }
}
