/// What is drawn on a page, in order.
enum Mark {
    case open(Tag)
    case close
    case nodes([Node])
}

/// Divides steps into pages.
struct Pagination {
    private(set) var pages: [[Mark]] = [[]]
    private let height: Double
    private var y = 0.0
    /// Where the page's own content begins, below the heads that are repeated on it.
    private var top = 0.0
    private var heads: [Strip?] = []

    init(_ steps: [Step], height: Double) {
        self.height = height
        for (index, step) in steps.enumerated() {
            switch step {
            case .open(let tag, let head):
                add(.open(tag))
                heads.append(head)
            case .close:
                add(.close)
                heads.removeLast()
            case .strip(let strip): place(strip, with: Pagination.unit(steps[index...]))
            }
        }
    }

    /// The height of what has to stand together from here on.
    private static func unit(_ steps: ArraySlice<Step>) -> Double {
        var height = 0.0
        for case .strip(let strip) in steps {
            height += strip.height
            if !strip.keepsWithNext && !strip.isSpace { break }
        }
        return height
    }

    private mutating func place(_ strip: Strip, with unit: Double) {
        // What does not fit any page as a whole is divided after all.
        let wanted = unit <= height - top ? unit : strip.height
        if y > top, y + wanted > height { turn() }
        if strip.isSpace && y == top { return }
        add(.nodes(strip.nodes.map { $0.moved(0, y) }))
        y += strip.height
    }

    private mutating func turn() {
        pages.append([])
        y = 0
        for case .some(let head) in heads {
            add(.nodes(head.nodes.flatMap(\.untagged).map { $0.moved(0, y) }))
            y += head.height
        }
        top = y
    }

    private mutating func add(_ mark: Mark) { pages[pages.count - 1].append(mark) }
}
