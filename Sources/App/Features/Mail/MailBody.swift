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
    package var text: String {
        content.plainText + "\n\n--\n" + reason + "\n"
    }

    /// The mail for programs that show HTML: one column, no picture, nothing fetched.
    package func html(subject: String) -> String {
        Markup.html {
            head {
                meta(.charset("utf-8"))
                meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
                meta(.name("color-scheme"), .content("light dark"))
                title { subject }
            }
            documentBody {
                div(.hidden) { preview }
                Markup.main {
                    content
                    hr()
                    p { small { reason } }
                }
            }
        }
        .render()
    }
}
