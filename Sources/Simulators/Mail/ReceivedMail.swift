package import Foundation
import Wire

/// A mail as it was received, with its parts read.
package struct ReceivedMail: Sendable {
    package let number: Int
    package let receivedAt: Date
    /// The envelope's sender.
    package let sender: String
    /// The envelope's recipients.
    package let recipients: [String]
    package let raw: [UInt8]
    package let headers: [(name: String, value: String)]
    package let text: String?
    package let html: String?

    init(number: Int, receivedAt: Date, sender: String, recipients: [String], raw: [UInt8]) {
        let message = MIMEPart(reading: raw)
        self.number = number
        self.receivedAt = receivedAt
        self.sender = sender
        self.recipients = recipients
        self.raw = raw
        headers = message.headers.map { ($0.name, EncodedWords.decode($0.value)) }
        text = message.first("text/plain")
        html = message.first("text/html")
    }

    /// A header field, decoded.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    package var subject: String { header("Subject") ?? "" }

    var json: JSON {
        [
            "number": .integer(Int64(number)),
            "received_at": .string(receivedAt.rfc3339Text),
            "from": .string(header("From") ?? sender),
            "to": .array(recipients.map { .string($0) }),
            "envelope_from": .string(sender),
            "subject": .string(subject), "date": .text(header("Date")),
            "message_id": .text(header("Message-ID")), "text": .text(text), "html": .text(html),
            "headers": .object(
                headers.reduce(into: [JSON.Member]()) { members, header in
                    guard !members.contains(where: { $0.name == header.name }) else { return }
                    members.append(.init(header.name, .string(header.value)))
                }
            ),
        ]
    }
}
