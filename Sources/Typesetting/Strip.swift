/// A part of the structure that readers of the text go by.
struct Tag {
    let name: String
    /// Whether a header cell names its column or its row.
    var scope: String?
    /// What is read out in place of a picture.
    var alternative: String?

    static func heading(_ level: Int) -> Tag { Tag(name: "H\(min(max(level, 1), 6))") }
    static let paragraph = Tag(name: "P")
    static let group = Tag(name: "Div")
    static let table = Tag(name: "Table")
    static let row = Tag(name: "TR")
    static let cell = Tag(name: "TD")
    static func header(_ scope: String) -> Tag { Tag(name: "TH", scope: scope) }
}

/// Something with a place; what is no part of a tag is decoration.
indirect enum Node {
    case text(TextLayout, x: Double, y: Double)
    case picture(Picture, x: Double, y: Double, width: Double, height: Double)
    case fill(Ink, x: Double, y: Double, width: Double, height: Double)
    case tagged(Tag, [Node])

    func moved(_ dx: Double, _ dy: Double) -> Node {
        switch self {
        case .text(let text, let x, let y): .text(text, x: x + dx, y: y + dy)
        case .picture(let picture, let x, let y, let width, let height):
            .picture(picture, x: x + dx, y: y + dy, width: width, height: height)
        case .fill(let ink, let x, let y, let width, let height):
            .fill(ink, x: x + dx, y: y + dy, width: width, height: height)
        case .tagged(let tag, let nodes): .tagged(tag, nodes.map { $0.moved(dx, dy) })
        }
    }

    /// The same without its tags, as decoration.
    var untagged: [Node] {
        if case .tagged(_, let nodes) = self { return nodes.flatMap(\.untagged) }
        return [self]
    }
}

/// What is never divided between pages: a line of blocks, a row of a table.
struct Strip {
    var height: Double
    var nodes: [Node]
    var keepsWithNext = false
    var isSpace = false
}

/// The steps that a document is, from its beginning to its end.
enum Step {
    /// A tag begins that several strips are part of; its head is repeated on each further page.
    case open(Tag, head: Strip?)
    case close
    case strip(Strip)
}
