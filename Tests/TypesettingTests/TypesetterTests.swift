import Foundation
import Testing
import Typesetting

@Suite struct TypesetterTests {
    private static let typesetter = Typesetter(threads: 2)

    private func reader(_ document: Document) async throws -> PDFReader {
        try PDFReader(await TypesetterTests.typesetter.typeset(document))
    }

    @Test func `the file is sound and says what it is`() async throws {
        let reader = try await reader(Samples.everything())
        #expect(try reader.output("qpdf", "--check", "FILE").contains("No syntax or stream"))
        let info = try reader.output("pdfinfo", "FILE")
        for line in [
            "Title:           A sample & more", "Author:          Sample <Company>",
            "Tagged:          yes", "PDF version:     1.7",
        ] {
            #expect(info.contains(line), "\(info)")
        }
        let metadata = try reader.output("pdfinfo", "-meta", "FILE")
        #expect(metadata.contains("<pdfaid:part>3</pdfaid:part>"))
        #expect(metadata.contains("<pdfuaid:part>1</pdfuaid:part>"))
        #expect(metadata.contains("Sample &lt;Company&gt;"))
        #expect(metadata.contains("<xmp:CreateDate>2026-09-21T14:13:20Z</xmp:CreateDate>"))
    }

    @Test func `text of every script is embedded and can be selected`() async throws {
        let paragraphs = Samples.scripts.map { Block.paragraph(StyledText($0, Samples.plain)) }
        let reader = try await reader(Samples.document(paragraphs))
        let text = try reader.output("pdftotext", "FILE", "-")
            .filter { !"\u{202A}\u{202B}\u{202C}".contains($0) }
        for word in Samples.scripts.flatMap({ $0.split(separator: " ") }) {
            #expect(text.contains(word), "\(word) is not in \(text)")
        }
        let fonts = try reader.output("pdffonts", "FILE").split(separator: "\n").dropFirst(2)
        #expect(fonts.count >= 5)
        for font in fonts { #expect(font.contains("yes yes yes"), "\(font)") }
    }

    @Test func `the tags are those of the blocks`() async throws {
        let structure = try await reader(Samples.everything()).structure()
        #expect(structure.hasPrefix("Document"))
        #expect(structure.contains("H1 (block)\n    \"Everything\""))
        #expect(structure.contains("Figure"))
        #expect(structure.contains("P (block)\n    \"The end.\""))
        #expect(structure.matches(of: #/Table \(block\)/#).count == 1)
        #expect(structure.matches(of: #/TR\n/#).count == 61)
        #expect(structure.matches(of: #/Scope /Column/#).count == 2)
        #expect(structure.matches(of: #/Scope /Row/#).count == 60)
        #expect(!structure.contains("The footer"), "decoration is not read out")
        #expect(!structure.contains("Syntax Warning"))
    }

    @Test func `a table goes over pages with its head on each`() async throws {
        let pages = try await reader(Samples.document([.table(Samples.table(120))])).pages()
        #expect(pages.count == 4)
        for (index, page) in pages.enumerated() {
            #expect(page.contains("What"))
            #expect(page.contains("Page \(index + 1) of 4"))
        }
        let text = pages.joined()
        for row in 1...120 { #expect(text.contains("Row \(row) ")) }
    }

    @Test func `what is higher than a page is divided, and nothing of it is lost`() async throws {
        let words = (1...3_000).map { "w\($0)" }
        let long = words.joined(separator: " ")
        for block in [
            Block.paragraph(StyledText(long, Samples.plain)),
            .table(Samples.table(2) { $0 == 1 ? long : "the next row" }),
        ] {
            let reader = try await reader(Samples.document([block]))
            let text = try reader.output("pdftotext", "-raw", "FILE", "-")
            let found = Set(text.split { $0.isWhitespace }.map(String.init))
            #expect(found.isSuperset(of: words))
            #expect(try reader.pages().count >= 2)
        }
    }

    @Test func `the last row stays with what follows it`() async throws {
        for count in stride(from: 25, through: 40, by: 1) {
            var table = Samples.table(count)
            table.keepsWithNext = true
            let end = Block.paragraph(StyledText("In all", Samples.plain))
            let pages = try await reader(Samples.document([.table(table), end])).pages()
            let last = try #require(pages.last)
            #expect(last.contains("In all") && last.contains("Row \(count) "), "\(count) rows")
        }
    }

    @Test(arguments: [
        (Paper.a4, "595.276 x 841.89 pts (A4)"), (.letter, "612 x 792 pts (letter)"),
    ])
    func `pages have the size of their paper`(paper: Paper, size: String) async throws {
        let paragraph = Block.paragraph(StyledText("Hello", Samples.plain))
        let reader = try await reader(Samples.document([paragraph], paper: paper))
        #expect(try reader.output("pdfinfo", "FILE").contains(size))
    }

    @Test func `attached files come out as they went in`() async throws {
        let reader = try await reader(Samples.everything())
        let list = try reader.output("pdfdetach", "-list", "FILE")
        #expect(list.contains("1: a.xml") && list.contains("2: zahlen.json"))
        let json = try reader.output("pdfdetach", "-save", "2", "-o", "/dev/stdout", "FILE")
        #expect(json == #"{"total": 1830}"#)
        let objects = try reader.output("qpdf", "--json", "FILE")
        #expect(objects.contains(#""/AFRelationship": "/Data""#))
        #expect(objects.contains(#""/Subtype": "/application/json""#))
    }

    @Test func `a picture is no more than a picture`() throws {
        #expect(throws: TypesettingError.self) {
            try Picture(png: Array("GIF89a".utf8), alternative: "")
        }
        var huge = Samples.png
        huge[16] = 0x7F
        #expect(throws: TypesettingError.self) { try Picture(png: huge, alternative: "") }
    }

    @Test func `a picture that breaks off is refused`() async throws {
        let picture = try Picture(png: Array(Samples.png.prefix(40)), alternative: "Half")
        let document = Samples.document([.picture(picture, width: 20)])
        await #expect(throws: TypesettingError.self) {
            try await TypesetterTests.typesetter.typeset(document)
        }
    }

    @Test func `a document without any block is a page`() async throws {
        let reader = try await reader(Samples.document([]))
        #expect(try reader.output("pdfinfo", "FILE").contains("Pages:           1"))
    }

    @Test func `odd texts do no harm`() async throws {
        let texts = [
            "", " ", "\n", "a\nb", "\u{0}", "\u{202E}reversed", "😀", "\u{FFFE}", "%s (%n) \\ EMC",
            "\u{0301}", String(repeating: "W", count: 500), "EMC\nEMC", " BDC",
        ]
        let blocks = texts.map { Block.paragraph(StyledText($0, Samples.plain)) }
        let reader = try await reader(Samples.document(blocks))
        #expect(try reader.output("qpdf", "--check", "FILE").contains("No syntax or stream"))
    }
}
