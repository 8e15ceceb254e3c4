import HTTPClient
import Simulators
import Support
import Testing
import Wire

@Suite struct MailSimulatorTests {
    private static let message = """
        From: Billing <billing@example.com>\r
        To: Ada <ada@example.com>\r
        Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?= =?UTF-8?B?IOKCrA==?=\r
        Date: Fri, 20 Nov 2026 10:00:00 +0000\r
        Message-ID: <one@example.com>\r
        MIME-Version: 1.0\r
        Content-Type: multipart/alternative; boundary="b1"\r
        \r
        --b1\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        Your panel: https://panel.example/?a=3Db=\r
        c\r
        .starts with a dot\r
        --b1\r
        Content-Type: text/html; charset=utf-8\r
        Content-Transfer-Encoding: base64\r
        \r
        PHA+SGVsbG8gPHNjcmlwdD54PC9zY3JpcHQ+PC9wPg==\r
        --b1--\r

        """

    private func open(
        _ body: (MailSimulator, Caller) async throws -> Void
    ) async throws {
        let mail = try MailSimulator(settings: quickSettings()).start()
        let result: Result<Void, any Error>
        do {
            try await body(mail, Caller())
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await mail.stop()
        try result.get()
    }

    private func send(
        _ caller: Caller,
        _ mail: MailSimulator,
        deadlineSeconds: Double = 10
    ) async throws {
        try await caller.client.sendMail(
            OutgoingMail(
                server: "smtp://127.0.0.1:\(mail.smtpPort)",
                protection: .none,
                from: "billing@example.com",
                recipients: ["ada@example.com"],
                message: Array(Self.message.utf8),
                deadlineSeconds: deadlineSeconds
            )
        )
    }

    @Test func `a mail is taken and read in all its parts`() async throws {
        try await open { mail, caller in
            try await send(caller, mail)
            let received = try #require(mail.messages.first)
            #expect(received.recipients == ["ada@example.com"])
            #expect(received.subject == "Grüße €")
            #expect(
                received.text == "Your panel: https://panel.example/?a=bc\n.starts with a dot"
            )
            #expect(received.html == "<p>Hello <script>x</script></p>")
            let answer = try await caller.get(mail.host.baseURL + "/_sandbox/messages")
            let json = answer.json["data"]?[0]
            #expect(json?["message_id"] == "<one@example.com>")
            #expect(json?["to"] == ["ada@example.com"])
        }
    }

    @Test func `the inbox shows a mail without running it`() async throws {
        try await open { mail, caller in
            try await send(caller, mail)
            let list = try await caller.get(mail.host.baseURL + "/")
            #expect(list.text.contains("Grüße"))
            let page = try await caller.get(mail.host.baseURL + "/messages/1")
            #expect(page.text.contains("sandbox="))
            #expect(!page.text.contains("<script>"))
            #expect(page.headers["Content-Security-Policy"]?.contains("default-src 'none'") == true)
            #expect(page.text.contains("href=\"https://panel.example/?a=bc\""))
            #expect(try await caller.get(mail.host.baseURL + "/messages/2").status == 404)
        }
    }

    @Test func `mails can be refused for now and for good`() async throws {
        try await open { mail, caller in
            mail.host.faults.add(Fault("SMTP DATA", .internalError))
            await #expect(
                throws: MailTransferError.temporary(
                    code: 451,
                    text: "4.3.0 Local error in processing"
                )
            ) { try await send(caller, mail) }
            mail.host.faults.add(Fault("SMTP RCPT", .reject))
            do {
                try await send(caller, mail)
                Issue.record("a refused recipient was taken")
            } catch MailTransferError.permanent(let code, _) {
                #expect(code == 554)
            }
            #expect(mail.messages.isEmpty)
        }
    }

    @Test func `a mail may be taken although nobody says so`() async throws {
        try await open { mail, caller in
            mail.host.faults.add(Fault("SMTP DATA", .timeoutAfter))
            await #expect(throws: MailTransferError.unknown) {
                try await send(caller, mail, deadlineSeconds: 1)
            }
            #expect(mail.messages.count == 1)
            mail.host.faults.add(Fault("SMTP DATA", .refuse))
            await #expect(throws: MailTransferError.unknown) {
                try await send(caller, mail, deadlineSeconds: 1)
            }
            #expect(mail.messages.count == 1)
        }
    }

    @Test func `many mails at once all arrive`() async throws {
        try await open { mail, caller in
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await send(caller, mail) } }
                try await group.waitForAll()
            }
            #expect(mail.messages.count == 20)
            #expect(Set(mail.messages.map(\.number)).count == 20)
        }
    }
}
