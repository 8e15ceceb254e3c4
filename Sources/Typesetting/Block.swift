/// One thing of a document; blocks follow one another down the page.
package indirect enum Block: Sendable {
    /// A heading, which stays with what follows; levels begin at 1.
    case heading(StyledText, level: Int)
    case paragraph(StyledText)
    case picture(Picture, width: Double, alignment: TextStyle.Alignment = .left)
    case table(Table)
    /// Blocks beside one another, on one page.
    case columns([Column], gap: Double)
    /// Blocks on a ground of a colour, on one page.
    case panel([Block], fill: Ink, padding: Double)
    /// Empty room, which a page never begins with.
    case space(Double)
    /// A rule from edge to edge.
    case rule(Line)

    package struct Column: Sendable {
        let width: Width
        let blocks: [Block]

        package init(_ width: Width, _ blocks: [Block]) {
            self.width = width
            self.blocks = blocks
        }
    }
}

/// How wide a column is.
package enum Width: Sendable {
    case points(Double)
    /// This many parts of the room that is left.
    case share(Double)

    /// The widths of columns that fill the room.
    static func resolve(_ widths: [Width], in room: Double) -> [Double] {
        var shares = 0.0
        var left = room
        for width in widths {
            switch width {
            case .points(let points): left -= points
            case .share(let share): shares += share
            }
        }
        return widths.map { width in
            switch width {
            case .points(let points): points
            case .share(let share): max(0, left) * share / shares
            }
        }
    }
}
