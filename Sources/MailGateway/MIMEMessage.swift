package import Core
import Foundation

/// A message as the bytes that go over the wire (RFC 5322, RFC 2045 to 2047): a header, the text
/// and the HTML as alternatives of each other, nothing but ASCII, no line of body over 76
/// characters.
///
/// Files that go along stand after them, all of it a `multipart/mixed`.
///
/// The bytes depend on the message alone, so that every attempt sends the same.
package struct MIMEMessage: Sendable {
    /// Quoted-printable text never contains `=_`, so no part can contain the boundary.
    private static let boundary = "=_alternative"
    /// Base 64 has no `_` either.
    private static let outerBoundary = "=_mixed"

    /// The whole message, its lines ended by CR LF.
    package let bytes: [UInt8]

    /// Writes a message down.
    ///
    /// - Throws: `MailFailure.permanent` for a recipient or an id that cannot stand in a header,
    ///   and `MailFailure.temporary` for such a sender, which has to be mended in the settings.
    package init(
        _ message: MailMessage,
        from sender: MailSender,
        signedBy signers: [DKIMSigner] = []
    ) throws(MailFailure) {
        guard MailHeader.isAddress(sender.address) else {
            throw .temporary("The sender's address in the settings is none.")
        }
        guard MailHeader.isAddress(message.recipient) else {
            throw .permanent("This is no address that mail can be sent to.")
        }
        guard MailHeader.isIdentifier(message.id) else {
            throw .permanent("This is no identifier for a message.")
        }
        let fields = MIMEMessage.fields(of: message, from: sender)
        let body = Array(MIMEMessage.body(of: message).joined(separator: "\r\n").utf8)
        let signatures: [String]
        do {
            signatures = try signers.map { signer in
                try signer.signature(of: fields, body: body, at: message.date)
            }
        } catch {
            throw .temporary("The mail could not be signed.")
        }
        let header = (signatures + fields).map { $0 + "\r\n" }.joined()
        bytes = Array(header.utf8) + [13, 10] + body
    }

    private static func fields(of message: MailMessage, from sender: MailSender) -> [String] {
        [
            "Date: " + message.date.mailDate,
            MailHeader.line("From", MailHeader.mailbox(name: sender.name, address: sender.address)),
            MailHeader.line("To", ["<\(message.recipient)>"]),
            MailHeader.line("Subject", MailHeader.words(message.subject)),
            MailHeader.line("Message-ID", ["<\(message.id)>"]),
            "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated",
            message.attachments.isEmpty
                ? alternative : "Content-Type: multipart/mixed; boundary=\"\(outerBoundary)\"",
        ]
    }

    private static let alternative =
        "Content-Type: multipart/alternative; boundary=\"\(boundary)\""

    private static func body(of message: MailMessage) -> [String] {
        let texts =
            part("text/plain", message.text) + part("text/html", message.html)
            + ["--\(boundary)--", ""]
        guard !message.attachments.isEmpty else { return texts }
        return ["--\(outerBoundary)", alternative, ""] + texts
            + message.attachments.flatMap(part) + ["--\(outerBoundary)--", ""]
    }

    /// A file, in lines of base 64 (RFC 2045, 6.8).
    private static func part(_ file: MailAttachment) -> [String] {
        let encoded = Data(file.bytes).base64EncodedString(
            options: [.lineLength76Characters, .endLineWithLineFeed]
        )
        return [
            "--\(outerBoundary)",
            "Content-Type: \(file.mimeType)",
            "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment; filename=\"\(file.safeName)\"",
            "",
        ] + encoded.split(separator: "\n").map(String.init)
    }

    private static func part(_ type: String, _ text: String) -> [String] {
        [
            "--\(boundary)",
            "Content-Type: \(type); charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
        ] + QuotedPrintable.lines(text)
    }
}

extension MailAttachment {
    /// The name without anything that could end the field it stands in.
    fileprivate var safeName: String {
        let kept = name.unicodeScalars.filter {
            $0.isASCII
                && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
        }
        return kept.isEmpty ? "document" : String(String.UnicodeScalarView(kept))
    }
}

extension Date {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// This moment as mail headers write it (RFC 5322, 3.3), in UTC.
    var mailDate: String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.weekday, .day, .month, .year, .hour, .minute, .second],
            from: self
        )
        func two(_ number: Int?) -> String {
            let digits = String(number ?? 0)
            return digits.count < 2 ? "0" + digits : digits
        }
        let weekday = Date.weekdays[((parts.weekday ?? 1) - 1) % 7]
        let month = Date.months[((parts.month ?? 1) - 1) % 12]
        let time = [parts.hour, parts.minute, parts.second].map(two).joined(separator: ":")
        return "\(weekday), \(two(parts.day)) \(month) \(parts.year ?? 0) \(time) +0000"
    }
}
