import Core
import Foundation
import Support
package import Web

/// How documents look.
package enum DocumentSettingEndpoints {
    static let show = Endpoint(
        Route(.get, "/api/v1/admin/settings/documents"),
        tag: "Admin",
        "Show how invoices and credit notes look.",
        output: DocumentSettingsBody.self
    )
    static let change = Endpoint(
        Route(.put, "/api/v1/admin/settings/documents"),
        tag: "Admin",
        "Change how invoices and credit notes look that are made from now on.",
        details: "Files that were made before stay as they are.",
        input: DocumentSettingsChange.self,
        output: DocumentSettingsBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(show, as: AdminContext.self) { _, context in
            DocumentSettingsBody(try await DocumentLooks(context.services).show())
        }
        router.on(change, as: AdminContext.self) { input, request, context in
            let looks = DocumentLooks(context.services)
            let actor = context.user.actor(request)
            if let logo = try input.logo() { try await looks.change(logo: logo, actor: actor) }
            let before = try await looks.show().settings
            let after = input.changed(before)
            if after != before { try await looks.change(after, actor: actor) }
            return DocumentSettingsBody(try await looks.show())
        }
    }
}

extension DocumentSettings.Paper: APIEnum {}

struct DocumentSettingsBody: APIModel {
    let paper: DocumentSettings.Paper
    let footer: String?
    let notes: String?
    let hasLogo: Bool

    static let model = Model(
        "document_settings",
        "How documents look.",
        DocumentSettingsBody.init(paper:footer:notes:hasLogo:),
        Field("paper", \.paper, "Automatic is letter for the US and Canada, else A4."),
        Field("footer", \.footer, "What stands at the foot of each page."),
        Field("notes", \.notes, "What stands below the lines."),
        Field("has_logo", \.hasLogo, "Whether a logo stands in place of the seller's name."),
    )
}

extension DocumentSettingsBody {
    init(_ look: DocumentLook) {
        self.init(
            paper: look.settings.paper,
            footer: look.settings.footer,
            notes: look.settings.notes,
            hasLogo: look.logo != nil
        )
    }
}

struct DocumentSettingsChange: APIModel {
    let paper: DocumentSettings.Paper?
    let footer: String?
    let notes: String?
    let logoPNG: String?

    static let model = Model(
        "document_settings_change",
        "How documents are to look; what is absent stays.",
        DocumentSettingsChange.init,
        Field("paper", \.paper, "Which paper."),
        Field("footer", \.footer, "Empty for nothing.", .length(0...200), .singleLine),
        Field("notes", \.notes, "Empty for nothing.", .length(0...1_000)),
        Field(
            "logo_png",
            \.logoPNG,
            "A PNG file of at most 200,000 bytes in base 64; empty for none.",
            .length(0...270_000)
        ),
    )

    /// The logo to take, nothing of it to remove it; nil when it stays.
    ///
    /// - Throws: a ``Problem`` for what is no base 64.
    func logo() throws -> [UInt8]? {
        guard let logoPNG else { return nil }
        guard let data = Data(base64Encoded: logoPNG) else {
            throw Problem.invalid("logo_png", "bad_format", "must be base 64")
        }
        return [UInt8](data)
    }

    func changed(_ before: DocumentSettings) -> DocumentSettings {
        func text(_ new: String?, _ old: String?) -> String? {
            guard let new else { return old }
            return new.isEmpty ? nil : new
        }
        return DocumentSettings(
            paper: paper ?? before.paper,
            footer: text(footer, before.footer),
            notes: text(notes, before.notes)
        )
    }
}
