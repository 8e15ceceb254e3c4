import Core
import Foundation
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

    static let overdue = QueryParameter(
        "overdue",
        Bool.self,
        "Only those that are open past their due date."
    )
    static let number = QueryParameter(
        "number",
        String.self,
        "Only the one of this number.",
        .length(1...40)
    )
    static let from = QueryParameter("issued_from", Date.self, "Issued at this moment or later.")
    static let before = QueryParameter("issued_before", Date.self, "Issued before this moment.")
    static let text = QueryParameter(
        "q",
        String.self,
        "The beginning of a number, an identifier, or a part of a payer's name or address.",
        .length(1...200)
    )
    static let sort = QueryParameter(
        "sort",
        InvoiceSort.self,
        "The order; newest first unless told."
    )

    static let list = Endpoint(
        Route(.get, "/api/v1/invoices"),
        tag: "Invoices",
        "List invoices, newest first.",
        output: Page<InvoiceBody>.self,
        query: [status, customer, overdue, number, from, before, text, sort]
            + PageRequest.parameters
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
            let now = context.services.clock.now
            let filter = try filter(request, context.user.customer, now: now)
            let list = "invoices.\(filter.sorting.text)"
            let part = try PageRequest(request, list: list, keys: 2)
            let rows = try await Invoices(context.services).listWithLines(
                filter,
                for: context.user.scope,
                after: part.after,
                most: part.rowsToRead
            )
            return part.page(rows, keys: { filter.place(of: $0.invoice) }) {
                InvoiceBody($0.invoice, $0.lines, $0.explanations, now: now)
            }
        }
        router.on(show, as: SignedInContext.self) { _, context, id in
            let found = try await Invoices(context.services).show(id, for: context.user.scope)
            let now = context.services.clock.now
            return InvoiceBody(found.invoice, found.lines, found.explanations, now: now)
        }
        router.on(pdf, as: SignedInContext.self) { _, context, id in
            try await InvoicePDFs(context.services).response(id, for: context.user.scope)
        }
    }

    private static func filter(
        _ request: Request,
        _ customer: ID<Customer>?,
        now: Date
    ) throws -> InvoiceFilter {
        let asked = try request.value(of: self.customer)
        return InvoiceFilter(
            customer: customer ?? asked,
            status: try request.value(of: status),
            overdueAt: try request.value(of: overdue) == true ? now : nil,
            number: try request.value(of: number),
            issuedFrom: try request.value(of: from),
            issuedBefore: try request.value(of: before),
            text: try request.value(of: text),
            sorting: (try request.value(of: sort) ?? .newest).sorting
        )
    }
}

/// The orders that a list of invoices can have.
enum InvoiceSort: String, APIEnum, CaseIterable {
    case oldest = "date"
    case newest = "-date"
    case dueFirst = "due"
    case dueLast = "-due"
    case smallest = "total"
    case greatest = "-total"

    var sorting: Sorting<InvoiceColumn> {
        switch self {
        case .oldest: Sorting(.date)
        case .newest: Sorting(.date, isDescending: true)
        case .dueFirst: Sorting(.due)
        case .dueLast: Sorting(.due, isDescending: true)
        case .smallest: Sorting(.total)
        case .greatest: Sorting(.total, isDescending: true)
        }
    }
}
