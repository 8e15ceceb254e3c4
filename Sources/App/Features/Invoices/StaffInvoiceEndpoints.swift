import Core
import Foundation
import Support
package import Web

/// What staff do with invoices, and the links to them.
package enum StaffInvoiceEndpoints {
    private static let draftProblems: [Problem] = [.invoiceIsIssued, .invoiceIsOfOrder]
    private static let from = QueryParameter("from", Date.self, "Issued at this moment or later.")
    private static let before = QueryParameter("before", Date.self, "Issued before this moment.")

    static let create = Endpoint(
        Route(.post, "/api/v1/invoices"),
        tag: "Invoices",
        "Write an invoice.",
        details:
            "It is a draft until it is issued. An issued invoice is mailed to its customer, and "
            + "charged when it is due to the card that the customer has saved, as every invoice.",
        input: NewInvoice.self,
        output: InvoiceBody.self,
        status: 201,
        problems: [.invoiceIsEmpty],
        isIdempotent: true
    )
    static let change = Endpoint(
        Route(.put, "/api/v1/invoices/:id", ID<Invoice>.self),
        tag: "Invoices",
        "Write a draft anew.",
        input: InvoiceChange.self,
        output: InvoiceBody.self,
        problems: draftProblems
    )
    static let remove = Endpoint(
        Route(.delete, "/api/v1/invoices/:id", ID<Invoice>.self),
        tag: "Invoices",
        "Remove a draft.",
        output: NoBody.self,
        problems: draftProblems
    )
    static let issue = Endpoint(
        Route(.post, "/api/v1/invoices/:id/issue", ID<Invoice>.self),
        tag: "Invoices",
        "Number and freeze a draft.",
        output: InvoiceBody.self,
        problems: draftProblems + [.invoiceIsEmpty],
        isIdempotent: true
    )
    static let void = Endpoint(
        Route(.post, "/api/v1/invoices/:id/void", ID<Invoice>.self),
        tag: "Invoices",
        "Cancel an issued invoice that no money has paid.",
        details:
            "What credit has paid of it is credit again. The time of a subscription that it bills "
            + "stays billed: it is not asked for again, and nothing of it is given back later.",
        input: InvoiceReason.self,
        output: InvoiceBody.self,
        problems: [
            .invoiceIsBeingPaid, .invoiceIsDraft, Problem(.partlyPaid), Problem(.partlyCredited),
        ] + .ofProviders,
        isIdempotent: true
    )
    static let giveUp = Endpoint(
        Route(.post, "/api/v1/invoices/:id/uncollectible", ID<Invoice>.self),
        tag: "Invoices",
        "Give an open invoice up.",
        output: InvoiceBody.self,
        problems: [.invoiceIsBeingPaid, .invoiceIsDraft] + .ofProviders,
        isIdempotent: true
    )
    static let send = Endpoint(
        Route(.post, "/api/v1/invoices/:id/send", ID<Invoice>.self),
        tag: "Invoices",
        "Mail an issued invoice to its customer, with its PDF.",
        output: NoBody.self,
        status: 202,
        problems: [.invoiceIsDraft],
        isIdempotent: true
    )
    static let summary = Endpoint(
        Route(.get, "/api/v1/invoices/stats/summary"),
        tag: "Invoices",
        "Show invoices in figures, by currency.",
        output: InvoiceSummaryBody.self,
        query: [from, before]
    )
    static let makeLink = Endpoint(
        Route(.post, "/api/v1/invoices/:id/links", ID<Invoice>.self),
        tag: "Invoices",
        "Make a link that lets its holder see and pay the invoice without logging in.",
        output: InvoiceLinkBody.self,
        status: 201,
        problems: [.invoiceIsDraft],
        isIdempotent: true
    )
    static let revokeLinks = Endpoint(
        Route(.delete, "/api/v1/invoices/:id/links", ID<Invoice>.self),
        tag: "Invoices",
        "End all links to the invoice, those in mails too.",
        output: NoBody.self
    )

    package static func add(to router: inout Router<Services>) {
        addDrafts(to: &router)
        addEnds(to: &router)
        router.on(summary, as: StaffContext.self) { request, context in
            let (from, before) = (try request.value(of: from), try request.value(of: before))
            let now = context.services.clock.now
            let sums = try await context.services.database.transaction(for: .system) {
                try $0.invoiceSums(from: from, before: before, now: now)
            }
            return InvoiceSummaryBody(data: sums.map { InvoiceSumsBody($0) })
        }
        router.on(makeLink, as: OrderingContext.self) { request, context, id in
            let link = try await InvoiceLinks(context.services).make(
                to: id,
                for: context.user.scope,
                actor: context.user.actor(request)
            )
            return InvoiceLinkBody(url: link.address, expiresAt: link.expiresAt)
        }
        router.on(revokeLinks, as: OrderingContext.self) { request, context, id in
            try await InvoiceLinks(context.services).revoke(
                id,
                for: context.user.scope,
                actor: context.user.actor(request)
            )
        }
    }

    private static func addDrafts(to router: inout Router<Services>) {
        router.on(create, as: BillingContext.self) { input, request, context in
            let id = try await InvoiceDrafts(context.services).create(
                try input.invoice(),
                for: input.customerID,
                issuing: input.isIssued ?? false,
                actor: context.user.actor(request)
            )
            return try await body(of: id, context)
        }
        router.on(change, as: BillingContext.self) { input, request, context, id in
            try await InvoiceDrafts(context.services).change(
                id,
                lines: try input.lines?.enumerated().map { try $1.line($0) },
                dueAt: input.dueAt,
                memo: input.memo,
                actor: context.user.actor(request)
            )
            return try await body(of: id, context)
        }
        router.on(remove, as: BillingContext.self) { request, context, id in
            try await InvoiceDrafts(context.services)
                .remove(id, actor: context.user.actor(request))
        }
        router.on(issue, as: BillingContext.self) { request, context, id in
            try await InvoiceDrafts(context.services)
                .issue(id, actor: context.user.actor(request))
            return try await body(of: id, context)
        }
    }

    private static func addEnds(to router: inout Router<Services>) {
        router.on(void, as: BillingContext.self) { input, request, context, id in
            try await InvoiceVoidances(context.services).void(
                id,
                reason: input.reason ?? "Cancelled by staff.",
                actor: context.user.actor(request)
            )
            return try await body(of: id, context)
        }
        router.on(giveUp, as: BillingContext.self) { request, context, id in
            try await InvoiceVoidances(context.services)
                .giveUp(id, actor: context.user.actor(request))
            return try await body(of: id, context)
        }
        router.on(send, as: BillingContext.self) { request, context, id in
            try await Invoices(context.services).send(id, actor: context.user.actor(request))
        }
    }

    private static func body(of id: ID<Invoice>, _ context: BillingContext) async throws
        -> InvoiceBody
    {
        let found = try await Invoices(context.services).show(id, for: .system)
        let now = context.services.clock.now
        return InvoiceBody(found.invoice, found.lines, found.explanations, now: now)
    }
}
