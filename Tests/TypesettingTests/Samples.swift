import Foundation
import Typesetting

/// Documents that the tests make.
enum Samples {
    static let plain = TextStyle(size: 10)
    static let small = TextStyle(size: 8, ink: Ink(0x5B6472))
    static let title = TextStyle(size: 22, isBold: true)

    /// Words in every script that documents are held to.
    static let scripts = [
        "Zażółć gęślą jaźń", "Привет, мир", "Καλημέρα κόσμε", "مرحبا بالعالم", "שלום עולם",
        "你好世界", "こんにちは世界", "สวัสดีชาวโลก",
    ]

    static func document(
        _ blocks: [Block],
        paper: Paper = .a4,
        attachments: [Attachment] = []
    ) -> Document {
        Document(
            details: Document.Details(
                title: "A sample & more",
                author: "Sample <Company>",
                subject: "What tests make",
                language: "en",
                created: Date(timeIntervalSince1970: 1_790_000_000),
                creator: "Tests"
            ),
            paper: paper,
            blocks: blocks,
            footer: Document.Footer("The footer", small, rule: Line(0.5, .black)) {
                "Page \($0) of \($1)"
            },
            attachments: attachments
        )
    }

    static func table(_ rows: Int, cell: (Int) -> String = { "Row \($0)" }) -> Table {
        Table(
            columns: [Table.Column(.share(1)), Table.Column(.points(80), .right)],
            head: ["What", "Amount"],
            rows: (1...rows).map { row in
                Table.Row([
                    Table.Cell(StyledText(cell(row), plain), isHeader: true),
                    Table.Cell(StyledText("\(row).00", plain)),
                ])
            },
            look: Table.Look(
                head: small,
                headFill: Ink(0xF3F5F8),
                rowRule: Line(0.5, .black),
                padding: 4,
                inset: 6
            )
        )
    }

    /// Everything that a document can have.
    static func everything() throws -> Document {
        document(
            [
                .heading(StyledText("Everything", title), level: 1),
                .picture(try logo(), width: 60, alignment: .right),
                .space(10),
                .columns(
                    [
                        Block.Column(.share(1), [.paragraph(StyledText("Left", plain))]),
                        Block.Column(
                            .points(200),
                            scripts.map { .paragraph(StyledText($0, plain)) }
                        ),
                    ],
                    gap: 20
                ),
                .rule(Line(1, .black)),
                .table(table(60)),
                .paragraph(StyledText("The end.", plain)),
            ],
            attachments: [
                Attachment(
                    name: "zahlen.json",
                    mimeType: "application/json",
                    relationship: .data,
                    summary: "The same for programs",
                    bytes: Array(#"{"total": 1830}"#.utf8)
                ),
                Attachment(
                    name: "a.xml",
                    mimeType: "text/xml",
                    relationship: .alternative,
                    summary: "Once more",
                    bytes: Array("<a/>".utf8)
                ),
            ]
        )
    }

    /// A picture of two by two points.
    static func logo() throws -> Picture {
        try Picture(png: png, alternative: "The company's mark")
    }

    static let png: [UInt8] = Array(
        Data(
            base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEklEQVR4nGMQiTpxIkqEAU"
                + "IBACH2BNlaRQetAAAAAElFTkSuQmCC"
        ) ?? Data()
    )
}
