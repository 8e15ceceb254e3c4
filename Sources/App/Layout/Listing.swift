import Web
import Wire

/// Which part of a long list a page shows. Filters and place stand in the address,
/// so that a part can be bookmarked and sent to somebody.
struct Listing: Sendable {
    /// How many rows a page has.
    static let length = 50

    private let list: String
    /// What an address says of a part's place.
    static let places: Set = ["cursor", "before", "at"]

    private let request: Request
    /// The sort keys of the row after which the page starts; nil for the first page. Backward, the
    /// row before which it ends.
    let after: [String]?
    /// Whether the rows before a place are asked for, which are read the other way round.
    let isBackward: Bool
    /// How many rows stood on the pages before, as far as the address tells.
    private let skipped: Int

    /// A place that cannot be read, such as one of an older version, is the first page.
    init(_ request: Request, list: String, keys: Int = 1) {
        func place(_ name: String) -> [String]? {
            request.query[name].flatMap { Cursor($0, list: list, keys: keys) }?.keys
        }
        self.list = list
        self.request = request
        let before = place("before")
        isBackward = before != nil
        after = before ?? place("cursor")
        let told = request.query["at"].flatMap { Int($0) } ?? 0
        skipped = after != nil && (0...1_000_000_000).contains(told) ? told : 0
    }

    /// One more than are shown, to know whether there are more.
    var rowsToRead: Int { Listing.length + 1 }

    /// The rows to show and the way to the others; the way back only where rows can be read
    /// backward.
    func part<Row>(
        _ rows: [Row],
        goesBack: Bool = false,
        keys: (Row) -> [String]
    ) -> (rows: [Row], pager: Pager) {
        var shown = Array(rows.prefix(Listing.length))
        let hasMore = rows.count > shown.count
        if isBackward { shown.reverse() }
        let hasPrevious = isBackward ? hasMore : after != nil
        let start = hasPrevious ? skipped : 0
        func address(_ name: String, _ row: Row?, at place: Int) -> String? {
            row.map {
                self.address([
                    (name, Cursor(list: list, keys: keys($0)).text), ("at", String(max(0, place))),
                ])
            }
        }
        return (
            shown,
            Pager(
                first: hasPrevious ? self.address([]) : nil,
                previous: hasPrevious && goesBack
                    ? address("before", shown.first, at: start - Listing.length) : nil,
                next: isBackward || hasMore
                    ? address("cursor", shown.last, at: start + shown.count) : nil,
                rows: shown.isEmpty ? nil : start + 1...start + shown.count
            )
        )
    }

    /// Another page about the same filter and order, such as the list as a file.
    func sibling(_ path: String) -> String {
        let fields = FormFields(
            request.query.fields.filter { !Listing.places.contains($0.name) && !$0.value.isEmpty }
        )
        return fields.fields.isEmpty ? path : "\(path)?\(fields.encoded)"
    }

    private func address(_ place: [(name: String, value: String)]) -> String {
        var fields = FormFields(
            request.query.fields.filter { !Listing.places.contains($0.name) && !$0.value.isEmpty }
        )
        for each in place { fields.append(each.name, each.value) }
        return fields.fields.isEmpty ? request.path : "\(request.path)?\(fields.encoded)"
    }
}

extension Request {
    /// What was typed into a field of a search, without spaces around it; nil for nothing.
    func search(_ name: String) -> String? {
        guard let typed = query[name] else { return nil }
        let text = typed.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return text.isEmpty ? nil : String(text.prefix(200))
    }

    /// What was chosen in a filter; nil for everything and for what is no choice.
    func filter<Choice: RawRepresentable<String>>(_ name: String, _ type: Choice.Type) -> Choice? {
        query[name].flatMap { Choice(rawValue: $0) }
    }
}
