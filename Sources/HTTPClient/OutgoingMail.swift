package import Support

/// One message for one mail server.
package struct OutgoingMail: Sendable {
    /// How the way to the mail server is protected.
    package enum Protection: Sendable {
        /// TLS or nothing: `smtps`, or `STARTTLS` that must succeed.
        case required
        /// No TLS, for a relay on this machine; a password is never sent this way.
        case none
    }

    /// `smtp://host:port` or `smtps://host:port`.
    package var server: String
    package var user: String?
    package var password: Secret<String>?
    package var protection: Protection
    /// The envelope's sender, a bare address.
    package var from: String
    /// The envelope's recipients, bare addresses.
    package var recipients: [String]
    /// The whole message with its header, lines ended by CR LF.
    package var message: [UInt8]
    package var deadlineSeconds: Double

    package init(
        server: String,
        user: String? = nil,
        password: Secret<String>? = nil,
        protection: Protection = .required,
        from: String,
        recipients: [String],
        message: [UInt8],
        deadlineSeconds: Double = 60
    ) {
        self.server = server
        self.user = user
        self.password = password
        self.protection = protection
        self.from = from
        self.recipients = recipients
        self.message = message
        self.deadlineSeconds = deadlineSeconds
    }
}

/// A mail that was not taken, sorted by what the sender should do next.
package enum MailTransferError: Error, Equatable {
    /// The server asks to try again later (a 4xx reply).
    case temporary(code: Int, text: String)
    /// The server refuses for good (a 5xx reply), or the mail's own data cannot be sent.
    case permanent(code: Int, text: String)
    /// The connection broke after the message was sent, before the reply: it may be on its way.
    case unknown
    /// Nothing of the message was sent: no connection, no TLS, or lost before the message.
    case notConnected(text: String)
}
