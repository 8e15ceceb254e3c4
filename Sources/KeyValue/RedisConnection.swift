import CHiredis
import Foundation

/// One blocking connection; owns the `redisContext`. After an error it must not be used again,
/// because a late answer would be taken for the answer to the next command.
@safe final class RedisConnection {
    private let context: UnsafeMutablePointer<redisContext>

    /// Connects and introduces us.
    ///
    /// The corresponding C functions are `redisConnectWithTimeout` and
    /// `redisConnectUnixWithTimeout`.
    init(_ address: RedisAddress, timeoutSeconds: Double) throws(RedisError) {
        RedisConnection.ignoreBrokenPipes()
        let timeout = timeval(seconds: timeoutSeconds)
        let context =
            switch address.place {
            case .tcp(let host, let port):
                unsafe redisConnectWithTimeout(host, Int32(port), timeout)
            case .unixSocket(let path): unsafe redisConnectUnixWithTimeout(path, timeout)
            }
        guard let context = unsafe context else { throw .lost("out of memory") }
        unsafe self.context = context
        guard unsafe context.pointee.err == 0 else { throw .lost(reason) }
        unsafe redisSetTimeout(context, timeout)
        if case .tcp = address.place { unsafe redisEnableKeepAlive(context) }
        for words in address.greeting { _ = try command(words) }
    }

    deinit { unsafe redisFree(context) }

    /// Sends a command and waits for the answer. The corresponding C function is
    /// `redisCommandArgv`.
    func command(_ words: [String]) throws(RedisError) -> RedisClient.Reply {
        let bytes = words.flatMap(\.utf8)
        let lengths = words.map(\.utf8.count)
        let answer = unsafe bytes.withUnsafeBytes { all -> UnsafeMutableRawPointer? in
            let start = unsafe all.baseAddress?.assumingMemoryBound(to: CChar.self)
            var offset = 0
            var starts: [UnsafePointer<CChar>?] = unsafe []
            for length in lengths {
                unsafe starts.append(start.map { unsafe $0 + offset })
                offset += length
            }
            return unsafe redisCommandArgv(context, Int32(words.count), &starts, lengths)
        }
        guard let answer = unsafe answer else { throw .lost(reason) }
        defer { unsafe freeReplyObject(answer) }
        let reply = unsafe RedisClient.Reply(answer.assumingMemoryBound(to: redisReply.self))
        if case .error(let text) = reply { throw .refused(text) }
        return reply
    }

    private var reason: String {
        unsafe withUnsafeBytes(of: context.pointee.errstr) { text in
            unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// hiredis writes with `write`, which raises a signal when the server has gone; it stays
    /// pending on this thread, and the error of the call says the same.
    private static func ignoreBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}

extension RedisClient.Reply {
    /// Copies a reply of the library, so that it can be freed.
    fileprivate init(_ reply: UnsafePointer<redisReply>) {
        let value = unsafe reply.pointee
        let bytes =
            unsafe value.str.map {
                unsafe Array(UnsafeRawBufferPointer(start: $0, count: value.len))
            } ?? []
        switch unsafe value.type {
        case REDIS_REPLY_INTEGER: self = unsafe .integer(value.integer)
        case REDIS_REPLY_STRING: self = .bytes(bytes)
        case REDIS_REPLY_STATUS: self = .status(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR: self = .error(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            self = unsafe .array(
                (0..<value.elements).compactMap { index in
                    unsafe value.element[index].map { unsafe RedisClient.Reply($0) }
                }
            )
        default: self = .null
        }
    }
}

extension timeval {
    fileprivate init(seconds: Double) {
        let whole = seconds.rounded(.down)
        self.init(tv_sec: Int(whole), tv_usec: Int((seconds - whole) * 1_000_000))
    }
}
