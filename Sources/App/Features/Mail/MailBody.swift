package import Markup

/// What a mail says, once for both of its forms.
package struct MailBody: Sendable {
    /// A sentence that mail programs show beside the subject.
    package let preview: String
    /// The content between greeting and footer.
    package let content: HTML
    /// Why the reader got this mail.
    package let reason: String

    package init(preview: String, reason: String, @HTMLBuilder content: () -> HTML) {
        self.preview = preview
        self.reason = reason
        self.content = content()
    }

    /// The mail for programs that show text.
    func text(_ help: Configuration.HelpSettings) -> String {
        let ways =
            (help.supportEmail.map { ["Questions: \($0)"] } ?? [])
            + help.documents.map { "\($0.text): \($0.url)" }
        return ([content.plainText, "", "--", reason] + ways).joined(separator: "\n") + "\n"
    }

    /// The mail's whole look. Mail programs fetch nothing, so it travels along; those that drop it
    /// still show a readable column.
    private static let look = HTML.trusted(
        """
        <style>
        body { margin: 0; padding: 24px 12px; background: #f5f6f8; color: #1c2430;
            font: 16px/1.5 Inter, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif }
        main { display: block; max-width: 560px; margin: 0 auto; padding: 28px 32px;
            background: #ffffff; border: 1px solid #e3e6eb; border-radius: 12px }
        h1 { margin: 0 0 16px; font-size: 20px; line-height: 1.3 }
        p { margin: 0 0 16px }
        a { color: #3b4fd8 }
        a.action { display: inline-block; padding: 10px 18px; border-radius: 8px;
            background: #3b4fd8; color: #ffffff; font-weight: 600; text-decoration: none }
        table { width: 100%; margin: 0 0 16px; border-collapse: collapse }
        th, td { padding: 8px 0; border-bottom: 1px solid #e3e6eb; text-align: left;
            vertical-align: top }
        th { width: 34%; padding-right: 12px; color: #5d6778; font-weight: 500 }
        hr { margin: 24px 0 16px; border: 0; border-top: 1px solid #e3e6eb }
        .ways a { margin-right: 16px; font-size: 13px }
        small { color: #5d6778; font-size: 13px }
        @media (prefers-color-scheme: dark) {
            body { background: #0e1116; color: #e6e9ef }
            main { background: #161a21; border-color: #2a303a }
            a { color: #9aa8ff }
            a.action { background: #5160e6; color: #ffffff }
            th, td, hr { border-color: #2a303a }
            th, small { color: #9aa3b2 }
        }
        </style>
        """
    )

    /// The mail for programs that show HTML: one column, no picture, nothing fetched.
    func html(subject: String, _ help: Configuration.HelpSettings) -> String {
        Markup.html(.lang("en")) {
            head {
                meta(.charset("utf-8"))
                meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
                meta(.name("color-scheme"), .content("light dark"))
                title { subject }
                MailBody.look
            }
            documentBody {
                div(.hidden) { preview }
                Markup.main {
                    h1 { subject }
                    content
                    hr()
                    p { small { reason } }
                    p(.classes("ways")) { HelpLinks(help: help) }
                }
            }
        }
        .render()
    }
}
