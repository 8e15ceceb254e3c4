import Core
import Foundation
import HTTPClient
import MailGateway
import Support
import Testing

@Suite struct MailTests {
    private let sender = MailSender(name: "NextPanel Billing", address: "billing@example.com")

    private func message(
        id: String = "m1@example.com",
        to recipient: String = "zoe@example.org",
        subject: String = "Your invoice",
        text: String = "Hello",
        html: String = "<p>Hello</p>"
    ) -> MailMessage {
        MailMessage(
            id: id,
            recipient: recipient,
            subject: subject,
            text: text,
            html: html,
            date: Date(timeIntervalSince1970: 1_795_162_200)
        )
    }

    private func written(_ message: MailMessage, from sender: MailSender? = nil) throws -> String {
        let mime = try MIMEMessage(message, from: sender ?? self.sender)
        #expect(mime.bytes.allSatisfy { $0 < 127 })
        return String(decoding: mime.bytes, as: UTF8.self)
    }

    @Test func `a file goes along behind the texts`() throws {
        let bytes = (0..<200).map { UInt8($0) }
        let file = MailAttachment(
            name: "INV-2026-\r\n\"1.pdf",
            mimeType: "application/pdf",
            bytes: bytes
        )
        let plain = message()
        let text = try written(
            MailMessage(
                id: plain.id,
                recipient: plain.recipient,
                subject: plain.subject,
                text: plain.text,
                html: plain.html,
                date: plain.date,
                attachments: [file]
            )
        )
        #expect(
            text.contains("Content-Type: multipart/mixed; boundary=\"=_mixed\"\r\n\r\n--=_mixed")
        )
        #expect(text.contains("filename=\"INV-2026-1.pdf\"\r\n\r\nAAECAwQF"))
        #expect(text.hasSuffix("--=_mixed--\r\n"))
        #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
        let encoded =
            text.components(separatedBy: "1.pdf\"\r\n\r\n").last?
            .components(separatedBy: "\r\n--=_mixed--").first ?? ""
        #expect(Data(base64Encoded: encoded.replacing("\r\n", with: "")) == Data(bytes))
    }

    @Test func `a message is written down as mail servers expect it`() throws {
        #expect(
            try written(message())
                == """
                Date: Fri, 20 Nov 2026 08:10:00 +0000
                From: "NextPanel Billing" <billing@example.com>
                To: <zoe@example.org>
                Subject: Your invoice
                Message-ID: <m1@example.com>
                MIME-Version: 1.0
                Auto-Submitted: auto-generated
                Content-Type: multipart/alternative; boundary="=_alternative"

                --=_alternative
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Hello
                --=_alternative
                Content-Type: text/html; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                <p>Hello</p>
                --=_alternative--

                """.replacing("\n", with: "\r\n")
        )
    }

    @Test func `nothing in a subject or a name can begin another field`() throws {
        let evil = "Hi\r\nBcc: all@example.com\u{0}\u{85}\u{2028}Bcc: x"
        let text = try written(
            message(subject: evil),
            from: MailSender(name: evil, address: sender.address)
        )
        let fields = text.split(separator: "\r\n").prefix { !$0.hasPrefix("--") }
        #expect(!fields.contains { $0.hasPrefix("Bcc") })
        #expect(fields.count { $0.hasPrefix("Subject:") } == 1)
    }

    @Test func `a quotation mark does not end a name`() throws {
        let text = try written(
            message(),
            from: MailSender(name: #"A "B" \ C"#, address: sender.address)
        )
        #expect(text.contains(#"From: "A \"B\" \\ C" <billing@example.com>"#))
    }

    @Test(
        arguments: [
            "", "zoe", "@example.org", "zoe@", "a@b@c", "zoe@example.org\r\nBcc: x@y.z",
            "zoe@example.org>", "zoë@example.org", "a,b@example.org", "a b@example.org",
        ]
    )
    func `what is no address is refused, ours only until it is mended`(_ address: String) {
        #expect {
            try written(message(to: address))
        } throws: { error in
            if case MailFailure.permanent = error { true } else { false }
        }
        #expect {
            try written(message(), from: MailSender(name: "", address: address))
        } throws: { error in
            if case MailFailure.temporary = error { true } else { false }
        }
    }

    @Test(arguments: ["", "no-at-sign", "a@b\r\nX: y", "a@b>"])
    func `what is no message id is refused`(_ id: String) {
        #expect(throws: MailFailure.self) { try written(message(id: id)) }
    }

    @Test(
        arguments: [
            "Zahlung für Łukasz 李小龍 – 9,99 €", String(repeating: "ü", count: 300),
            "Plain =?utf-8?B?c3BvdA==?= words", String(repeating: "long", count: 100),
            "👩‍👩‍👧‍👦 family plan", "a  b\tc",
        ]
    )
    func `a subject comes out as it went in`(_ subject: String) throws {
        let text = try written(message(subject: subject))
        let header = text.split(separator: "\r\n\r\n")[0]
        #expect(header.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
        let unfolded = header.replacing("\r\n ", with: " ")
        let line = try #require(
            unfolded.split(separator: "\r\n").first { $0.hasPrefix("Subject: ") }
        )
        #expect(
            decoded(line.dropFirst(9))
                == subject.split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
        )
    }

    @Test(
        arguments: [
            "", "Plain", "Ends with space \nand tab\t\nand more", "=3D = \u{7F}",
            String(repeating: "x", count: 500), String(repeating: "ü€𝄞", count: 60),
            ".\n..\n.dots at the beginning", "a\r\nb\nc\rd", "--=_alternative--",
            String(repeating: "y", count: 76), String(repeating: "y", count: 75) + "ü",
        ]
    )
    func `a body comes out as it went in, in short lines`(_ body: String) throws {
        let text = try written(message(text: body))
        let parts = text.split(separator: "\r\n--=_alternative", omittingEmptySubsequences: false)
        try #require(parts.count == 4)
        let content = try #require(parts[1].split(separator: "\r\n\r\n", maxSplits: 1).last)
        let quoted = parts[1].hasSuffix("\r\n\r\n") ? "" : content
        #expect(quoted.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
        let expected = body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .joined(separator: "\n")
        #expect(unquoted(quoted) == expected)
    }

    @Test func `a server that cannot be reached is asked again later`() async throws {
        let notes = LogNotes()
        let address = try await deadAddress().replacing("http", with: "smtp")
        let mailer = SMTPMailer(
            server: MailServer(
                address: address,
                user: "user",
                password: Secret("password-never-to-be-seen"),
                protection: .required
            ),
            sender: sender,
            log: notes.log,
            deadlineSeconds: 5
        )
        do {
            try await mailer.send(message())
            Issue.record("the mail was handed over")
        } catch MailFailure.temporary {
            #expect(!notes.text.contains("never-to-be-seen"))
        }
    }

    @Test(
        arguments: [
            (
                MailTransferError.temporary(code: 451, text: "later"),
                MailFailure.temporary("451 later")
            ),
            (.permanent(code: 550, text: "no such user"), .permanent("550 no such user")),
            (.permanent(code: 535, text: "wrong word-of-mine"), .temporary("535 wrong •••")),
            (.permanent(code: 0, text: "a password needs TLS"), .temporary("a password needs TLS")),
            (.notConnected(text: "refused"), .temporary("refused")),
        ]
    )
    func `what refuses the message is final, what refuses us is not`(
        _ error: MailTransferError,
        _ failure: MailFailure
    ) {
        #expect(MailFailure(error, hiding: ["word-of-mine"]) == failure)
    }

    @Test func `a lost confirmation leaves it open whether the mail is on its way`() {
        guard case .unknown = MailFailure(.unknown) else {
            Issue.record("it was said to be certain")
            return
        }
    }

    /// Encoded words read again, as a mail program does.
    private func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var wasEncoded = false
        for word in text.split(separator: " ") {
            if word.hasPrefix("=?utf-8?B?"), word.hasSuffix("?="),
                let data = Data(base64Encoded: String(word.dropFirst(10).dropLast(2)))
            {
                bytes += data
                wasEncoded = true
            } else {
                bytes += (bytes.isEmpty ? "" : " ").utf8 + Array(word.utf8)
                if wasEncoded { Issue.record("plain text stands behind an encoded word") }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Quoted-printable text read again.
    private func unquoted(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        let joined = text.replacing("=\r\n", with: "").replacing("\r\n", with: "\n")
        var rest = Array(joined.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 61 {
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                rest = rest.dropFirst(2)
                bytes.append(UInt8(digits, radix: 16) ?? 63)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
