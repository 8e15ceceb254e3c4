import Markup

/// The mails that were received, newest first.
struct InboxView: View {
    let messages: [ReceivedMail]

    var body: HTML {
        SandboxPage(title: "Inbox") {
            h1 { "Inbox" }
            if messages.isEmpty {
                p { "No mail yet." }
            } else {
                table {
                    thead {
                        tr {
                            th { "To" }
                            th { "Subject" }
                            th { "Received" }
                        }
                    }
                    tbody { for mail in messages { row(mail) } }
                }
            }
        }.body
    }

    private func row(_ mail: ReceivedMail) -> HTML {
        tr {
            td { mail.recipients.joined(separator: ", ") }
            td {
                a(.href("/messages/\(mail.number)")) {
                    mail.subject.isEmpty ? "(no subject)" : mail.subject
                }
            }
            td { mail.receivedAt.rfc3339Text }
        }
    }
}

/// One mail: its header, its text, and its markup locked up.
struct MailView: View {
    let mail: ReceivedMail

    var body: HTML {
        SandboxPage(title: mail.subject) {
            h1 { mail.subject.isEmpty ? "(no subject)" : mail.subject }
            dl {
                dt { "From" }
                dd { mail.header("From") ?? mail.sender }
                dt { "To" }
                dd { mail.recipients.joined(separator: ", ") }
                dt { "Date" }
                dd { mail.header("Date") ?? mail.receivedAt.rfc3339Text }
            }
            if let text = mail.text {
                h2 { "Text" }
                pre(.id("text")) { text }
                linkList(in: text)
            }
            if let html = mail.html {
                h2 { "HTML" }
                iframe(
                    .id("html"),
                    .title("The mail as HTML"),
                    .attribute("srcdoc", "<base target=\"_blank\">" + html),
                    .attribute(
                        "sandbox",
                        "allow-popups allow-popups-to-escape-sandbox"
                    )
                )
            }
            p { a(.href("/messages/\(mail.number)/raw")) { "As it was received" } }
            p { a(.href("/")) { "Back to the inbox" } }
        }.body
    }

    /// The links of the text, so that they can be followed.
    private func linkList(in text: String) -> HTML {
        let links = text.split(whereSeparator: { $0.isWhitespace || "<>()\"".contains($0) })
            .filter { $0.hasPrefix("http://") || $0.hasPrefix("https://") }
        return ul(.id("links")) {
            for link in links { li { a(.href(String(link))) { String(link) } } }
        }
    }
}

/// A page that is not there.
struct InboxNotice: View {
    var body: HTML {
        SandboxPage(title: "Inbox") {
            h1 { "Inbox" }
            p { "There is no such mail." }
            p { a(.href("/")) { "Back to the inbox" } }
        }.body
    }
}
