package import Foundation

/// Something that has an identifier of its own kind.
package protocol Identified {
    /// What the identifier starts with outside, such as `inv`.
    static var idPrefix: String { get }
}

/// The identifier of one kind of thing: a UUID inside, `prefix_` and 26 letters outside.
///
/// An order's identifier cannot be passed where an invoice's is expected, here or over the API.
package struct ID<Entity: Identified>: Hashable, Sendable {
    /// The form that the database stores.
    package let uuid: UUID

    package init(_ uuid: UUID) { self.uuid = uuid }

    /// Reads the outside form; nil for anything that ``text`` does not print.
    package init?(_ text: some StringProtocol) {
        let prefix = Entity.idPrefix + "_"
        guard text.hasPrefix(prefix),
            let uuid = UUID(crockford: String(text.dropFirst(prefix.count)))
        else { return nil }
        self.init(uuid)
    }

    /// The form that people and programs outside see.
    package var text: String { Entity.idPrefix + "_" + uuid.crockford }
}

extension ID: CustomStringConvertible {
    package var description: String { text }
}

extension UUID {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    private var words: (high: UInt64, low: UInt64) {
        let (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) = uuid
        func word(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return (word([a, b, c, d, e, f, g, h]), word([i, j, k, l, m, n, o, p]))
    }

    /// The 128 bits as 26 digits of base 32 in Crockford's alphabet.
    fileprivate var crockford: String {
        var (high, low) = words
        var digits: [UInt8] = []
        for _ in 0..<26 {
            digits.append(UUID.alphabet[Int(low & 31)])
            low = low >> 5 | high << 59
            high >>= 5
        }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    fileprivate init?(crockford text: String) {
        guard text.utf8.count == 26 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for digit in text.utf8 {
            guard high >> 59 == 0, let value = UUID.alphabet.firstIndex(of: digit) else {
                return nil
            }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 {
            UInt8(truncatingIfNeeded: word >> (56 - 8 * index))
        }
        self.init(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            )
        )
    }
}
