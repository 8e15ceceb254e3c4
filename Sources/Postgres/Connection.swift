import CPostgres
import Foundation

/// A connection to the server; the owner of libpq's connection. It stays on one thread.
@safe final class Connection {
    private let pointer: OpaquePointer
    let canceller: Canceller
    /// Whether the connection is of no more use.
    private(set) var isBroken = false
    /// Asked about once a second while the server is silent: true gives the connection up.
    var isHopeless: () -> Bool = { false }

    /// Connects. The corresponding C function is `PQconnectdbParams`.
    ///
    /// - Throws: ``DatabaseError`` of class 08 or 57P03 when the server cannot be reached, and
    ///   class 28 when it refuses the login.
    init(_ settings: ConnectionSettings) throws(DatabaseError) {
        guard let connection = unsafe Self.open(settings) else {
            throw DatabaseError(sqlState: "53200", message: "no memory for a connection")
        }
        unsafe pointer = unsafe connection
        canceller = unsafe Canceller(connection: connection)
        guard unsafe PQstatus(connection) == CONNECTION_OK else {
            throw DatabaseError(
                sqlState: "08001",
                message: "the database cannot be reached",
                detail: lastMessage
            )
        }
        // Notices would be written to standard error.
        unsafe PQsetNoticeReceiver(connection, { _, _ in }, nil)
    }

    deinit { unsafe PQfinish(pointer) }

    private static func open(_ settings: ConnectionSettings) -> OpaquePointer? {
        let pairs = settings.parameters.sorted { $0.key < $1.key }
        let keywords = unsafe pairs.map { unsafe strdup($0.key) } + [nil]
        let values = unsafe pairs.map { unsafe strdup($0.value) } + [nil]
        defer {
            for index in pairs.indices {
                unsafe free(keywords[index])
                unsafe free(values[index])
            }
        }
        return unsafe PQconnectdbParams(
            keywords.map { unsafe UnsafePointer($0) },
            values.map { unsafe UnsafePointer($0) },
            0
        )
    }

    /// Where a transaction stands.
    enum TransactionState { case none, open, failed, unknown }

    /// The corresponding C function is `PQtransactionStatus`.
    var transactionState: TransactionState {
        switch unsafe PQtransactionStatus(pointer) {
        case PQTRANS_IDLE: .none
        case PQTRANS_INTRANS: .open
        case PQTRANS_INERROR: .failed
        default: .unknown
        }
    }

    /// The descriptor to wait on for notifications.
    var descriptor: Int32 { unsafe PQsocket(pointer) }

    private var lastMessage: String {
        guard let text = unsafe PQerrorMessage(pointer) else { return "" }
        return unsafe String(cString: text)
    }

    /// A text as a literal of SQL, with its quotes.
    func literal(_ text: String) throws(DatabaseError) -> String {
        guard !text.utf8.contains(0),
            let quoted = unsafe PQescapeLiteral(pointer, text, text.utf8.count)
        else {
            throw DatabaseError(sqlState: "22021", message: "a text cannot be sent")
        }
        defer { unsafe PQfreemem(quoted) }
        return unsafe String(cString: quoted)
    }

    /// Runs one or several statements without values. The C function is `PQsendQuery`.
    @discardableResult
    func script(_ text: String, isSecret: Bool = false) throws(DatabaseError) -> QueryResult {
        let sent = unsafe PQsendQuery(pointer, text)
        return try answer(sent, isSecret ? "" : text)
    }

    /// Prepares a statement. The corresponding C function is `PQsendPrepare`.
    func prepare(_ name: String, _ text: String, types: [SQLType]) throws(DatabaseError) {
        let oids = types.map(\.oid)
        let sent = unsafe PQsendPrepare(pointer, name, text, Int32(oids.count), oids)
        _ = try answer(sent, text)
    }

    /// Runs a prepared statement. The corresponding C function is `PQsendQueryPrepared`.
    func execute(
        _ name: String,
        _ binds: [SQLBind],
        statement: String
    ) throws(DatabaseError) -> QueryResult {
        let parameters = try EncodedParameters(binds)
        let sent = unsafe parameters.withPointers { values in
            unsafe PQsendQueryPrepared(
                pointer,
                name,
                Int32(binds.count),
                values,
                parameters.lengths,
                parameters.formats,
                0
            )
        }
        return try answer(sent, statement)
    }

    /// Waits for the whole answer: the last result, or the first error.
    private func answer(_ sent: Int32, _ statement: String) throws(DatabaseError) -> QueryResult {
        guard sent == 1 else { throw lost(statement) }
        var last: QueryResult?
        var failure: DatabaseError?
        while let result = try nextResult(statement) {
            switch result.status {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                last = result
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                isBroken = true
                throw DatabaseError(sqlState: "0A000", message: "COPY is not supported here")
            default:
                failure = failure ?? result.error(statement: statement)
            }
        }
        if unsafe PQstatus(pointer) != CONNECTION_OK { isBroken = true }
        if let failure { throw failure }
        guard let last else { throw lost(statement) }
        return last
    }

    private func nextResult(_ statement: String) throws(DatabaseError) -> QueryResult? {
        while unsafe PQisBusy(pointer) == 1 {
            guard waitForInput(milliseconds: 1_000) || !isHopeless() else {
                isBroken = true
                throw .connectionLost("no answer, not even to being cancelled, in: \(statement)")
            }
            guard unsafe PQconsumeInput(pointer) == 1 else { throw lost(statement) }
        }
        return unsafe PQgetResult(pointer).map { unsafe QueryResult(owning: $0) }
    }

    /// Whether something has come, or the connection has ended, within a time.
    func waitForInput(milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&watched, 1, milliseconds) > 0
    }

    /// Reads what has come and returns the notifications in it.
    ///
    /// - Throws: ``DatabaseError`` when the connection has ended.
    func takeNotifications() throws(DatabaseError) -> [(channel: String, payload: String)] {
        guard unsafe PQconsumeInput(pointer) == 1 else { throw lost("LISTEN") }
        var all: [(channel: String, payload: String)] = []
        while let notify = unsafe PQnotifies(pointer) {
            let channel = unsafe String(cString: notify.pointee.relname)
            let payload = unsafe String(cString: notify.pointee.extra)
            all.append((channel, payload))
            unsafe PQfreemem(notify)
        }
        return all
    }

    private func lost(_ statement: String) -> DatabaseError {
        if unsafe PQstatus(pointer) != CONNECTION_OK { isBroken = true }
        return .connectionLost("\(lastMessage) in: \(statement)")
    }
}

/// Values laid out as libpq wants them: one block of bytes, and where each value starts.
private struct EncodedParameters {
    private var bytes: [UInt8] = []
    private var offsets: [Int?] = []
    private(set) var lengths: [Int32] = []
    private(set) var formats: [Int32] = []

    init(_ binds: [SQLBind]) throws(DatabaseError) {
        for bind in binds { try append(bind) }
        // An empty array has no address to count from.
        bytes.append(0)
    }

    private mutating func append(_ bind: SQLBind) throws(DatabaseError) {
        offsets.append(bind.encoding == nil ? nil : bytes.count)
        switch bind.encoding {
        case .none:
            lengths.append(0)
            formats.append(0)
        case .binary(let value):
            bytes += value
            lengths.append(Int32(value.count))
            formats.append(1)
        case .text(let value):
            // Text ends at a NUL for libpq, and PostgreSQL has no text with one in it.
            guard !value.utf8.contains(0) else {
                throw DatabaseError(sqlState: "22021", message: "a text contains a NUL")
            }
            bytes += value.utf8
            bytes.append(0)
            lengths.append(Int32(value.utf8.count))
            formats.append(0)
        }
    }

    func withPointers(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Int32) -> Int32 {
        unsafe bytes.withUnsafeBytes { buffer in
            let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = unsafe offsets.map { offset in
                unsafe offset.flatMap { offset in unsafe base.map { unsafe $0 + offset } }
            }
            return unsafe values.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
        }
    }
}
