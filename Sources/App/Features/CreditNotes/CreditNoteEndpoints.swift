import Core
import Foundation
import Support
package import Web

/// Credit notes, for those who get them and for staff, who issue them.
package enum CreditNoteEndpoints {
    static let create = Endpoint(
        Route(.post, "/api/v1/invoices/:id/credit-notes", ID<Invoice>.self),
        tag: "Invoices",
        "Give back what an issued invoice charged, all of it or a part.",
        details:
            "What is due of the invoice becomes less first; what was paid already becomes the "
            + "customer's credit. The note is numbered and frozen at once, and mailed.",
        input: NewCreditNote.self,
        output: CreditNoteBody.self,
        status: 201,
        problems: [
            .nothingLeftToCredit, .nothingToSendBack, .invoiceIsDraft, .invoiceIsBeingPaid,
            .paymentIsDisputed,
        ] + .ofProviders,
        isIdempotent: true
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/invoices/:id/credit-notes", ID<Invoice>.self),
        tag: "Invoices",
        "List an invoice's credit notes, oldest first.",
        output: CreditNoteListBody.self
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/credit-notes/:id", ID<CreditNote>.self),
        tag: "Invoices",
        "Show a credit note.",
        output: CreditNoteBody.self
    )
    static let pdf = Endpoint(
        Route(.get, "/api/v1/credit-notes/:id/pdf", ID<CreditNote>.self),
        tag: "Invoices",
        "Show a credit note as a PDF file.",
        output: RawBody.self,
        problems: [.tooManyDocuments],
        contentType: "application/pdf"
    )

    package static func add(to router: inout Router<Services>) {
        router.on(create, as: BillingContext.self) { input, request, context, id in
            let notes = CreditNotes(context.services)
            let note = try await notes.issue(
                try input.wish(key: try request.idempotencyKey),
                for: id,
                actor: context.user.actor(request)
            )
            return CreditNoteBody(try await notes.show(note, for: .system))
        }
        router.on(list, as: SignedInContext.self) { _, context, id in
            let notes = try await CreditNotes(context.services)
                .list(of: id, for: context.user.scope)
            return CreditNoteListBody(data: notes.map { CreditNoteBody($0) })
        }
        router.on(show, as: SignedInContext.self) { _, context, id in
            CreditNoteBody(
                try await CreditNotes(context.services).show(id, for: context.user.scope)
            )
        }
        router.on(pdf, as: SignedInContext.self) { _, context, id in
            try await CreditNotePDFs(context.services).response(id, for: context.user.scope)
        }
    }
}
