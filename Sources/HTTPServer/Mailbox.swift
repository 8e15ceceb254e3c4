import CEvent
import Glibc
import Synchronization

/// What other threads ask of a loop.
enum Message: Sendable {
    case answer(UInt64, HTTPResponse)
    case chunk(UInt64, [UInt8], CheckedContinuation<Void, any Error>)
    case end(UInt64, isWhole: Bool)
    case stop(deadlineSeconds: Double)
}

/// A queue into a loop's thread, which an `eventfd` wakes.
///
/// A connection belongs to its loop's thread alone, so what comes from elsewhere comes through
/// here.
final class Mailbox: Sendable {
    /// Readable when there are messages; owned by the mailbox.
    let descriptor: Int32
    private let messages = Mutex<[Message]?>([])

    init() throws {
        descriptor = cevent_wake_open()
        guard descriptor >= 0 else { throw ServerError(description: "eventfd: errno \(errno)") }
    }

    deinit { Glibc.close(descriptor) }

    /// Hands a message over; false when the loop has ended.
    @discardableResult
    func post(_ message: Message) -> Bool {
        let (accepted, wasEmpty) = messages.withLock { messages in
            guard messages != nil else { return (false, false) }
            let wasEmpty = messages?.isEmpty ?? false
            messages?.append(message)
            return (true, wasEmpty)
        }
        if wasEmpty { cevent_wake(descriptor) }
        return accepted
    }

    /// Takes all messages that are there.
    func collect() -> [Message] {
        cevent_wake_clear(descriptor)
        return messages.withLock { messages in
            defer { if messages != nil { messages = [] } }
            return messages ?? []
        }
    }

    /// Refuses messages from now on, and returns those that are left.
    func close() -> [Message] {
        messages.withLock { messages in
            defer { messages = nil }
            return messages ?? []
        }
    }
}
