import Postgres
import Support

/// Waits for a database that is starting or recovering, as it does beside a machine's start.
struct DatabasePatience {
    let log: Log
    var seconds = 30.0

    /// Does something again for as long as the database is out of reach, up to half a minute.
    func run<Value>(_ work: () async throws -> Value) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            do {
                return try await work()
            } catch let error as DatabaseError
                where error.isConnectionLost && ContinuousClock.now < deadline
            {
                log.warning("the database is waited for", ["state": error.sqlState])
                try await Task.sleep(for: .seconds(0.2))
            }
        }
    }
}
