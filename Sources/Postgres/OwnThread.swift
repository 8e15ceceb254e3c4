import Foundation

/// Starts a thread with a stack that deep decoding cannot exhaust.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    thread.stackSize = 4 << 20
    thread.start()
}

/// Runs blocking work on a thread of its own, and so never on the cooperative pool.
func onOwnThread<Value: Sendable>(
    named name: String,
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        startThread(named: name) { continuation.resume(with: Result(catching: body)) }
    }
}
