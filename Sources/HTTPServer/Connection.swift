import CEvent
import Glibc
import Support

/// One client's connection: its socket, its deadline, and the request and answer on the way.
///
/// Touched only by the thread of its loop. C holds it unretained; the loop's table keeps it until
/// it is closed, and by then none of its events is left.
@safe final class Connection {
    /// What the deadline is for.
    enum Wait {
        /// The rest of a request, or its first byte.
        case request
        /// The handler.
        case answer
        /// The client, to read what was sent.
        case reader
        /// The client, to close its side.
        case linger
    }

    unowned let loop: Loop
    let descriptor: Int32
    /// The peer's address, without a port.
    let remoteAddress: String
    /// Over the limit, so that every request on it is refused.
    let isSurplus: Bool

    var exchange: Exchange?
    var parser: RequestParser
    /// What came after the end of the request that is being answered.
    var ahead: [UInt8] = []
    var outbox = Outbox()
    /// When all of the answer has to be read by, in milliseconds of the loop's time.
    var readBy = Int64.max
    /// Whether nothing more is answered: what comes is thrown away until the client closes.
    var isEnding = false
    private(set) var isClosed = false

    private var wait = Wait.request
    /// When the wait is over, in milliseconds of the loop's time.
    private var deadline = Int64.max
    /// When the timer fires; it may be early, and is then set again.
    private var timerFires: Int64?
    private var reading: OpaquePointer?
    private var writing: OpaquePointer?
    private var timer: OpaquePointer?

    init(loop: Loop, descriptor: Int32, remoteAddress: String, isSurplus: Bool) {
        self.loop = loop
        self.descriptor = descriptor
        self.remoteAddress = remoteAddress
        self.isSurplus = isSurplus
        parser = RequestParser(limits: loop.limits)
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let persistent = Int16(EV_READ | EV_PERSIST)
        unsafe reading = event_new(loop.base, descriptor, persistent, onReadable, context)
        unsafe timer = event_new(loop.base, -1, 0, onDeadline, context)
        unsafe event_add(reading, nil)
        setDeadline(.request, seconds: loop.limits.idleSeconds)
    }

    deinit {
        unsafe event_free(reading)
        unsafe event_free(timer)
        if let writing = unsafe writing { unsafe event_free(writing) }
    }

    /// Whether nothing of a request has come, nor is there an answer to send.
    var isResting: Bool { exchange == nil && !isEnding && !parser.hasBegun && ahead.isEmpty }

    /// Whether the socket holds bytes that were not read yet.
    var hasUnreadBytes: Bool {
        var byte: UInt8 = 0
        return unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0
    }

    // MARK: Events

    func stopReading() { unsafe event_del(reading) }

    func resumeReading() {
        if !isClosed { unsafe event_add(reading, nil) }
    }

    func awaitRoom() {
        guard !isClosed else { return }
        if unsafe writing == nil {
            let context = unsafe Unmanaged.passUnretained(self).toOpaque()
            unsafe writing = event_new(loop.base, descriptor, Int16(EV_WRITE), onWritable, context)
        }
        unsafe event_add(writing, nil)
    }

    // MARK: Deadlines

    /// Waits from now on for something else. The timer is left alone when it fires early enough:
    /// setting it for every step of every request would cost more than reading the request.
    func setDeadline(_ wait: Wait, seconds: Double) {
        guard !isClosed else { return }
        self.wait = wait
        let now = Loop.milliseconds()
        deadline = now + Int64(min(max(0, seconds), 1e9) * 1_000)
        guard let timerFires, timerFires <= deadline else { return setTimer(now) }
    }

    private func setTimer(_ now: Int64) {
        timerFires = deadline
        var interval = timeval(seconds: Double(max(0, deadline - now)) / 1_000)
        unsafe event_add(timer, &interval)
    }

    func timerFired() {
        timerFires = nil
        let now = Loop.milliseconds()
        if now < deadline { setTimer(now) } else { expired() }
    }

    /// What was waited for did not come in time.
    private func expired() {
        switch wait {
        case .linger, .reader: cut()
        case .request where isResting: cut()
        case .request: refuse(Refusal(408, "request took too long"))
        case .answer: answerExpired()
        }
    }

    // MARK: End

    /// Closes once the client has read everything: with bytes unread at our side, the kernel
    /// would take back what it has not delivered yet (RFC 9112, 9.6).
    func end() {
        guard !ahead.isEmpty || hasUnreadBytes else { return cut() }
        linger()
    }

    func linger() {
        isEnding = true
        ahead = []
        shutdown(descriptor, Int32(SHUT_WR))
        resumeReading()
        setDeadline(.linger, seconds: min(2, loop.limits.requestSeconds))
    }

    /// Closes at once; what was not sent is lost.
    func cut() {
        guard !isClosed else { return }
        isClosed = true
        unsafe event_del(reading)
        unsafe event_del(timer)
        if let writing = unsafe writing { unsafe event_del(writing) }
        Glibc.close(descriptor)
        if let exchange {
            self.exchange = nil
            exchange.abandon()
            loop.finished(exchange)
        }
        loop.forget(self)
    }
}

extension timeval {
    init(seconds: Double) {
        let whole = seconds.rounded(.down)
        self.init(
            tv_sec: Int(whole),
            tv_usec: Int((seconds - whole) * 1e6)
        )
    }
}
