/// Makes of drawn pages a file that meets PDF/A-3 and PDF/UA: what cairo leaves out is added.
struct Finishing: ~Copyable {
    private let file: PDFFile
    private let document: Document

    static func finish(_ drawn: [UInt8], _ tags: [Tag], _ document: Document) throws -> [UInt8] {
        let finishing = Finishing(file: try PDFFile.read(drawn), document: document)
        try finishing.describe()
        try finishing.mendFonts()
        try finishing.mendPages()
        try finishing.completeTags(tags)
        try finishing.attachFiles()
        return try finishing.file.write()
    }

    /// Says what the file is: metadata, language, colours.
    private func describe() throws {
        let details = document.details
        let info = try file.parse("<< >>")
        for (key, value) in [
            ("/Title", details.title), ("/Author", details.author), ("/Subject", details.subject),
            ("/Creator", details.creator), ("/Producer", details.creator),
            ("/CreationDate", Metadata.date(details.created)),
            ("/ModDate", Metadata.date(details.created)),
        ] {
            file.set(key, of: info, to: file.text(value))
        }
        file.set("/Info", of: file.trailer, to: file.indirect(info))

        let metadata = try file.stream(
            Metadata.packet(details),
            "<< /Type /Metadata /Subtype /XML >>"
        )
        file.set("/Metadata", of: file.root, to: metadata)
        file.set("/Lang", of: file.root, to: file.text(details.language))
        file.set("/MarkInfo", of: file.root, to: try file.parse("<< /Marked true >>"))
        file.set(
            "/ViewerPreferences",
            of: file.root,
            to: try file.parse("<< /DisplayDocTitle true >>")
        )
        let intent = try file.parse(
            "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) >>"
        )
        file.set(
            "/DestOutputProfile",
            of: intent,
            to: try file.stream(ColorProfile.sRGB, "<< /N 3 >>")
        )
        let intents = try file.parse("[ ]")
        file.append(file.indirect(intent), to: intents)
        file.set("/OutputIntents", of: file.root, to: intents)
    }

    private func mendFonts() throws {
        for number in 1..<max(2, file.objectLimit) {
            let object = file.object(number)
            guard file.isDictionary(object),
                file.isName(file.value("/Subtype", of: object), "/CIDFontType2"),
                !file.has("/CIDToGIDMap", object)
            else { continue }
            file.set("/CIDToGIDMap", of: object, to: try file.parse("/Identity"))
        }
    }

    private func mendPages() throws {
        for index in 0..<file.pageCount {
            let page = file.page(index)
            let content = file.value("/Contents", of: page)
            let marked = ContentStream.markingArtifacts(try file.data(of: content))
            file.replaceData(of: content, with: marked)
            file.set("/Tabs", of: page, to: try file.parse("/S"))
        }
    }

    /// Says of each tag what cairo has no words for. The tree holds them as they began.
    private func completeTags(_ tags: [Tag]) throws {
        var elements: [PDFFile.Object] = []
        collect(file.value("/StructTreeRoot", of: file.root), into: &elements)
        let names = elements.map { String(file.name(file.value("/S", of: $0)).dropFirst()) }
        guard names == tags.map(\.name) else {
            throw TypesettingError.finishing("the tags are not those that were drawn")
        }
        for (element, tag) in zip(elements, tags) {
            if let scope = tag.scope {
                let attributes = try file.parse("<< /O /Table /Scope /\(scope) >>")
                file.set("/A", of: element, to: attributes)
            }
            if let alternative = tag.alternative {
                file.set("/Alt", of: element, to: file.text(alternative))
                let attributes = try file.parse("<< /O /Layout /Placement /Block >>")
                file.set("/A", of: element, to: attributes)
            }
        }
    }

    private func collect(_ parent: PDFFile.Object, into elements: inout [PDFFile.Object]) {
        for child in file.elements(file.value("/K", of: parent)) {
            guard file.isDictionary(child), file.has("/S", child) else { continue }
            elements.append(child)
            collect(child, into: &elements)
        }
    }

    private func attachFiles() throws {
        guard !document.attachments.isEmpty else { return }
        let names = try file.parse("[ ]")
        let associated = try file.parse("[ ]")
        // A tree of names is in order.
        for attachment in document.attachments.sorted(by: { $0.name < $1.name }) {
            let specification = try attached(attachment)
            file.append(file.text(attachment.name), to: names)
            file.append(specification, to: names)
            file.append(specification, to: associated)
        }
        let tree = try file.parse("<< >>")
        file.set("/Names", of: tree, to: names)
        let all = try file.parse("<< >>")
        file.set("/EmbeddedFiles", of: all, to: tree)
        file.set("/Names", of: file.root, to: all)
        file.set("/AF", of: file.root, to: associated)
    }

    private func attached(_ attachment: Attachment) throws -> PDFFile.Object {
        let type = attachment.mimeType.utf8.map { byte in
            byte.isNameCharacter
                ? String(UnicodeScalar(byte))
                : "#" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
        let content = try file.stream(
            attachment.bytes,
            "<< /Type /EmbeddedFile /Subtype /\(type) /Params << /Size \(attachment.bytes.count) "
                + "/ModDate (\(Metadata.date(document.details.created))) >> >>"
        )
        let specification = try file.parse(
            "<< /Type /Filespec /AFRelationship /\(attachment.relationship.rawValue) >>"
        )
        file.set("/F", of: specification, to: file.text(attachment.name))
        file.set("/UF", of: specification, to: file.text(attachment.name))
        file.set("/Desc", of: specification, to: file.text(attachment.summary))
        let files = try file.parse("<< >>")
        file.set("/F", of: files, to: content)
        file.set("/UF", of: files, to: content)
        file.set("/EF", of: specification, to: files)
        return file.indirect(specification)
    }
}

extension UInt8 {
    /// Whether it stands for itself in a name of a PDF file.
    fileprivate var isNameCharacter: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
            || self == 45 || self == 46
    }
}
