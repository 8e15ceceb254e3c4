import Core
import Cryptography
import Foundation
import Support
import Testing

@testable import MailGateway

@Suite struct DKIMTests {
    /// RFC 8463, appendix A.
    private enum Example {
        static let ed25519 = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----
            """
        static let rsa = """
            -----BEGIN RSA PRIVATE KEY-----
            MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi
            Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM
            KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB
            AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm
            6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe
            zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy
            6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc
            uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy
            WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd
            WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a
            licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst
            o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe
            uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL
            -----END RSA PRIVATE KEY-----
            """
        static let fields = [
            "From: Joe SixPack <joe@football.example.com>",
            "To: Suzie Q <suzie@shopping.example.net>",
            "Subject: Is dinner ready?",
            "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
            "Message-ID: <20030712040037.46341.5F8J@football.example.com>",
        ]
        static let body = "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
        static let bodyHash = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="

        /// The text that both signatures of the example sign, but for the own field's first part.
        static func signed(by field: String) -> [UInt8] {
            let lines = (fields + [field]).map(RelaxedText.field)
            return Array(lines.joined(separator: "\r\n").utf8)
        }
    }

    @Test func `the RFC's example is hashed and signed as there`() throws {
        let body = RelaxedText.body(Array(Example.body.utf8))
        #expect(Data(SHA256.hash(body)).base64EncodedString() == Example.bodyHash)

        let elliptic = Example.signed(
            by: "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
                + " d=football.example.com; i=@football.example.com;\r\n"
                + " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
                + " subject : date : message-id : from : subject : date;\r\n"
                + " bh=\(Example.bodyHash);\r\n b="
        )
        let ed25519 = try SigningKey(pem: Example.ed25519).sign(SHA256.hash(elliptic))
        #expect(
            Data(ed25519).base64EncodedString()
                == "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus"
                + "Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
        )

        let classic = Example.signed(
            by: "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
                + " d=football.example.com; i=@football.example.com;\r\n"
                + " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
                + " date : message-id : from : subject : date;\r\n"
                + " bh=\(Example.bodyHash);\r\n b="
        )
        let rsa = try SigningKey(pem: Example.rsa)
        #expect(rsa.kind == .rsa(bits: 1_024))
        #expect(
            Data(try rsa.sign(classic)).base64EncodedString()
                == "F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3"
                + "DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz"
                + "dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8="
        )
    }

    /// RFC 6376, 3.4.5, and what it leaves out.
    @Test(
        arguments: [
            (" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n"), ("", ""), ("\r\n\r\n", ""),
            ("no end", "no end\r\n"), ("\t\t\r\nx\r\n", "\r\nx\r\n"), (" \t \r\n", ""),
        ]
    )
    func `a body is relaxed`(_ body: String, _ relaxed: String) {
        #expect(RelaxedText.body(Array(body.utf8)) == Array(relaxed.utf8))
    }

    @Test(
        arguments: [
            ("A: X", "a:X"), ("B : Y\t\r\n\tZ  ", "b:Y Z"), ("Subject:", "subject:"),
            ("X-Time: 10:20 : 30", "x-time:10:20 : 30"),
        ]
    )
    func `a field is relaxed`(_ field: String, _ relaxed: String) {
        #expect(RelaxedText.field(field) == relaxed)
    }

    private func message(text: String = "Hello") -> MailMessage {
        MailMessage(
            id: "m1@example.com",
            recipient: "zoe@example.org",
            subject: "Rechnung für Łukasz – 9,99 € und noch so einiges mehr in einer langen Zeile",
            text: text,
            html: "<p>Hello</p>",
            date: Date(timeIntervalSince1970: 1_795_162_200)
        )
    }

    private func header(text: String = "Hello") throws -> [String] {
        let mime = try MIMEMessage(
            message(text: text),
            from: MailSender(name: "NextPanel", address: "billing@mail.example.com"),
            signedBy: [
                DKIMSigner(
                    domain: "example.com",
                    selector: "rsa",
                    key: try SigningKey(pem: Example.rsa)
                ),
                DKIMSigner(
                    domain: "example.com",
                    selector: "ed",
                    key: try SigningKey(pem: Example.ed25519)
                ),
            ]
        )
        let text = String(decoding: mime.bytes, as: UTF8.self)
        return text.split(separator: "\r\n\r\n")[0].split(separator: "\r\n").map(String.init)
    }

    @Test func `every key signs on top of the message, in short lines, the same each time`() throws
    {
        let lines = try header()
        #expect(lines.allSatisfy { $0.utf8.count <= 76 })
        let starts = lines.indices.filter { lines[$0].hasPrefix("DKIM-Signature: v=1;") }
        #expect(starts.count == 2 && starts.first == 0)
        let first = lines.first { !$0.hasPrefix(" ") && !$0.hasPrefix("DKIM-Signature") }
        #expect(first?.hasPrefix("Date: ") == true)
        #expect(lines.joined().contains("a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=rsa;"))
        #expect(try header() == lines)
        #expect(try header(text: "Hello!") != lines)
    }

    @Test func `no field can be added to a signed message beside those that are there`() throws {
        let text = try header().joined().replacing(" ", with: "")
        let names = text.split(separator: ";h=")[1].prefix { $0 != ";" }.split(separator: ":")
        for name in ["from", "to", "subject", "date"] {
            #expect(names.count { $0 == name } == 2, "\(name)")
        }
        for name in ["cc", "reply-to", "message-id", "content-type"] {
            #expect(names.count { $0 == name } == 1, "\(name)")
        }
    }
}
