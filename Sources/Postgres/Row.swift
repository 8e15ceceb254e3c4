import Support

/// One row of an answer, read by the names of its columns.
package struct Row {
    let result: QueryResult
    let index: Int32

    /// The value of a column that must not be NULL.
    ///
    /// - Throws: ``RowError`` when there is no such column, it is NULL or of another type.
    package func get<Value: SQLValue>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws -> Value {
        guard let value = try optional(column, as: type) else {
            throw problem(.null, column, Value.self)
        }
        return value
    }

    /// The value of a column, or nil for NULL.
    ///
    /// - Throws: ``RowError`` when there is no such column or it is of another type.
    package func optional<Value: SQLValue>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws -> Value? {
        guard let position = result.column(column) else {
            throw problem(.unknownColumn, column, Value.self)
        }
        guard position >= 0 else { throw problem(.ambiguousColumn, column, Value.self) }
        if result.isNull(row: index, column: position) { return nil }
        let cell = Cell(result: result, row: index, column: position)
        guard let value = Value.fromSQL(cell) else {
            throw problem(.wrongType, column, Value.self)
        }
        return value
    }

    private func problem<Value>(
        _ kind: RowError.Kind,
        _ column: String,
        _ wanted: Value.Type
    ) -> RowError {
        var error = RowError(kind: kind, column: column, wanted: "\(wanted)")
        error.available = result.columnNames
        if let position = result.column(column), position >= 0 {
            error.tableOID = result.tableOID(position)
            error.typeOID = result.type(position).oid
        }
        return error
    }
}

/// One value of a row that is not NULL.
package struct Cell {
    let result: QueryResult
    let row: Int32
    let column: Int32

    package var type: SQLType { result.type(column) }

    /// The value as the server prints it.
    package var text: String { result.text(row: row, column: column) }

    /// The bytes of a `bytea`, which is printed as `\x` and hexadecimal digits.
    var bytea: [UInt8]? {
        let text = text
        return text.hasPrefix("\\x") ? Hex.decode(String(text.dropFirst(2))) : nil
    }
}

/// A row does not have what the code expects of it: a mistake in the code or in the schema.
package struct RowError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable {
        case unknownColumn, ambiguousColumn, null, wrongType
        /// There is not exactly one row.
        case rowCount(Int)
    }

    package let kind: Kind
    package let column: String
    /// The Swift type that was asked for.
    package let wanted: String
    /// The table of the column, unless it is computed.
    package internal(set) var table: String?
    /// The type that the column has on the server.
    package internal(set) var found: String?
    var available: [String] = []
    var tableOID: UInt32 = 0
    var typeOID: UInt32 = 0

    package var description: String {
        let name = table.map { "\($0).\(column)" } ?? column
        switch kind {
        case .unknownColumn:
            return "no column \(column) (as \(wanted)) among \(available.joined(separator: ", "))"
        case .ambiguousColumn: return "two columns are named \(column)"
        case .null: return "\(name) is NULL and cannot be read as \(wanted)"
        case .wrongType:
            return "\(name) is \(found ?? "type \(typeOID)") and cannot be read as \(wanted)"
        case .rowCount(let count): return "expected one row and found \(count)"
        }
    }
}
