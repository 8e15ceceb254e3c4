import Support

/// A connection in use by one transaction.
///
/// It cannot leave the thread it lives on. Every statement is prepared once and kept under its
/// text, so statements should differ in their values, not in their text.
package final class Session {
    let connection: Connection
    private var cache: StatementCache
    /// The first error of the transaction, which is the reason for all later ones.
    private(set) var failure: DatabaseError?
    /// What may stop the job that is running.
    private var strike: Strike?

    init(_ settings: ConnectionSettings, statementLimit: Int = 256) throws(DatabaseError) {
        connection = try Connection(settings)
        cache = StatementCache(limit: statementLimit)
    }

    /// Whether another job can follow: the connection stands and no transaction is open.
    var isReusable: Bool {
        !connection.isBroken && connection.transactionState == .none
    }

    /// How many statements are kept prepared.
    package var preparedCount: Int { cache.count }

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    package func run(_ sql: SQL) throws -> Int {
        try execute(sql).affected
    }

    /// All rows of a query, decoded.
    package func all<Value>(_ sql: SQL, _ decode: (Row) throws -> Value) throws -> [Value] {
        let result = try execute(sql)
        return try (0..<result.count).map { index in
            try decoded(Row(result: result, index: index), decode)
        }
    }

    /// The first row of a query, decoded, or nil when there is none.
    package func first<Value>(_ sql: SQL, _ decode: (Row) throws -> Value) throws -> Value? {
        let result = try execute(sql)
        return result.count == 0 ? nil : try decoded(Row(result: result, index: 0), decode)
    }

    /// The only row of a query, decoded.
    ///
    /// - Throws: ``RowError`` when there is not exactly one.
    package func one<Value>(_ sql: SQL, _ decode: (Row) throws -> Value) throws -> Value {
        let result = try execute(sql)
        guard result.count == 1 else {
            throw RowError(kind: .rowCount(Int(result.count)), column: "", wanted: "")
        }
        return try decoded(Row(result: result, index: 0), decode)
    }

    /// Whether a query returns any row.
    package func exists(_ sql: SQL) throws -> Bool {
        try execute(sql).count > 0
    }

    /// Runs the statements of a text, which has no values: for migrations and fixtures.
    package func script(_ text: String) throws {
        try guarded { () throws(DatabaseError) in try connection.script(text) }
    }

    /// Runs some statements that may fail without spoiling the whole transaction.
    ///
    /// When the body throws, what it did is undone back to a savepoint, and the error is thrown on.
    @discardableResult
    package func attempt<Value>(_ body: () throws -> Value) throws -> Value {
        try script("SAVEPOINT attempt")
        do {
            let value = try body()
            try script("RELEASE SAVEPOINT attempt")
            return value
        } catch {
            if !connection.isBroken, strike?.reason == nil {
                try connection.script("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")
                failure = nil
            }
            throw error
        }
    }

    /// Has every statement prepared anew, after a table has changed under them.
    private func forgetStatements() {
        guard !connection.isBroken else { return }
        _ = try? connection.script("DEALLOCATE ALL")
        cache.removeAll()
    }

    private func execute(_ sql: SQL) throws -> QueryResult {
        let key = StatementCache.Key(text: sql.text, types: sql.binds.map(\.type))
        return try guarded { () throws(DatabaseError) in
            let name = try prepared(key)
            return try connection.execute(name, sql.binds, statement: key.text)
        }
    }

    private func prepared(_ key: StatementCache.Key) throws(DatabaseError) -> String {
        if let name = cache.name(of: key) { return name }
        if let old = cache.makeRoom() { try connection.script("DEALLOCATE \(old)") }
        let name = cache.freshName()
        try connection.prepare(name, key.text, types: key.types)
        cache.insert(key, name: name)
        return name
    }

    /// Refuses to start once the job was stopped, and remembers the first error.
    @discardableResult
    private func guarded(
        _ body: () throws(DatabaseError) -> QueryResult
    ) throws -> QueryResult {
        if strike?.reason != nil { throw Interrupted() }
        do {
            return try body()
        } catch {
            failure = failure ?? error
            throw error
        }
    }

    private func decoded<Value>(_ row: Row, _ decode: (Row) throws -> Value) throws -> Value {
        do {
            return try decode(row)
        } catch var error as RowError {
            name(&error)
            throw error
        }
    }

    /// Asks the server for the names of the table and of the type that an error is about.
    private func name(_ error: inout RowError) {
        guard error.typeOID != 0, error.found == nil else { return }
        let query = """
            SELECT format_type(\(error.typeOID), NULL),
                   (SELECT relname FROM pg_class WHERE oid = \(error.tableOID))
            """
        guard let answer = try? connection.script(query), answer.count == 1 else { return }
        error.found = answer.text(row: 0, column: 0)
        if !answer.isNull(row: 0, column: 1) { error.table = answer.text(row: 0, column: 1) }
    }
}

/// The job was stopped between two statements.
struct Interrupted: Error {}

/// The transaction did not even begin, so that running it again is safe.
struct NotBegun: Error {
    let cause: DatabaseError
}

// MARK: - Transactions

extension Session {
    /// Runs a body between BEGIN and COMMIT, and rolls back when it throws.
    ///
    /// - Throws: ``NotBegun`` when the connection was dead before BEGIN, `CancellationError` or
    ///   ``DeadlineExceeded`` when the strike stopped it, and what the body throws.
    func transaction<Value>(
        _ options: TransactionOptions,
        _ strike: Strike,
        _ body: (Session) throws -> Value
    ) throws -> Value {
        self.strike = strike
        failure = nil
        connection.isHopeless = { strike.isIgnored }
        defer {
            self.strike = nil
            connection.isHopeless = { false }
        }
        do {
            try begin(options)
            let value = try body(self)
            try finish()
            return value
        } catch {
            rollback()
            if (error as? DatabaseError ?? failure)?.isStalePlan == true { forgetStatements() }
            throw translated(error, options, strike)
        }
    }

    private func begin(_ options: TransactionOptions) throws {
        do {
            let settings = try options.statement(quotedBy: connection)
            try connection.script(settings, isSecret: true)
        } catch  where error.isConnectionLost {
            throw NotBegun(cause: error)
        }
    }

    private func finish() throws {
        if strike?.reason != nil { throw Interrupted() }
        switch connection.transactionState {
        case .open: try commit()
        // COMMIT of a failed transaction would succeed as a rollback: the body swallowed an error.
        case .failed, .none, .unknown: throw failure ?? .endedByBody
        }
    }

    private func commit() throws(DatabaseError) {
        do {
            try connection.script("COMMIT")
        } catch {
            if connection.isBroken || error.isConnectionLost {
                throw .outcomeUnknown(error.detail)
            }
            throw error
        }
    }

    private func rollback() {
        guard !connection.isBroken else { return }
        switch connection.transactionState {
        case .open, .failed: _ = try? connection.script("ROLLBACK")
        case .none, .unknown: break
        }
    }

    /// An error by its cause: being stopped, or running out of time, rather than what came of it.
    private func translated(
        _ error: any Error,
        _ options: TransactionOptions,
        _ strike: Strike
    ) -> any Error {
        let database = error as? DatabaseError
        if database?.isOutcomeUnknown == true { return error }
        let isStop =
            error is Interrupted || database?.sqlState == "57014"
            || database?.isConnectionLost == true
        if isStop, let reason = strike.reason {
            return switch reason {
            case .cancelled: CancellationError()
            case .deadline: DeadlineExceeded(seconds: options.deadlineSeconds)
            }
        }
        if let state = database?.sqlState, ["57014", "25P03"].contains(state) {
            return DeadlineExceeded(seconds: options.deadlineSeconds)
        }
        return error
    }
}
