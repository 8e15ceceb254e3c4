/// What went wrong on the server or on the way to it.
///
/// `description` is safe to log and to keep: it has the state, and the names of the table and the
/// constraint. The server's own words may quote values, so they are only in `debugDescription`.
package struct DatabaseError: Error, Sendable {
    /// The five characters of PostgreSQL's appendix A; class 08 is about the connection.
    package let sqlState: String
    /// What happened, without any value.
    package let message: String
    package let constraint: String?
    package let table: String?
    package let column: String?
    /// The server's own words, with values in them.
    let detail: String
    /// Whether a prepared statement no longer fits the tables that it was prepared for.
    let isStalePlan: Bool

    init(
        sqlState: String,
        message: String,
        constraint: String? = nil,
        table: String? = nil,
        column: String? = nil,
        detail: String = "",
        isStalePlan: Bool = false
    ) {
        self.sqlState = sqlState
        self.message = message
        self.constraint = constraint
        self.table = table
        self.column = column
        self.detail = detail
        self.isStalePlan = isStalePlan
    }

    package var isUniqueViolation: Bool { sqlState == "23505" }
    package var isForeignKeyViolation: Bool { sqlState == "23503" }
    package var isCheckViolation: Bool { sqlState == "23514" }
    package var isExclusionViolation: Bool { sqlState == "23P01" }
    package var isNotNullViolation: Bool { sqlState == "23502" }
    /// The role may not do it, or row-level security refused the row.
    package var isPermissionDenied: Bool { sqlState == "42501" }
    /// The row is locked by another transaction, and the statement said `NOWAIT`.
    package var isLockNotAvailable: Bool { sqlState == "55P03" }
    /// A serialization failure or a deadlock: the same transaction may succeed when run again.
    package var isRetryable: Bool { sqlState == "40001" || sqlState == "40P01" }
    /// The connection could not be made or is gone.
    package var isConnectionLost: Bool {
        sqlState.hasPrefix("08") || ["57P01", "57P02", "57P03", "25P03"].contains(sqlState)
    }
    /// The answer to COMMIT was lost: the transaction may or may not have happened.
    package var isOutcomeUnknown: Bool { sqlState == "08007" }

    /// COMMIT was sent, and the connection broke before its answer came.
    static func outcomeUnknown(_ cause: String) -> DatabaseError {
        DatabaseError(
            sqlState: "08007",
            message: "the outcome of the transaction is unknown",
            detail: cause
        )
    }

    static let closed = DatabaseError(sqlState: "08003", message: "the database has been closed")

    static let endedByBody = DatabaseError(
        sqlState: "25000",
        message: "the body ended its own transaction"
    )

    static func connectionLost(_ detail: String) -> DatabaseError {
        DatabaseError(
            sqlState: "08006",
            message: "the connection to the database was lost",
            detail: detail
        )
    }
}

extension DatabaseError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        var text = "\(message) (\(sqlState))"
        if let table { text += ", table \(table)" }
        if let column { text += ", column \(column)" }
        if let constraint { text += ", constraint \(constraint)" }
        return text
    }

    package var debugDescription: String {
        detail.isEmpty ? description : "\(description): \(detail)"
    }
}
