import Core
import Markup
import Web

/// The part of the settings that says how documents look.
struct DocumentSettingsCard: View {
    let look: DocumentLook
    let form: FormErrors
    let token: String

    static func values(of settings: DocumentSettings) -> FormErrors {
        FormErrors(values: [
            "paper": settings.paper.rawValue, "footer": settings.footer ?? "",
            "notes": settings.notes ?? "",
        ])
    }

    /// - Throws: ``Web/FormErrors``.
    static func read(_ form: inout FormReader) throws -> DocumentSettings {
        let paper = form.choice("paper", DocumentSettings.Paper.self)
        let footer = form.optional("footer", length: 1...200)
        let notes = form.lines("notes", length: 0...1_000)
        return DocumentSettings(
            paper: try form.values(paper),
            footer: footer,
            notes: notes?.isEmpty == true ? nil : notes
        )
    }

    var body: HTML {
        Card("Documents") {
            Markup.form(to: ConsoleRoutes.saveDocuments.path(), token: token, .classes("form")) {
                if let notice = Notice.formErrors(form) { notice }
                p(.classes("soft", "small")) {
                    "How invoices and credit notes look that are made from now on. Files that "
                        + "were made before stay as they are."
                }
                FormField("Paper", "paper", form, .select(DocumentSettingsCard.papers))
                FormField(
                    "Foot of each page",
                    "footer",
                    form,
                    hint: "Such as a register's number.",
                    isOptional: true,
                    .maxlength(200)
                )
                FormField(
                    "Below the lines",
                    "notes",
                    form,
                    .textarea(rows: 4),
                    hint: "Such as where to transfer money to.",
                    isOptional: true,
                    .maxlength(1_000)
                )
                div(.classes("row")) { SubmitButton("Save the documents' look") }
            }
            logo
        }.body
    }

    private var logo: HTML {
        Markup.form(
            to: ConsoleRoutes.saveLogo.path(),
            token: token,
            .classes("form"),
            .enctype("multipart/form-data")
        ) {
            FormField(
                "Logo",
                "logo",
                .none,
                .input(type: "file"),
                hint: "A PNG file of at most 200,000 bytes; it stands in place of the seller's "
                    + (look.logo == nil ? "name." : "name, as one does now."),
                isOptional: true,
                .accept("image/png")
            )
            if look.logo != nil { CheckBox("Remove the logo", "remove_logo", isChecked: false) }
            div(.classes("row")) { SubmitButton("Save the logo", .secondary) }
        }
    }

    private static let papers: [(value: String, text: String)] = [
        (DocumentSettings.Paper.automatic.rawValue, "Letter for the US and Canada, else A4"),
        (DocumentSettings.Paper.a4.rawValue, "A4"),
        (DocumentSettings.Paper.letter.rawValue, "Letter"),
    ]
}
