import Synchronization

/// What one simulator holds: in memory, and in a file where the sandbox keeps its books.
final class Kept<State: Codable & Sendable>: Sendable {
    private let state: Mutex<State>
    private let file: BooksFile?

    /// What the file holds, or a fresh state while there is no file.
    ///
    /// - Throws: ``BooksFile/Unreadable`` when the file was not written by this version.
    init(_ fresh: State, in file: BooksFile?) throws {
        state = Mutex(try file?.read(State.self) ?? fresh)
        self.file = file
    }

    /// Reads or changes the state; what it is afterwards is written in a moment.
    func withLock<Value: Sendable, Failure>(
        _ body: (inout State) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        defer { file?.write { self.state.withLock { $0 } } }
        return try state.withLock { state throws(Failure) in try body(&state) }
    }

    /// Reads the state.
    func read<Value: Sendable>(_ body: (State) -> Value) -> Value {
        state.withLock { body($0) }
    }

    /// Writes what waits to be written.
    func flush() { file?.flush() }
}
