/// A part of a long list that is read newest first, with the ways to the others.
struct ListPart<Item: Sendable>: Sendable {
    let items: [Item]
    let pager: Pager

    /// A part of which one row more than is shown was read, to know whether more follows.
    ///
    /// `id` names a row in the address of the part that comes after it.
    init(_ rows: [Item], after isLater: Bool, path: String, id: (Item) -> String) {
        items = Array(rows.prefix(ListPart.size))
        let last = rows.count > ListPart.size ? items.last : nil
        pager = Pager(
            first: isLater ? path : nil,
            next: last.map { "\(path)?before=\(id($0))" }
        )
    }

    /// How many rows are shown at once.
    static var size: Int { 25 }
}
