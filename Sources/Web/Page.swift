package import Wire

/// Which part of a list is asked for: `limit` and `cursor`.
package struct PageRequest: Sendable {
    /// How many elements at most.
    package let limit: Int
    /// The sort keys of the element after which the page starts; nil for the first page.
    package let after: [String]?
    private let list: String

    /// Reads them from the query.
    ///
    /// The list is named with its order, such as `invoices.-created_at`; `keys` says how many sort
    /// keys an element has, its id included.
    ///
    /// - Throws: ``Problem`` 422 for a limit out of range or a cursor of another list.
    package init(_ request: Request, list: String, keys: Int) throws(Problem) {
        self.list = list
        limit = try request.value(of: PageRequest.limit) ?? 25
        guard let text = try request.value(of: PageRequest.cursor) else {
            after = nil
            return
        }
        guard let cursor = Cursor(text, list: list, keys: keys) else {
            throw Problem.invalid("cursor", "bad_cursor", "must be a next_cursor of this list")
        }
        after = cursor.keys
    }

    /// How many rows to read: one more than are shown, to know whether there are more.
    package var rowsToRead: Int { limit + 1 }

    /// The page that some rows are, of which there may be one too many.
    package func page<Row, Item>(
        _ rows: [Row],
        keys: (Row) -> [String],
        _ item: (Row) throws -> Item
    ) rethrows -> Page<Item> {
        let shown = rows.prefix(limit)
        let next = rows.count > limit ? shown.last.map { Cursor(list: list, keys: keys($0)) } : nil
        return Page(data: try shown.map(item), nextCursor: next?.text)
    }

    /// What every endpoint that lists adds to its query.
    package static let parameters: [any AnyQueryParameter] = [limit, cursor]

    private static let limit = QueryParameter(
        "limit",
        Int.self,
        "How many elements; 25 unless told.",
        .range(1...100)
    )

    private static let cursor = QueryParameter(
        "cursor",
        String.self,
        "The `next_cursor` of the page before."
    )
}

/// A part of a list: `{"data": […], "has_more": true, "next_cursor": "…"}`.
package struct Page<Item: APIValue>: APIValue {
    package let data: [Item]
    /// Leads to the next page; nil on the last one.
    package let nextCursor: String?

    package init(data: [Item], nextCursor: String? = nil) {
        self.data = data
        self.nextCursor = nextCursor
    }

    package static var schema: Schema {
        let items = Schema.array(of: Item.schema)
        return Schema(
            [
                "type": "object", "required": ["data", "has_more", "next_cursor"],
                "properties": [
                    "data": items.json, "has_more": ["type": "boolean"],
                    "next_cursor": ["type": ["string", "null"]],
                ],
                "additionalProperties": false,
            ],
            models: items.models
        )
    }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Page? {
        guard let elements = json["data"] else {
            decoding.at("data") { $0.report("required", "is required") }
            return nil
        }
        return decoding.at("data") { [Item].decode(elements, &$0) }
            .map { Page(data: $0, nextCursor: json["next_cursor"]?.string) }
    }

    package var json: JSON {
        [
            "data": data.json, "has_more": .bool(nextCursor != nil),
            "next_cursor": nextCursor.json,
        ]
    }
}
