import Web
import Wire

/// Which part of a long list a page shows. Filters and place stand in the address,
/// so that a part can be bookmarked and sent to somebody.
struct Listing: Sendable {
    /// How many rows a page has.
    static let length = 50

    private let list: String
    private let request: Request
    /// The sort keys of the row after which the page starts; nil for the first page.
    let after: [String]?

    /// A place that cannot be read, such as one of an older version, is the first page.
    init(_ request: Request, list: String, keys: Int = 1) {
        self.list = list
        self.request = request
        after = request.query["cursor"].flatMap { Cursor($0, list: list, keys: keys) }?.keys
    }

    /// One more than are shown, to know whether there are more.
    var rowsToRead: Int { Listing.length + 1 }

    /// The rows to show and the way to the others.
    func part<Row>(_ rows: [Row], keys: (Row) -> [String]) -> (rows: [Row], pager: Pager) {
        let shown = Array(rows.prefix(Listing.length))
        let next = rows.count > shown.count ? shown.last : nil
        return (
            shown,
            Pager(
                first: after == nil ? nil : address(cursor: nil),
                next: next.map { address(cursor: Cursor(list: list, keys: keys($0)).text) }
            )
        )
    }

    /// Another page about the same filter and order, such as the list as a file.
    func sibling(_ path: String) -> String {
        let fields = FormFields(
            request.query.fields.filter { $0.name != "cursor" && !$0.value.isEmpty }
        )
        return fields.fields.isEmpty ? path : "\(path)?\(fields.encoded)"
    }

    private func address(cursor: String?) -> String {
        var fields = FormFields(
            request.query.fields.filter { $0.name != "cursor" && !$0.value.isEmpty }
        )
        if let cursor { fields.append("cursor", cursor) }
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
