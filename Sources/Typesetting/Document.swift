package import Foundation

/// A document as a value: what stands in it, in reading order, and how it looks.
package struct Document: Sendable {
    package var details: Details
    package var paper: Paper
    package var blocks: [Block]
    package var footer: Footer?
    package var attachments: [Attachment]

    package init(
        details: Details,
        paper: Paper = .a4,
        blocks: [Block],
        footer: Footer? = nil,
        attachments: [Attachment] = []
    ) {
        self.details = details
        self.paper = paper
        self.blocks = blocks
        self.footer = footer
        self.attachments = attachments
    }

    /// What the file says of itself.
    package struct Details: Sendable {
        package let title: String
        package let author: String
        package let subject: String
        /// The language of most of the text as BCP 47 names it, such as `en`.
        package let language: String
        /// When the document was made; nothing in it is taken from the clock.
        package let created: Date
        /// The program that made it.
        package let creator: String

        package init(
            title: String,
            author: String,
            subject: String,
            language: String,
            created: Date,
            creator: String
        ) {
            self.title = title
            self.author = author
            self.subject = subject
            self.language = language
            self.created = created
            self.creator = creator
        }
    }

    /// What stands at the foot of each page, which readers of the text are spared.
    package struct Footer: Sendable {
        package let text: String
        package let style: TextStyle
        package let rule: Line?
        /// The page's number and how many there are, in words.
        package let pageLabel: @Sendable (_ page: Int, _ pages: Int) -> String

        package init(
            _ text: String,
            _ style: TextStyle,
            rule: Line?,
            pageLabel: @escaping @Sendable (_ page: Int, _ pages: Int) -> String
        ) {
            self.text = text
            self.style = style
            self.rule = rule
            self.pageLabel = pageLabel
        }
    }
}

/// A file inside the document.
package struct Attachment: Sendable {
    /// What the file is to the document (PDF 2.0, `AFRelationship`).
    package enum Relationship: String, Sendable {
        case source = "Source"
        case data = "Data"
        case alternative = "Alternative"
        case supplement = "Supplement"
    }

    package let name: String
    package let mimeType: String
    package let relationship: Relationship
    package let summary: String
    package let bytes: [UInt8]

    package init(
        name: String,
        mimeType: String,
        relationship: Relationship,
        summary: String,
        bytes: [UInt8]
    ) {
        self.name = name
        self.mimeType = mimeType
        self.relationship = relationship
        self.summary = summary
        self.bytes = bytes
    }
}
