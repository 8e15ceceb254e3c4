import Core
import Foundation
import Postgres
import Support
import Typesetting
import Web
import Wire

/// How documents look, besides what they say.
struct DocumentSettings: Codable, Sendable, Equatable {
    enum Paper: String, Codable, Sendable, CaseIterable {
        /// Letter for buyers in the United States and Canada, A4 for all others.
        case automatic
        case a4, letter
    }

    var paper = Paper.automatic
    /// What stands at the foot of each page, such as a register's number.
    var footer: String?
    /// What stands below the lines of each document, such as where to transfer money to.
    var notes: String?

    /// What stands below the lines, a paragraph each.
    var notesByLine: [String] { (notes ?? "").split(separator: "\n").map(String.init) }

    init(paper: Paper = .automatic, footer: String? = nil, notes: String? = nil) {
        self.paper = paper
        self.footer = footer
        self.notes = notes
    }
}

/// The settings with the logo that stands in place of the seller's name.
struct DocumentLook: Sendable {
    var settings = DocumentSettings()
    var logo: Picture?
}

/// Changes how documents look that are made from now on. Files that are kept stay as they are.
struct DocumentLooks: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func show() async throws -> DocumentLook {
        try await services.database.transaction(for: .system) { try $0.documentLook() }
    }

    func change(_ settings: DocumentSettings, actor: Actor) async throws {
        try await store("document.change", actor) { session, now in
            try session.storeDocumentSettings(settings, now: now)
        }
    }

    /// Takes a PNG file as the logo; nothing removes it.
    ///
    /// - Throws: a problem of status 422 for what is no PNG file, or one that is too large.
    func change(logo bytes: [UInt8], actor: Actor) async throws {
        if !bytes.isEmpty {
            do {
                _ = try await services.typesetter.typeset(DocumentLooks.trial(of: bytes))
            } catch TypesettingError.badPicture(let reason) {
                throw Problem.invalid("logo_png", "bad_format", reason)
            }
        }
        try await store("document.change_logo", actor) { session, now in
            try session.storeDocumentLogo(bytes, now: now)
        }
    }

    /// A small document with the picture: whether it can be drawn is known when it is.
    private static func trial(of bytes: [UInt8]) throws -> Document {
        let picture = try Picture(png: bytes, alternative: "Logo")
        let somebody = Party(name: "Somebody", company: nil, email: "", address: [])
        let nothing = Money.zero(.usd)
        let line = InvoiceDocument.Line(
            description: "Nothing",
            quantity: 1,
            unitPrice: nothing,
            discount: nothing,
            tax: nothing,
            amount: nothing
        )
        let document = InvoiceDocument(
            number: "0",
            seller: somebody,
            buyer: somebody,
            issuedAt: Date(timeIntervalSince1970: 0),
            dueAt: nil,
            lines: [line],
            subtotal: nothing,
            discount: nothing,
            taxes: [],
            total: nothing,
            paid: nothing
        )
        return InvoicePDF(document, DocumentLook(logo: picture)).document
    }

    private func store(
        _ action: String,
        _ actor: Actor,
        _ change: @escaping @Sendable (Session, Date) throws -> Void
    ) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try change(session, now)
            try session.record(
                AuditEntry(actor, action, type: "settings", id: "all"),
                now: now
            )
        }
    }
}

extension Session {
    private static let settingsName = "documents"
    private static let logoName = "document_logo"

    /// How documents look now. A logo that cannot be read any more is left away.
    func documentLook() throws -> DocumentLook {
        var look = DocumentLook(settings: try documentSettings())
        if let text = try setting(Session.logoName)?.string, !text.isEmpty,
            let data = Data(base64Encoded: text)
        {
            let name = try company().name
            look.logo = try? Picture(png: [UInt8](data), alternative: name)
        }
        return look
    }

    func documentSettings() throws -> DocumentSettings {
        guard let stored = try setting(Session.settingsName) else { return DocumentSettings() }
        return try JSONDecoder().decode(DocumentSettings.self, from: Data(stored.bytes))
    }

    fileprivate func storeDocumentSettings(_ settings: DocumentSettings, now: Date) throws {
        let json = try JSON(reading: [UInt8](JSONEncoder().encode(settings)))
        try setSetting(Session.settingsName, to: json, now: now)
    }

    fileprivate func storeDocumentLogo(_ bytes: [UInt8], now: Date) throws {
        let text = Data(bytes).base64EncodedString()
        try setSetting(Session.logoName, to: .string(text), now: now)
    }
}
