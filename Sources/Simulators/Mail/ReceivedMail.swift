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

// A mail is written down as it came, and read again.
extension ReceivedMail: Codable {
    private enum CodingKeys: String, CodingKey { case number, receivedAt, sender, recipients, raw }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            number: try values.decode(Int.self, forKey: .number),
            receivedAt: try values.decode(Date.self, forKey: .receivedAt),
            sender: try values.decode(String.self, forKey: .sender),
            recipients: try values.decode([String].self, forKey: .recipients),
            raw: Array(try values.decode(Data.self, forKey: .raw))
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(number, forKey: .number)
        try values.encode(receivedAt, forKey: .receivedAt)
        try values.encode(sender, forKey: .sender)
        try values.encode(recipients, forKey: .recipients)
        try values.encode(Data(raw), forKey: .raw)
    }
}
