/// Turns a table into strips, one a row.
struct TableMeasuring {
    private let table: Table
    private let measuring: Measuring
    private let width: Double
    private let widths: [Double]

    init(table: Table, measuring: Measuring, width: Double) {
        self.table = table
        self.measuring = measuring
        self.width = width
        let gaps = table.look.gap * Double(max(0, table.columns.count - 1))
        widths = Width.resolve(
            table.columns.map(\.width),
            in: width - gaps - 2 * table.look.inset
        )
    }

    var steps: [Step] {
        let head = self.head
        var strips = table.rows.enumerated().flatMap { index, row in
            self.strips(of: row, isFirst: index == 0 && head == nil, headHeight: head?.height ?? 0)
        }
        for index in strips.indices {
            let isLast = index == strips.count - 1
            strips[index].keepsWithNext = isLast ? table.keepsWithNext : table.isKeptTogether
        }
        let all = (head.map { [$0] } ?? []) + strips
        return [.open(.table, head: head)] + all.map { .strip($0) } + [.close]
    }

    private var head: Strip? {
        guard !table.head.isEmpty else { return nil }
        let cells = table.head.map { Table.Cell(StyledText($0, table.look.head)) }
        var strip = self.strip(of: layouts(of: cells), cells.map { _ in .header("Column") })
        strip.keepsWithNext = true
        if let fill = table.look.headFill {
            strip.nodes.insert(background(fill, height: strip.height), at: 0)
        }
        if let rule = table.look.headRule {
            strip.nodes.append(edge(rule, y: strip.height - rule.thickness))
        }
        return strip
    }

    /// The strips of a row: one, unless a cell is higher than a page.
    private func strips(of row: Table.Row, isFirst: Bool, headHeight: Double) -> [Strip] {
        let room = measuring.mostHeight - headHeight - 2 * table.look.padding
        let columns = row.cells.enumerated().map { index, cell in
            divided(layouts(of: cell, in: index, most: room), room)
        }
        let count = columns.map(\.count).max() ?? 0
        let tags = row.cells.map { $0.isHeader ? Tag.header("Row") : .cell }
        return (0..<count).map { part in
            let layouts = columns.map { part < $0.count ? $0[part] : [] }
            var strip = self.strip(of: layouts, tags)
            if let fill = row.fill {
                strip.nodes.insert(background(fill, height: strip.height), at: 0)
            }
            if part == 0, let rule = row.ruleAbove ?? (isFirst ? nil : table.look.rowRule) {
                strip.nodes.append(edge(rule, y: 0))
            }
            return strip
        }
    }

    private func layouts(of cells: [Table.Cell]) -> [[TextLayout]] {
        cells.enumerated().map { index, cell in
            layouts(of: cell, in: index, most: measuring.mostHeight)
        }
    }

    private func layouts(of cell: Table.Cell, in column: Int, most: Double) -> [TextLayout] {
        cell.texts.flatMap { text in
            var text = text
            text.style.alignment = table.columns[column].alignment
            return measuring.parts(of: text, width: widths[column], height: most)
        }
    }

    /// Texts in groups of at most a height.
    private func divided(_ layouts: [TextLayout], _ most: Double) -> [[TextLayout]] {
        var groups: [[TextLayout]] = [[]]
        var height = 0.0
        for layout in layouts {
            if height > 0, height + layout.height > most {
                groups.append([])
                height = 0
            }
            groups[groups.count - 1].append(layout)
            height += layout.height
        }
        return groups
    }

    private func strip(of cells: [[TextLayout]], _ tags: [Tag]) -> Strip {
        var x = table.look.inset
        var height = 0.0
        var nodes: [Node] = []
        // Fonts of several scripts differ in height, and a row is read along one line.
        let baseline = cells.compactMap { $0.first?.baseline }.max() ?? 0
        for ((cell, tag), width) in zip(zip(cells, tags), widths) {
            var y = table.look.padding + baseline - (cell.first?.baseline ?? baseline)
            var texts: [Node] = []
            for layout in cell {
                texts.append(.text(layout, x: x, y: y))
                y += layout.height
            }
            nodes.append(.tagged(tag, texts))
            height = max(height, y)
            x += width + table.look.gap
        }
        return Strip(height: height + table.look.padding, nodes: [.tagged(.row, nodes)])
    }

    private func background(_ ink: Ink, height: Double) -> Node {
        .fill(ink, x: 0, y: 0, width: width, height: height)
    }

    private func edge(_ line: Line, y: Double) -> Node {
        .fill(line.ink, x: 0, y: y, width: width, height: line.thickness)
    }
}
