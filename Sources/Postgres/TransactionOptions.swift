/// How a transaction is to run.
package struct TransactionOptions: Sendable {
    /// How much of other transactions it may see.
    package enum Isolation: String, Sendable {
        case readCommitted = "READ COMMITTED"
        case repeatableRead = "REPEATABLE READ"
        case serializable = "SERIALIZABLE"
    }

    /// Settings that hold for this transaction only, such as the customer of row-level security.
    ///
    /// Afterwards a setting that no configuration file knows reads as an empty text, not as NULL,
    /// so policies say `nullif(current_setting('app.customer_id', true), '')`.
    package var settings: [String: String]
    /// How long waiting for a connection and running may take together; infinity for no limit.
    package var deadlineSeconds: Double
    /// Whether a change of data is refused.
    package var readOnly: Bool
    package var isolation: Isolation

    package init(
        settings: [String: String] = [:],
        deadlineSeconds: Double = 10,
        readOnly: Bool = false,
        isolation: Isolation = .readCommitted
    ) {
        self.settings = settings
        self.deadlineSeconds = deadlineSeconds
        self.readOnly = readOnly
        self.isolation = isolation
    }

    /// BEGIN and every setting in one text, and so in one round trip.
    func statement(quotedBy connection: Connection) throws(DatabaseError) -> String {
        var text = "BEGIN ISOLATION LEVEL \(isolation.rawValue)"
        text += readOnly ? " READ ONLY" : " READ WRITE"
        // The server's own limits are a second line, for the case that this process stands still.
        var all = settings
        all["statement_timeout"] = milliseconds(deadlineSeconds)
        all["idle_in_transaction_session_timeout"] = milliseconds(deadlineSeconds + 5)
        var calls: [String] = []
        for (name, value) in all.sorted(by: { $0.key < $1.key }) {
            let quoted = try (connection.literal(name), connection.literal(value))
            calls.append("set_config(\(quoted.0), \(quoted.1), true)")
        }
        return text + "; SELECT " + calls.joined(separator: ", ")
    }

    /// Whole milliseconds, at least one; 0 stands for no limit.
    private func milliseconds(_ seconds: Double) -> String {
        seconds < 2_000_000 ? String(max(1, Int(seconds * 1_000))) : "0"
    }
}
