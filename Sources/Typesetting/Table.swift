/// A table, which may go over several pages; its head is repeated on each.
package struct Table: Sendable {
    package var columns: [Column]
    /// The names of the columns; empty when the rows name themselves.
    package var head: [String]
    package var rows: [Row]
    package var look: Look
    /// Whether its rows stay on one page, as far as they fit one.
    package var isKeptTogether: Bool
    /// Whether its last row stays with what follows.
    package var keepsWithNext: Bool

    package init(
        columns: [Column],
        head: [String] = [],
        rows: [Row],
        look: Look,
        isKeptTogether: Bool = false,
        keepsWithNext: Bool = false
    ) {
        self.columns = columns
        self.head = head
        self.rows = rows
        self.look = look
        self.isKeptTogether = isKeptTogether
        self.keepsWithNext = keepsWithNext
    }

    package struct Column: Sendable {
        let width: Width
        let alignment: TextStyle.Alignment

        package init(_ width: Width, _ alignment: TextStyle.Alignment = .left) {
            self.width = width
            self.alignment = alignment
        }
    }

    package struct Row: Sendable {
        let cells: [Cell]
        let fill: Ink?
        let ruleAbove: Line?

        package init(_ cells: [Cell], fill: Ink? = nil, ruleAbove: Line? = nil) {
            self.cells = cells
            self.fill = fill
            self.ruleAbove = ruleAbove
        }
    }

    /// A cell; its texts stand below one another.
    package struct Cell: Sendable {
        var texts: [StyledText]
        let isHeader: Bool

        package init(_ texts: StyledText..., isHeader: Bool = false) {
            self.init(texts, isHeader: isHeader)
        }

        /// A cell of any number of texts; a header names its row.
        package init(_ texts: [StyledText], isHeader: Bool = false) {
            self.texts = texts
            self.isHeader = isHeader
        }
    }

    package struct Look: Sendable {
        let head: TextStyle
        let headFill: Ink?
        let headRule: Line?
        let rowRule: Line?
        /// Above and below the texts of a row.
        let padding: Double
        /// Left and right of a row's first and last cell.
        let inset: Double
        /// Between columns.
        let gap: Double

        package init(
            head: TextStyle,
            headFill: Ink? = nil,
            headRule: Line? = nil,
            rowRule: Line? = nil,
            padding: Double,
            inset: Double = 0,
            gap: Double = 12
        ) {
            self.head = head
            self.headFill = headFill
            self.headRule = headRule
            self.rowRule = rowRule
            self.padding = padding
            self.inset = inset
            self.gap = gap
        }
    }
}
