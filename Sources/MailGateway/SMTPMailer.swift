package import Core
package import HTTPClient
package import Support

/// The server that takes our mail.
package struct MailServer: Sendable {
    /// `smtp://host:port` or `smtps://host:port`.
    package let address: String
    package let user: String?
    package let password: Secret<String>?
    package let protection: OutgoingMail.Protection

    package init(
        address: String,
        user: String? = nil,
        password: Secret<String>? = nil,
        protection: OutgoingMail.Protection = .required
    ) {
        self.address = address
        self.user = user
        self.password = password
        self.protection = protection
    }
}

/// Who our mail comes from.
package struct MailSender: Sendable {
    package let name: String
    /// A bare address, such as `billing@example.com`.
    package let address: String

    package init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}

/// Carries mail to a mail server over SMTP.
package struct SMTPMailer: Mailer {
    private let server: MailServer
    private let sender: MailSender
    private let signers: [DKIMSigner]
    private let log: Log
    private let deadlineSeconds: Double

    package init(
        server: MailServer,
        sender: MailSender,
        signers: [DKIMSigner] = [],
        log: Log,
        deadlineSeconds: Double = 60
    ) {
        self.server = server
        self.sender = sender
        self.signers = signers
        self.log = log
        self.deadlineSeconds = deadlineSeconds
    }

    package func send(_ message: MailMessage) async throws {
        let mail = OutgoingMail(
            server: server.address,
            user: server.user,
            password: server.password,
            protection: server.protection,
            from: sender.address,
            recipients: [message.recipient],
            message: try MIMEMessage(message, from: sender, signedBy: signers).bytes,
            deadlineSeconds: deadlineSeconds
        )
        do {
            // libcurl's thread does nothing else while it waits for a server to take a message, so
            // that a slow one would hold up other mails and calls.
            let client = HTTPClient(log: log, userAgent: "mail")
            defer { client.close() }
            try await client.sendMail(mail)
            log.info("A mail was handed over", ["mail": message.id])
        } catch let error as MailTransferError {
            let failure = MailFailure(error, hiding: [server.password?.exposed ?? ""])
            log.warning("A mail was not handed over", ["mail": message.id, "error": "\(failure)"])
            throw failure
        }
    }
}

extension MailFailure {
    /// What refuses us and not the message: our own settings (0) and credentials (RFC 4954).
    /// Somebody has to mend them, and until then no mail may be given up.
    private static let refusalsOfSettings = [0, 530, 534, 535, 538]

    /// What a failed transfer means for the message; `secrets` are hidden in what the server said.
    package init(_ error: MailTransferError, hiding secrets: [String] = []) {
        switch error {
        case .temporary(let code, let text):
            self = .temporary(MailFailure.reply(code, text, secrets))
        case .permanent(let code, let text) where MailFailure.refusalsOfSettings.contains(code):
            self = .temporary(MailFailure.reply(code, text, secrets))
        case .permanent(let code, let text):
            self = .permanent(MailFailure.reply(code, text, secrets))
        case .unknown:
            self = .unknown("The connection broke before the server confirmed the message.")
        case .notConnected(let text):
            self = .temporary(text.excerpt(hiding: secrets))
        }
    }

    private static func reply(_ code: Int, _ text: String, _ secrets: [String]) -> String {
        (code == 0 ? text : "\(code) \(text)").excerpt(hiding: secrets)
    }
}
