package import Core
import Cryptography
import Postgres
import Support
import Typesetting
package import Web

/// A file with its hash.
struct StoredPDF: Sendable {
    let bytes: [UInt8]
    let sha256: [UInt8]
}

/// The files of issued invoices.
///
/// The file is made when it is first asked for and then kept: whoever asks again gets the same
/// bytes, whatever became of the invoice, the fonts or this code in the meantime.
package struct InvoicePDFs: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The file of an invoice, as somebody may see it.
    ///
    /// - Throws: a problem of status 409 while the invoice is a draft, and of 503 while more files
    ///   are being made than can wait.
    package func response(_ id: ID<Invoice>, for scope: Scope) async throws -> Response {
        let (number, file) = try await file(of: id, for: scope)
        return .file(file.bytes, contentType: "application/pdf", name: "\(number).pdf")
            .with("ETag", "\"\(Hex.encode(file.sha256))\"")
    }

    /// The file of an issued invoice, made now if nobody has asked for it yet.
    func file(
        of id: ID<Invoice>,
        for scope: Scope
    ) async throws -> (number: String, file: StoredPDF) {
        let (invoice, document, stored) = try await services.database.transaction(for: scope) {
            session in
            let invoice = try session.invoice(id).orThrow(Problem.notFound)
            let stored = try session.storedPDF(of: id)
            let document = stored == nil ? try session.document(of: invoice) : nil
            return (invoice, document, stored)
        }
        guard let number = invoice.number else { throw Problem.draftHasNoPDF }
        if let stored { return (number, stored) }
        let made = try await make(document.orThrow(Problem.draftHasNoPDF))
        // Of two that were made at the same time, one is kept, and both callers get that one.
        let kept = try await services.database.transaction(for: scope) { [services] session in
            try session.keepPDF(
                made,
                of: id,
                customer: invoice.customer,
                now: services.clock.now
            )
            return try session.storedPDF(of: id)
        }
        return (number, try kept.orThrow(Problem.notFound))
    }

    /// Sets a document as documents look now.
    func make(_ document: InvoiceDocument) async throws -> StoredPDF {
        let look = try await DocumentLooks(services).show()
        do {
            let bytes = try await services.typesetter.typeset(InvoicePDF(document, look).document)
            return StoredPDF(bytes: bytes, sha256: SHA256.hash(bytes))
        } catch TypesettingError.busy {
            throw Problem.tooManyDocuments
        }
    }
}

extension Session {
    /// An issued invoice with everything that stands on it; nil for a draft.
    fileprivate func document(of invoice: InvoiceRecord) throws -> InvoiceDocument? {
        InvoiceDocument(
            issued: invoice,
            try lines(of: invoice.id),
            explanations: try self.explanations(on: invoice.id)
        )
    }
}

extension Problem {
    /// More are asked for than can be made.
    static let tooManyDocuments = unavailable(
        "Many documents are being made. Try again in a moment."
    )
    /// What is not issued yet may still change.
    static let draftHasNoPDF = conflict(
        "invoice_is_draft",
        "The invoice is a draft. It has a PDF as soon as it is issued."
    )
}
