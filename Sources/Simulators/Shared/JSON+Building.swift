package import Wire

extension JSON {
    /// A string, or `null`.
    static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    /// An integer, or `null`.
    static func whole(_ number: Int64?) -> JSON { number.map { .integer($0) } ?? .null }

    /// An integer, or `null`.
    static func whole(_ number: Int?) -> JSON { number.map { .integer(Int64($0)) } ?? .null }

    /// An object of strings, sorted by name.
    static func texts(_ values: [String: String]) -> JSON {
        .object(values.sorted { $0.key < $1.key }.map { Member($0.key, .string($0.value)) })
    }

    /// This object with another's members set in it.
    func merging(_ other: JSON) -> JSON {
        (other.members ?? []).reduce(self) { $0.setting($1.name, $1.value) }
    }
}

// In the books a value is its own text, which keeps the order of members.
extension JSON: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try String(from: decoder)
        do throws(ReadError) {
            try self.init(reading: text)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(error)")
            )
        }
    }

    package func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
