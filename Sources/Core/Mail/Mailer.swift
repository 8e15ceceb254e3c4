package import struct Foundation.Date

/// Whoever carries our mail.
package protocol Mailer: Sendable {
    /// Hands one message over.
    ///
    /// - Throws: ``MailFailure``, which says whether to try again.
    func send(_ message: MailMessage) async throws
}

/// Why a mail was not handed over.
package enum MailFailure: Error, Sendable, Equatable {
    /// Try again later; nothing was accepted.
    case temporary(String)
    /// The message or its address was refused for good.
    case permanent(String)
    /// It may have been accepted; sending again with the same Message-ID is the lesser evil.
    case unknown(String)
}

/// A file that goes along with a message.
package struct MailAttachment: Sendable, Equatable {
    /// Letters, digits, `-`, `_` and `.`, as a header takes them.
    package let name: String
    package let mimeType: String
    package let bytes: [UInt8]

    package init(name: String, mimeType: String, bytes: [UInt8]) {
        self.name = name
        self.mimeType = mimeType
        self.bytes = bytes
    }
}

/// One message in both of its forms, with what goes along.
package struct MailMessage: Sendable, Equatable {
    /// Without angle brackets; the same at every attempt.
    package let id: String
    package let recipient: String
    package let subject: String
    package let text: String
    package let html: String
    package let date: Date
    package let attachments: [MailAttachment]

    package init(
        id: String,
        recipient: String,
        subject: String,
        text: String,
        html: String,
        date: Date,
        attachments: [MailAttachment] = []
    ) {
        self.id = id
        self.recipient = recipient
        self.subject = subject
        self.text = text
        self.html = html
        self.date = date
        self.attachments = attachments
    }
}
