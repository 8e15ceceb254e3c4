import Synchronization

/// A value that is found out once for everybody who asks in the same second, so that those who
/// may ask without a log-in cannot keep what it costs busy.
final class Brief<Value: Sendable>: Sendable {
    private struct Asked {
        let at: ContinuousClock.Instant
        let answer: Task<Value, Never>
    }

    private let ask: @Sendable () async -> Value
    private let last = Mutex<Asked?>(nil)

    init(_ ask: @escaping @Sendable () async -> Value) { self.ask = ask }

    /// The value as it was at most a second ago.
    var value: Value {
        get async {
            let answer = last.withLock { last in
                let now = ContinuousClock.now
                if let last, now - last.at < .seconds(1) { return last.answer }
                let answer = Task { [ask] in await ask() }
                last = Asked(at: now, answer: answer)
                return answer
            }
            return await answer.value
        }
    }
}
