package import Foundation

/// A type whose arrays can be bound and read.
package protocol SQLElement: Sendable {
    static var sqlArrayType: SQLType { get }
    static func encodeArray(_ elements: [Self]) -> SQLEncoding
    static func decodeArray(_ cell: Cell) -> [Self]?
}

extension Array: SQLValue where Element: SQLElement {
    package static var sqlType: SQLType { Element.sqlArrayType }
    package var sqlEncoding: SQLEncoding { Element.encodeArray(self) }
    package static func fromSQL(_ cell: Cell) -> [Element]? { Element.decodeArray(cell) }
}

/// An array of bytes is one `bytea`.
extension UInt8: SQLElement {
    package static var sqlArrayType: SQLType { .bytea }
    package static func encodeArray(_ elements: [UInt8]) -> SQLEncoding { .binary(elements) }

    package static func decodeArray(_ cell: Cell) -> [UInt8]? {
        cell.type == .bytea ? cell.bytea : nil
    }
}

/// An element of an SQL array that is written as text; an optional one may be NULL.
package protocol SQLArrayElement: SQLElement {
    /// The element as the server prints it, or nil for NULL.
    var sqlElement: String? { get }
    static func fromElement(_ text: String?) -> Self?
    static func reads(_ type: SQLType) -> Bool
}

extension SQLArrayElement {
    package static func encodeArray(_ elements: [Self]) -> SQLEncoding {
        .text(ArrayText.print(elements.map(\.sqlElement)))
    }

    package static func decodeArray(_ cell: Cell) -> [Self]? {
        guard reads(cell.type), let texts = ArrayText.parse(cell.text) else { return nil }
        var elements: [Self] = []
        elements.reserveCapacity(texts.count)
        for text in texts {
            guard let element = Self.fromElement(text) else { return nil }
            elements.append(element)
        }
        return elements
    }

    package static func reads(_ type: SQLType) -> Bool { type == sqlArrayType }
}

extension Optional: SQLElement where Wrapped: SQLArrayElement {
    package static var sqlArrayType: SQLType { Wrapped.sqlArrayType }
}

extension Optional: SQLArrayElement where Wrapped: SQLArrayElement {
    package var sqlElement: String? { flatMap(\.sqlElement) }
    package static func reads(_ type: SQLType) -> Bool { Wrapped.reads(type) }

    package static func fromElement(_ text: String?) -> Wrapped?? {
        guard let text else { return .some(nil) }
        return Wrapped.fromElement(text).map { .some($0) }
    }
}

extension SQLArrayElement where Self: RawRepresentable, RawValue: SQLArrayElement {
    package static var sqlArrayType: SQLType { RawValue.sqlArrayType }
    package var sqlElement: String? { rawValue.sqlElement }
    package static func reads(_ type: SQLType) -> Bool { RawValue.reads(type) }
    package static func fromElement(_ text: String?) -> Self? {
        RawValue.fromElement(text).flatMap(Self.init(rawValue:))
    }
}

extension String: SQLArrayElement {
    package static var sqlArrayType: SQLType { .textArray }
    package var sqlElement: String? { self }
    package static func fromElement(_ text: String?) -> String? { text }
    package static func reads(_ type: SQLType) -> Bool {
        [.textArray, .varcharArray].contains(type)
    }
}

extension Bool: SQLArrayElement {
    package static var sqlArrayType: SQLType { .boolArray }
    package var sqlElement: String? { self ? "t" : "f" }
    package static func fromElement(_ text: String?) -> Bool? { text.flatMap(Bool.init(sqlText:)) }
}

extension Int: SQLArrayElement {
    package static var sqlArrayType: SQLType { .int8Array }
    package var sqlElement: String? { String(self) }
    package static func fromElement(_ text: String?) -> Int? { text.flatMap { Int($0) } }
    package static func reads(_ type: SQLType) -> Bool { Int64.reads(type) }
}

extension Int64: SQLArrayElement {
    package static var sqlArrayType: SQLType { .int8Array }
    package var sqlElement: String? { String(self) }
    package static func fromElement(_ text: String?) -> Int64? { text.flatMap { Int64($0) } }
    package static func reads(_ type: SQLType) -> Bool {
        [.int2Array, .int4Array, .int8Array].contains(type)
    }
}

extension Int32: SQLArrayElement {
    package static var sqlArrayType: SQLType { .int4Array }
    package var sqlElement: String? { String(self) }
    package static func fromElement(_ text: String?) -> Int32? { text.flatMap { Int32($0) } }
}

extension Double: SQLArrayElement {
    package static var sqlArrayType: SQLType { .float8Array }
    package var sqlElement: String? { String(self) }
    package static func fromElement(_ text: String?) -> Double? { text.flatMap { Double($0) } }
}

extension Date: SQLArrayElement {
    package static var sqlArrayType: SQLType { .timestamptzArray }
    package var sqlElement: String? { Timestamp(self).text }
    package static func fromElement(_ text: String?) -> Date? {
        text.flatMap { Timestamp(text: $0)?.date }
    }
}

extension UUID: SQLArrayElement {
    package static var sqlArrayType: SQLType { .uuidArray }
    package var sqlElement: String? { uuidString }
    package static func fromElement(_ text: String?) -> UUID? {
        text.flatMap { UUID(uuidString: $0) }
    }
}

extension JSONText: SQLArrayElement {
    package static var sqlArrayType: SQLType { .jsonbArray }
    package var sqlElement: String? { text }
    package static func fromElement(_ text: String?) -> JSONText? { text.map { JSONText($0) } }
}
