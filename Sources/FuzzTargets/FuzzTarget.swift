/// A parser of ours with what must hold of it, whatever bytes it is given.
///
/// The fuzzer makes up the bytes; the ordinary tests run the same checks over the corpus.
package struct FuzzTarget: Sendable {
    /// The name of its folder in `Fuzz/Corpus` and of its dictionary.
    package let name: String
    /// Gives the parser some bytes.
    ///
    /// - Throws: ``Violation`` when something does not hold. A trap is a fault as well.
    package let check: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, _ check: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.check = check
    }

    /// Every parser.
    package static let all: [FuzzTarget] = [
        .json, .models, .form, .cookies, .query, .signature, .event, .jwt, .money, .domain, .email,
        .redirect, .markup, .head, .license, .csv, .cursor, .time, .encodings, .path, .proxies,
        .fileName, .multipart,
    ]

    /// The parser of a name.
    package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What does not hold of a parser.
package struct Violation: Error, CustomStringConvertible {
    package let description: String
}

/// - Throws: ``Violation`` unless it holds.
func demand(_ holds: Bool, _ rule: @autoclosure () -> String) throws(Violation) {
    if !holds { throw Violation(description: rule()) }
}

extension [UInt8] {
    /// The bytes as text, with what is no UTF-8 repaired.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The parts between line feeds, at most a number of them; the last keeps its line feeds.
    func parts(_ most: Int) -> [[UInt8]] {
        split(separator: 10, maxSplits: most - 1, omittingEmptySubsequences: false).map(Array.init)
    }
}

extension String {
    /// Whether two texts are the same bytes; `==` takes characters that look alike for equal.
    func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Whether nothing in it could end a line or move a cursor.
    var isOneLine: Bool { utf8.allSatisfy { $0 >= 32 && $0 != 127 } }
}
