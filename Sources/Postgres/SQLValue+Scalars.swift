package import Foundation
import Support

extension String: SQLValue {
    /// Inferred, so that a text can fill a `char(3)`, an `inet`, a `numeric` or a `date` as well.
    package static var sqlType: SQLType { .inferred }
    package var sqlEncoding: SQLEncoding { .text(self) }

    /// Types that have a Swift type of their own are refused: reading them as text is a mistake.
    private static let foreign: Set<SQLType> = [
        .bool, .bytea, .int2, .int4, .int8, .float4, .float8, .timestamp, .timestamptz, .uuid,
    ]

    package static func fromSQL(_ cell: Cell) -> String? {
        foreign.contains(cell.type) ? nil : cell.text
    }
}

extension Bool: SQLValue {
    package static var sqlType: SQLType { .bool }
    package var sqlEncoding: SQLEncoding { .binary([self ? 1 : 0]) }

    package static func fromSQL(_ cell: Cell) -> Bool? {
        cell.type == .bool ? Bool(sqlText: cell.text) : nil
    }

    init?(sqlText: String) {
        switch sqlText {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

extension FixedWidthInteger {
    /// The bytes, most significant first, as the server's binary form has them.
    var networkBytes: [UInt8] {
        (0..<Self.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
    }

    /// A whole number; `numeric` counts as one when it is whole, because `sum(bigint)` is numeric.
    static func integer(in cell: Cell) -> Self? {
        switch cell.type {
        case .int2, .int4, .int8, .numeric: Self(cell.text)
        default: nil
        }
    }
}

extension Int: SQLValue {
    package static var sqlType: SQLType { .int8 }
    package var sqlEncoding: SQLEncoding { .binary(Int64(self).networkBytes) }
    package static func fromSQL(_ cell: Cell) -> Int? { integer(in: cell) }
}

extension Int64: SQLValue {
    package static var sqlType: SQLType { .int8 }
    package var sqlEncoding: SQLEncoding { .binary(networkBytes) }
    package static func fromSQL(_ cell: Cell) -> Int64? { integer(in: cell) }
}

extension Int32: SQLValue {
    package static var sqlType: SQLType { .int4 }
    package var sqlEncoding: SQLEncoding { .binary(networkBytes) }
    package static func fromSQL(_ cell: Cell) -> Int32? { integer(in: cell) }
}

extension Int16: SQLValue {
    package static var sqlType: SQLType { .int2 }
    package var sqlEncoding: SQLEncoding { .binary(networkBytes) }
    package static func fromSQL(_ cell: Cell) -> Int16? { integer(in: cell) }
}

extension Double: SQLValue {
    package static var sqlType: SQLType { .float8 }
    package var sqlEncoding: SQLEncoding { .binary(bitPattern.networkBytes) }

    /// `numeric` is refused: money and ratios are never read into floating point by accident.
    package static func fromSQL(_ cell: Cell) -> Double? {
        [.float4, .float8].contains(cell.type) ? Double(cell.text) : nil
    }
}

extension Date: SQLValue {
    package static var sqlType: SQLType { .timestamptz }
    package var sqlEncoding: SQLEncoding { .binary(Timestamp(self).microseconds.networkBytes) }

    package static func fromSQL(_ cell: Cell) -> Date? {
        cell.type == .timestamptz ? Timestamp(text: cell.text)?.date : nil
    }
}

extension UUID: SQLValue {
    package static var sqlType: SQLType { .uuid }
    package var sqlEncoding: SQLEncoding { .binary(bytes) }

    package static func fromSQL(_ cell: Cell) -> UUID? {
        cell.type == .uuid ? UUID(uuidString: cell.text) : nil
    }
}

extension JSONText: SQLValue {
    package static var sqlType: SQLType { .jsonb }
    package var sqlEncoding: SQLEncoding { .text(text) }

    package static func fromSQL(_ cell: Cell) -> JSONText? {
        [.json, .jsonb].contains(cell.type) ? JSONText(cell.text) : nil
    }
}
