/// The statements that one session has prepared, the least recently used of which make room.
struct StatementCache {
    /// Statements differ by their text and by the types of their values.
    struct Key: Hashable {
        let text: String
        let types: [SQLType]
    }

    private struct Entry {
        let name: String
        var usedAt: UInt64
    }

    private var entries: [Key: Entry] = [:]
    private var moment: UInt64 = 0
    private let limit: Int

    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { entries.count }

    /// The name under which a statement is prepared, or nil.
    mutating func name(of key: Key) -> String? {
        moment += 1
        guard entries[key] != nil else { return nil }
        entries[key]?.usedAt = moment
        return entries[key]?.name
    }

    /// A name that no statement of this session has had.
    mutating func freshName() -> String {
        moment += 1
        return "s\(moment)"
    }

    /// Remembers a statement that has been prepared.
    mutating func insert(_ key: Key, name: String) {
        moment += 1
        entries[key] = Entry(name: name, usedAt: moment)
    }

    /// Forgets all statements; names are not used again.
    mutating func removeAll() { entries = [:] }

    /// Forgets the least recently used statement when another one would not fit; its name.
    mutating func makeRoom() -> String? {
        guard entries.count >= limit,
            let oldest = entries.min(by: { $0.value.usedAt < $1.value.usedAt })
        else { return nil }
        entries[oldest.key] = nil
        return oldest.value.name
    }
}
