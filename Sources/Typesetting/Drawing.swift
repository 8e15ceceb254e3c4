/// Draws a document's pages.
struct Drawing: ~Copyable {
    private let document: Document
    private let setter: TextSetter
    private var canvas: Canvas
    private var open: [Tag] = []

    /// The pages as a file that readers understand, and the tags in it.
    static func draw(
        _ document: Document,
        _ fonts: FontLibrary
    ) throws -> (file: [UInt8], tags: [Tag]) {
        var drawing = try Drawing(document, fonts)
        return try drawing.draw()
    }

    private init(_ document: Document, _ fonts: FontLibrary) throws {
        self.document = document
        setter = try TextSetter(fonts, language: document.details.language)
        canvas = Canvas(document.paper)
    }

    private mutating func draw() throws -> (file: [UInt8], tags: [Tag]) {
        let paper = document.paper
        let measuring = Measuring(setter: setter, mostHeight: paper.bodyHeight)
        let steps = measuring.steps(of: document.blocks, width: paper.bodyWidth)
        let pages = Pagination(steps, height: paper.bodyHeight).pages
        let whole = Tag(name: "Document")
        canvas.begin(whole)
        for (index, page) in pages.enumerated() {
            for mark in page { try draw(mark) }
            drawFooter(page: index + 1, of: pages.count)
            if index + 1 == pages.count { canvas.end(whole) }
            canvas.showPage()
        }
        return (try canvas.finish(), canvas.tags)
    }

    private mutating func draw(_ mark: Mark) throws {
        switch mark {
        case .open(let tag):
            canvas.begin(tag)
            open.append(tag)
        case .close: if let tag = open.popLast() { canvas.end(tag) }
        case .nodes(let nodes):
            let margins = document.paper.margins
            for node in nodes { try draw(node.moved(margins.left, margins.top)) }
        }
    }

    private mutating func draw(_ node: Node) throws {
        switch node {
        case .text(let text, let x, let y): canvas.draw(text, x: x, y: y)
        case .fill(let ink, let x, let y, let width, let height):
            canvas.fill(ink, x: x, y: y, width: width, height: height)
        case .picture(let picture, let x, let y, let width, let height):
            try canvas.draw(picture, x: x, y: y, width: width, height: height)
        case .tagged(let tag, let nodes):
            canvas.begin(tag)
            for node in nodes { try draw(node) }
            canvas.end(tag)
        }
    }

    private func drawFooter(page: Int, of pages: Int) {
        guard let footer = document.footer else { return }
        let paper = document.paper
        let top = paper.height - paper.margins.bottom + 18
        if let rule = footer.rule {
            canvas.fill(
                rule.ink,
                x: paper.margins.left,
                y: top - 8,
                width: paper.bodyWidth,
                height: rule.thickness
            )
        }
        var style = footer.style
        style.alignment = .left
        let text = setter.set(StyledText(footer.text, style), width: paper.bodyWidth - 110)
        canvas.draw(text, x: paper.margins.left, y: top)
        style.alignment = .right
        let label = setter.set(StyledText(footer.pageLabel(page, pages), style), width: 100)
        canvas.draw(label, x: paper.width - paper.margins.right - 100, y: top)
    }
}
