/// The header fields of a request or an answer, in order; names compare without regard to case.
package struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    /// One field, its name as it was written.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    /// All fields in order.
    package private(set) var fields: [Field] = []

    package init() {}

    /// No fields yet, with room for some.
    package init(reserving count: Int) { fields.reserveCapacity(count) }

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }

    /// The first value of a name; assigning replaces all of them, nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { $0.name.isSameHeader(as: name) }?.value }
        set {
            fields.removeAll { $0.name.isSameHeader(as: name) }
            if let newValue { append(name, newValue) }
        }
    }

    /// All values of a name, in order.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.name.isSameHeader(as: name) }.map(\.value)
    }

    /// Adds a field beside those that are there.
    ///
    /// Line breaks and NULs in the value become spaces (RFC 9110, 5.5), so that no value can begin
    /// another field.
    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value.withoutLineBreaks))
    }
}

extension String {
    fileprivate func isSameHeader(as other: String) -> Bool {
        // Every request looks for a dozen names; going through pairs takes three times as long.
        let (mine, others) = (utf8.span, other.utf8.span)
        guard mine.count == others.count else { return false }
        for index in mine.indices
        where mine[index].lowercasedASCII != others[index].lowercasedASCII {
            return false
        }
        return true
    }

    fileprivate var withoutLineBreaks: String {
        if utf8.span.allSatisfy({ !$0.breaksLine }) { return self }
        return String(decoding: utf8.map { $0.breaksLine ? 32 : $0 }, as: UTF8.self)
    }
}

extension Span<UInt8> {
    /// Whether something holds of every byte; a span is gone through faster than a text.
    package func allSatisfy(_ holds: (UInt8) -> Bool) -> Bool {
        for index in indices where !holds(self[index]) { return false }
        return true
    }
}

extension UInt8 {
    fileprivate var breaksLine: Bool { self == 0 || self == 10 || self == 13 }
    fileprivate var lowercasedASCII: UInt8 { (65...90).contains(self) ? self + 32 : self }
}
