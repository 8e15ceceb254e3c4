/// A Swift type that can be bound to a statement and read from a row.
///
/// An enum with a `String` raw value conforms by declaration alone. A type that wraps another
/// forwards to it: `static func fromSQL(_ cell: Cell) -> Self? { UUID.fromSQL(cell).map(Self.init)
/// }`.
package protocol SQLValue: Sendable {
    /// The type it is sent as.
    static var sqlType: SQLType { get }

    /// The value as it is sent.
    var sqlEncoding: SQLEncoding { get }

    /// The value in a cell that is not NULL, or nil when the cell is of another type.
    static func fromSQL(_ cell: Cell) -> Self?
}

/// A type of the server, by its object id in `pg_type`.
package struct SQLType: Sendable, Hashable {
    package let oid: UInt32

    package init(oid: UInt32) { self.oid = oid }

    /// The server decides by the place where the value stands; text when nothing decides.
    package static let inferred = SQLType(oid: 0)
    package static let bool = SQLType(oid: 16)
    package static let bytea = SQLType(oid: 17)
    package static let int8 = SQLType(oid: 20)
    package static let int2 = SQLType(oid: 21)
    package static let int4 = SQLType(oid: 23)
    package static let text = SQLType(oid: 25)
    package static let json = SQLType(oid: 114)
    package static let float4 = SQLType(oid: 700)
    package static let float8 = SQLType(oid: 701)
    package static let timestamp = SQLType(oid: 1114)
    package static let timestamptz = SQLType(oid: 1184)
    package static let numeric = SQLType(oid: 1700)
    package static let uuid = SQLType(oid: 2950)
    package static let jsonb = SQLType(oid: 3802)
    package static let boolArray = SQLType(oid: 1000)
    package static let int2Array = SQLType(oid: 1005)
    package static let int4Array = SQLType(oid: 1007)
    package static let textArray = SQLType(oid: 1009)
    package static let varcharArray = SQLType(oid: 1015)
    package static let int8Array = SQLType(oid: 1016)
    package static let float8Array = SQLType(oid: 1022)
    package static let timestamptzArray = SQLType(oid: 1185)
    package static let uuidArray = SQLType(oid: 2951)
    package static let jsonbArray = SQLType(oid: 3807)
}

/// How a value travels to the server.
package enum SQLEncoding: Sendable, Equatable {
    /// As the server would print it.
    case text(String)
    /// In the binary form of its type.
    case binary([UInt8])
}

/// One bound parameter.
struct SQLBind: Sendable, Equatable {
    let type: SQLType
    /// Nil is NULL.
    let encoding: SQLEncoding?

    init<Value: SQLValue>(_ value: Value?) {
        type = Value.sqlType
        encoding = value?.sqlEncoding
    }
}

extension SQLValue where Self: RawRepresentable, RawValue: SQLValue {
    package static var sqlType: SQLType { RawValue.sqlType }
    package var sqlEncoding: SQLEncoding { rawValue.sqlEncoding }
    package static func fromSQL(_ cell: Cell) -> Self? {
        RawValue.fromSQL(cell).flatMap(Self.init(rawValue:))
    }
}

/// The text of a JSON document, bound and read as `jsonb`.
package struct JSONText: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text }
}
