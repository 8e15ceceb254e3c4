/// Turns blocks into strips of known height.
struct Measuring {
    let setter: TextSetter
    /// No strip may be higher than a page.
    let mostHeight: Double

    func steps(of blocks: [Block], width: Double) -> [Step] {
        blocks.flatMap { steps(of: $0, width: width) }
    }

    private func steps(of block: Block, width: Double) -> [Step] {
        switch block {
        case .heading(let text, let level):
            strips(of: text, width: width, tag: .heading(level), keepsWithNext: true)
        case .paragraph(let text): strips(of: text, width: width, tag: .paragraph)
        case .picture(let picture, let wanted, let alignment):
            [.strip(strip(of: picture, wanted, alignment, width: width))]
        case .table(let table):
            TableMeasuring(table: table, measuring: self, width: width).steps
        case .columns(let columns, let gap):
            [.strip(strip(of: columns, gap: gap, width: width))]
        case .panel(let blocks, let fill, let padding):
            [.strip(strip(of: blocks, fill, padding, width: width))]
        case .space(let height): [.strip(Strip(height: height, nodes: [], isSpace: true))]
        case .rule(let line): [.strip(.rule(line, width: width))]
        }
    }

    /// The strips of a text: one, unless it is higher than a page.
    private func strips(
        of text: StyledText,
        width: Double,
        tag: Tag,
        keepsWithNext: Bool = false
    ) -> [Step] {
        parts(of: text, width: width, height: mostHeight).map { layout in
            let node = Node.tagged(tag, [.text(layout, x: 0, y: 0)])
            return .strip(
                Strip(height: layout.height, nodes: [node], keepsWithNext: keepsWithNext)
            )
        }
    }

    /// A text in parts of at most a height.
    func parts(of text: StyledText, width: Double, height: Double) -> [TextLayout] {
        let layout = setter.set(text, width: width)
        guard layout.height > height else { return [layout] }
        let count = layout.bytes(fitting: height)
        let bytes = Array(layout.text.text.utf8)
        guard count < bytes.count else { return [layout] }
        let first = String(decoding: bytes[..<count], as: UTF8.self)
        let rest = String(decoding: bytes[count...], as: UTF8.self)
        return [setter.set(StyledText(first, text.style), width: width)]
            + parts(of: StyledText(rest, text.style), width: width, height: height)
    }

    private func strip(
        of picture: Picture,
        _ wanted: Double,
        _ alignment: TextStyle.Alignment,
        width room: Double
    ) -> Strip {
        let ratio = Double(picture.height) / Double(picture.width)
        let width = min(wanted, room, mostHeight / ratio)
        let x: Double =
            switch alignment {
            case .left: 0
            case .center: (room - width) / 2
            case .right: room - width
            }
        let drawn = Node.picture(picture, x: x, y: 0, width: width, height: width * ratio)
        let tag = Tag(name: "Figure", alternative: picture.alternative)
        return Strip(height: width * ratio, nodes: [.tagged(tag, [drawn])])
    }

    private func strip(of blocks: [Block], _ fill: Ink, _ padding: Double, width: Double) -> Strip {
        let inner = Strip(stacking: steps(of: blocks, width: width - 2 * padding))
        let height = inner.height + 2 * padding
        let ground = Node.fill(fill, x: 0, y: 0, width: width, height: height)
        return Strip(
            height: height,
            nodes: [ground] + inner.nodes.map { $0.moved(padding, padding) }
        )
    }

    private func strip(of columns: [Block.Column], gap: Double, width: Double) -> Strip {
        let room = width - gap * Double(max(0, columns.count - 1))
        let widths = Width.resolve(columns.map(\.width), in: room)
        var (x, height) = (0.0, 0.0)
        var nodes: [Node] = []
        for (column, width) in zip(columns, widths) {
            let strip = Strip(stacking: steps(of: column.blocks, width: width))
            nodes += strip.nodes.map { $0.moved(x, 0) }
            height = max(height, strip.height)
            x += width + gap
        }
        return Strip(height: height, nodes: nodes)
    }
}

extension Strip {
    static func rule(_ line: Line, width: Double) -> Strip {
        Strip(
            height: line.thickness,
            nodes: [.fill(line.ink, x: 0, y: 0, width: width, height: line.thickness)]
        )
    }

    /// All strips of some steps as one, below one another.
    init(stacking steps: [Step]) {
        self.init(height: 0, nodes: [])
        var open: [(tag: Tag, nodes: [Node])] = []
        for step in steps {
            switch step {
            case .open(let tag, _): open.append((tag, []))
            case .close:
                guard let (tag, inner) = open.popLast() else { continue }
                add([.tagged(tag, inner)], to: &open)
            case .strip(let strip):
                add(strip.nodes.map { $0.moved(0, height) }, to: &open)
                height += strip.height
            }
        }
    }

    private mutating func add(_ new: [Node], to open: inout [(tag: Tag, nodes: [Node])]) {
        if open.isEmpty {
            nodes += new
        } else {
            open[open.count - 1].nodes += new
        }
    }
}
