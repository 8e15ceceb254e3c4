import Foundation
import HTTPClient
import Support
import Synchronization
import Testing

/// A mail server of a few lines; each step can be told to answer otherwise or to hang up.
final class MailServer: Sendable {
    let server: ScriptedServer
    private let recorder: Recorder

    /// What it was told, line by line.
    var lines: [String] { recorder.lines.withLock { $0 } }

    /// `replies` maps the first word of a command, or `.` for the message's end, to what is said
    /// instead; an empty text hangs up.
    init(_ replies: [String: String] = [:], extensions: [String] = []) throws {
        let recorder = Recorder()
        self.recorder = recorder
        server = try ScriptedServer { peer in
            peer.send(replies["connect"] ?? "220 here\r\n")
            while let line = peer.readLine() {
                recorder.add(line)
                let word = String(line.prefix { $0 != " " && $0 != ":" })
                if let reply = replies[word] {
                    if reply.isEmpty { return }
                    peer.send(reply)
                    if word != "DATA" || !reply.hasPrefix("354") { continue }
                }
                switch word {
                case "EHLO":
                    peer.send(
                        (["250-here"] + extensions.map { "250-\($0)" }).joined(separator: "\r\n")
                    )
                    peer.send("\r\n250 8BITMIME\r\n")
                case "DATA":
                    if replies["DATA"] == nil { peer.send("354 go on\r\n") }
                    while let text = peer.readLine(), text != "." { recorder.add(text) }
                    if replies["."] == "" { return }
                    peer.send(replies["."] ?? "250 taken\r\n")
                case "QUIT":
                    peer.send("221 bye\r\n")
                    return
                default: peer.send("250 ok\r\n")
                }
            }
        }
    }

    private final class Recorder: Sendable {
        let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }
}

@Suite struct MailTests {
    let client = HTTPClient(log: .silent, userAgent: "test/1")

    private func mail(
        to server: MailServer,
        recipients: [String] = ["a@example.com", "b@example.com"],
        deadlineSeconds: Double = 10
    ) -> OutgoingMail {
        OutgoingMail(
            server: "smtp://127.0.0.1:\(server.server.port)",
            protection: .none,
            from: "billing@example.com",
            recipients: recipients,
            message: Array("Subject: Hi\r\n\r\nHello\r\n.dot\r\n".utf8),
            deadlineSeconds: deadlineSeconds
        )
    }

    private func failure(of mail: OutgoingMail) async -> MailTransferError? {
        do {
            try await client.sendMail(mail)
            return nil
        } catch {
            return error as? MailTransferError
        }
    }

    @Test func `a mail arrives with its envelope and every line`() async throws {
        let server = try MailServer()
        try await client.sendMail(mail(to: server))
        let lines = server.lines
        #expect(lines.contains { $0.hasPrefix("MAIL FROM:<billing@example.com>") })
        #expect(lines.contains("RCPT TO:<a@example.com>"))
        #expect(lines.contains("RCPT TO:<b@example.com>"))
        #expect(lines.contains("Subject: Hi"))
        #expect(lines.contains("Hello"))
        #expect(lines.contains("..dot"))
    }

    @Test(arguments: ["connect", "MAIL", "RCPT", "DATA", "."])
    func `a 4xx reply means later`(step: String) async throws {
        let server = try MailServer([step: "451 4.7.1 busy now\r\n"])
        #expect(
            await failure(of: mail(to: server)) == .temporary(code: 451, text: "4.7.1 busy now")
        )
    }

    @Test(arguments: ["connect", "MAIL", "RCPT", "DATA", "."])
    func `a 5xx reply means never`(step: String) async throws {
        let server = try MailServer([step: "550 5.1.1 nobody here\r\n"])
        #expect(
            await failure(of: mail(to: server)) == .permanent(code: 550, text: "5.1.1 nobody here")
        )
    }

    @Test func `a connection lost after the message leaves it open`() async throws {
        let server = try MailServer([".": ""])
        #expect(await failure(of: mail(to: server)) == .unknown)
    }

    @Test(arguments: ["EHLO", "MAIL", "RCPT", "DATA"])
    func `a connection lost before the message means nothing was sent`(step: String) async throws {
        let server = try MailServer([step: ""])
        guard case .notConnected = await failure(of: mail(to: server)) else {
            Issue.record("should not be connected")
            return
        }
    }

    @Test func `a mail server that cannot be reached was sent nothing`() async throws {
        var mail = mail(to: try MailServer())
        mail.server = "smtp://127.0.0.1:\(ScriptedServer.freePort())"
        guard case .notConnected = await failure(of: mail) else {
            Issue.record("should not be connected")
            return
        }
    }

    @Test func `a silent mail server is given up at the deadline`() async throws {
        let server = try MailServer(["MAIL": "250-wait\r\n"])
        guard case .notConnected = await failure(of: mail(to: server, deadlineSeconds: 0.3)) else {
            Issue.record("should not be connected")
            return
        }
    }

    @Test func `without STARTTLS nothing is sent when protection is required`() async throws {
        let server = try MailServer()
        var mail = mail(to: server)
        mail.protection = .required
        mail.user = "user"
        mail.password = Secret("canary")
        let error = await failure(of: mail)
        guard case .notConnected = error else {
            Issue.record("should not be connected: \(String(describing: error))")
            return
        }
        #expect(!server.lines.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }

    @Test func `a password is never sent without TLS`() async throws {
        let server = try MailServer(extensions: ["AUTH PLAIN LOGIN"])
        var mail = mail(to: server)
        mail.user = "user"
        mail.password = Secret("canary")
        guard case .permanent(code: 0, _) = await failure(of: mail) else {
            Issue.record("should be refused")
            return
        }
        #expect(server.lines.isEmpty)
    }

    @Test(arguments: ["", "a@b>\r\nRCPT TO:<c@d", "a b@c", "<a@b>", "a@b\n"])
    func `an address cannot bring another command`(recipient: String) async throws {
        let server = try MailServer()
        let error = await failure(of: mail(to: server, recipients: [recipient]))
        guard case .permanent(code: 0, _) = error else {
            Issue.record("should be refused")
            return
        }
        #expect(server.lines.isEmpty)
    }
}
