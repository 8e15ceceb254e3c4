import Cryptography
import Support
import Wire

/// A place in a list: the sort keys of the last element that was sent.
///
/// Callers cannot read anything into it; one that was changed, or that belongs to another list, is
/// refused. It gives no rights, so it is not signed.
package struct Cursor: Sendable, Equatable {
    /// The list and its order, such as `invoices.-created_at`.
    package let list: String
    /// The sort keys of the last element, its id last.
    package let keys: [String]

    package init(list: String, keys: [String]) {
        self.list = list
        self.keys = keys
    }

    /// Reads what ``text`` prints, for a list with a number of sort keys.
    package init?(_ text: String, list: String, keys count: Int) {
        guard text.utf8.count <= 2_048, let bytes = Base64URL.decode(text),
            bytes.count > Cursor.sumBytes,
            let json = try? JSON(reading: Array(bytes.dropFirst(Cursor.sumBytes))),
            let words = json.array?.compactMap(\.string), words.count == count + 1,
            words.first == list
        else { return nil }
        self.init(list: list, keys: Array(words.dropFirst()))
        guard self.text == text else { return nil }
    }

    /// The cursor as it stands in `next_cursor`.
    package var text: String {
        let bytes = JSON.array(([list] + keys).map(JSON.string)).bytes
        return Base64URL.encode(SHA256.hash(bytes).prefix(Cursor.sumBytes) + bytes)
    }

    private static let sumBytes = 4
}
