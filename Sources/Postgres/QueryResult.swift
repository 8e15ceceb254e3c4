import CPostgres
import Support

/// What the server answered to one statement; the owner of libpq's result.
@safe final class QueryResult {
    private let pointer: OpaquePointer
    private lazy var columns = indexColumns()

    /// Takes over a result that nobody else frees.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit { unsafe PQclear(pointer) }

    var count: Int32 { unsafe PQntuples(pointer) }

    /// How many rows the statement changed or returned.
    var affected: Int {
        guard let text = unsafe PQcmdTuples(pointer) else { return 0 }
        return Int(unsafe String(cString: text)) ?? 0
    }

    /// What was done, such as `COMMIT` or `INSERT 0 1`.
    var command: String {
        guard let text = unsafe PQcmdStatus(pointer) else { return "" }
        return unsafe String(cString: text)
    }

    var status: ExecStatusType { unsafe PQresultStatus(pointer) }

    var columnNames: [String] {
        let count = unsafe PQnfields(pointer)
        return (0..<count).compactMap { column in
            guard let name = unsafe PQfname(pointer, column) else { return nil }
            return unsafe String(cString: name)
        }
    }

    /// Where a column is; nil for an unknown name, -1 for one that occurs twice.
    func column(_ name: String) -> Int32? { columns[name] }

    func isNull(row: Int32, column: Int32) -> Bool {
        unsafe PQgetisnull(pointer, row, column) == 1
    }

    func type(_ column: Int32) -> SQLType { unsafe SQLType(oid: PQftype(pointer, column)) }

    /// The table that a column comes from, or 0 when it is computed.
    func tableOID(_ column: Int32) -> UInt32 { unsafe PQftable(pointer, column) }

    func text(row: Int32, column: Int32) -> String {
        guard let value = unsafe PQgetvalue(pointer, row, column) else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(
            start: value,
            count: Int(PQgetlength(pointer, row, column))
        )
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// The error that the server reported.
    func error(statement: String) -> DatabaseError {
        func field(_ code: Int32) -> String? {
            guard let text = unsafe PQresultErrorField(pointer, code) else { return nil }
            return unsafe String(cString: text)
        }
        let state = field(Int32(UInt8(ascii: "C"))) ?? "08006"
        let whole = unsafe PQresultErrorMessage(pointer).map { unsafe String(cString: $0) } ?? ""
        return DatabaseError(
            sqlState: state,
            message: DatabaseError.phrase(state),
            constraint: field(Int32(UInt8(ascii: "n"))),
            table: field(Int32(UInt8(ascii: "t"))),
            column: field(Int32(UInt8(ascii: "c"))),
            detail: statement.isEmpty ? whole : "\(whole) in: \(statement)",
            // The text of the message depends on the server's language; the function's name does
            // not.
            isStalePlan: state == "26000"
                || field(Int32(UInt8(ascii: "R"))) == "RevalidateCachedQuery"
        )
    }

    private func indexColumns() -> [String: Int32] {
        var columns: [String: Int32] = [:]
        for (index, name) in columnNames.enumerated() {
            columns[name] = columns[name] == nil ? Int32(index) : -1
        }
        return columns
    }
}

extension DatabaseError {
    /// Plain words for the states that occur in practice.
    static func phrase(_ sqlState: String) -> String {
        switch sqlState {
        case "23505": "a value exists already"
        case "23503": "a row is referred to, or refers to nothing"
        case "23514": "a check was not met"
        case "23502": "a value is missing"
        case "23P01": "a value conflicts with another row"
        case "40001": "transactions collided"
        case "40P01": "transactions waited for each other"
        case "42501": "permission denied"
        case "57014": "the statement was cancelled"
        default: phrase(class: sqlState.prefix(2))
        }
    }

    private static func phrase(class sqlClass: Substring) -> String {
        switch sqlClass {
        case "08": "the connection to the database failed"
        case "22": "a value does not fit its type"
        case "25": "the transaction is in the wrong state"
        case "28": "the database refused the login"
        case "42": "the statement is wrong"
        case "53": "the database lacks resources"
        case "57": "the database is being stopped or started"
        default: "the database refused the statement"
        }
    }
}
