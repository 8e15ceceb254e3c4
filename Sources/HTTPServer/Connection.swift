import CEvent
import Glibc
import Support
import Wire

/// One client's connection: its deadline, its reading of the framing, and its exchange.
///
/// Touched only by the thread of its loop. C holds it unretained; the loop's dictionary keeps it
/// until evhttp says that the connection is closed, and all of C's callbacks end with that.
@safe final class Connection {
    /// What the deadline is for.
    enum Wait: Equatable {
        case request
        case next
        case body
        case answer
        case reader
        case linger
    }

    unowned let loop: Loop
    let stream: OpaquePointer
    /// evhttp's connection; nil until the loop's next turn after it was accepted.
    private(set) var connection: OpaquePointer?
    private(set) var wait = Wait.request
    var exchange: Exchange?
    /// Over the limit, so that every request on it is refused.
    let isSurplus: Bool
    var watch: FramingWatch
    private(set) var mustRescan = false
    private var isRefused = false
    private var timer: OpaquePointer?
    private var kick: OpaquePointer?

    init(loop: Loop, stream: OpaquePointer, isSurplus: Bool) {
        self.loop = loop
        unsafe self.stream = unsafe stream
        self.isSurplus = isSurplus
        watch = FramingWatch(limits: loop.limits)
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe timer = event_new(loop.base, -1, 0, onDeadline, context)
        unsafe kick = event_new(loop.base, -1, 0, onKick, context)
        unsafe evbuffer_add_cb(bufferevent_get_input(stream), onInput, context)
        // The queue of active events is served before the next poll, so that `adopt` comes before
        // the first byte: evhttp has by then put its connection behind the stream.
        unsafe event_active(kick, 0, 0)
    }

    deinit {
        unsafe event_free(timer)
        unsafe event_free(kick)
    }

    /// Whether nothing of a request has come, nor is there an answer to send.
    var isResting: Bool {
        exchange == nil && !isRefused && !watch.hasBegun && !mustRescan
    }

    /// Whether the socket holds bytes that were not read yet.
    var hasUnreadBytes: Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(
            bufferevent_getfd(stream),
            &byte,
            1,
            Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
        )
        return count > 0
    }

    // MARK: Life

    /// Called once by the loop after evhttp has set the connection up, and after each answer.
    func kicked() {
        if unsafe connection == nil { adopt() }
        if mustRescan { rescan() }
    }

    private func adopt() {
        var argument: UnsafeMutableRawPointer?
        unsafe bufferevent_getcb(stream, nil, nil, nil, &argument)
        unsafe connection = OpaquePointer(argument)
        unsafe evhttp_connection_set_closecb(
            connection,
            onClosed,
            Unmanaged.passUnretained(self).toOpaque()
        )
        var seconds = timeval(seconds: loop.limits.idleSeconds)
        unsafe bufferevent_set_timeouts(stream, nil, &seconds)
        let most = loop.limits.bodyBytes * 2 + loop.limits.headerBytes + 65_536
        unsafe bufferevent_setwatermark(stream, Int16(EV_READ), 0, most)
        setDeadline(.request, seconds: loop.limits.requestSeconds)
    }

    /// Ends the connection at once; what was not sent is lost.
    func cut() {
        guard let connection = unsafe connection else { return }
        unsafe evhttp_connection_free(connection)
    }

    /// Called by evhttp as the last thing of a connection.
    func closed() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe evbuffer_remove_cb(bufferevent_get_input(stream), onInput, context)
        if let exchange {
            self.exchange = nil
            exchange.abandon()
            loop.finished(exchange)
            // evhttp takes a request that the user still has off its connection before it calls
            // this, and leaves it to the user; otherwise it frees it itself.
            if unsafe evhttp_request_get_connection(exchange.request) == nil {
                unsafe evhttp_request_free(exchange.request)
            }
        }
        unsafe connection = nil
        unsafe loop.forget(stream)
    }

    // MARK: Reading

    /// Judges bytes that have just come, before evhttp reads them.
    func received(_ count: Int) {
        guard !isRefused else { return }
        if mustRescan { return rescan() }
        let length = unsafe evbuffer_get_length(bufferevent_get_input(stream))
        inspect(from: length - count)
    }

    /// Judges what had come already while the last request was answered.
    private func rescan() {
        mustRescan = false
        guard !isRefused else { return }
        inspect(from: 0)
        if isRefused { drainInput() }
    }

    private func inspect(from offset: Int) {
        let hadBegun = watch.hasBegun
        let input = unsafe bufferevent_get_input(stream)
        let length = unsafe evbuffer_get_length(input)
        let start = offset + watch.skip(length - offset)
        if start < length { watch.take(unsafe bytes(of: input, from: start, length: length)) }
        if case .broken(let refusal) = watch.phase { return refuse(refusal) }
        if !hadBegun, watch.hasBegun {
            setDeadline(.body, seconds: loop.limits.requestSeconds)
        }
    }

    private func bytes(of buffer: OpaquePointer?, from offset: Int, length: Int) -> [UInt8] {
        var pieces = unsafe [iovec](repeating: iovec(), count: 32)
        let found = unsafe Int(cevent_peek(buffer, offset, &pieces, 32))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length - offset)
        if found > 32 {
            unsafe evbuffer_pullup(buffer, -1)
            return unsafe self.bytes(of: buffer, from: offset, length: length)
        }
        for index in 0..<max(0, found) {
            let piece = unsafe pieces[index]
            unsafe bytes.append(
                contentsOf: UnsafeRawBufferPointer(start: piece.iov_base, count: piece.iov_len)
            )
        }
        return bytes
    }

    /// Answers without evhttp, which is kept from reading on, and waits a little for the client to
    /// read that: closing a socket with unread bytes would take the answer away from it.
    private func refuse(_ refusal: Refusal) {
        guard !isRefused, exchange == nil else { return }
        isRefused = true
        loop.refused(refusal)
        if unsafe evbuffer_get_length(bufferevent_get_output(stream)) == 0 {
            let answer = Array(plainAnswer(refusal).utf8)
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            unsafe Glibc.send(bufferevent_getfd(stream), answer, answer.count, flags)
        }
        unsafe shutdown(bufferevent_getfd(stream), Int32(SHUT_WR))
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe bufferevent_setcb(stream, onDiscard, nil, onDiscardEnd, context)
        setDeadline(.linger, seconds: min(2, loop.limits.requestSeconds))
    }

    private func plainAnswer(_ refusal: Refusal) -> String {
        let reason = HTTPStatus.reason(refusal.status)
        let text = "\(refusal.reason)\n"
        return """
            HTTP/1.1 \(refusal.status) \(reason)\r
            Date: \(httpDate())\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: \(text.utf8.count)\r
            Connection: close\r
            \r
            \(text)
            """
    }

    /// Throws away what a refused client still sends.
    func drainInput() {
        let input = unsafe bufferevent_get_input(stream)
        unsafe evbuffer_drain(input, evbuffer_get_length(input))
    }

    /// Looks, on the loop's next turn, at what came while an answer was sent.
    func rescanSoon() {
        guard unsafe evbuffer_get_length(bufferevent_get_input(stream)) > 0 else { return }
        mustRescan = true
        unsafe event_active(kick, 0, 0)
    }

    // MARK: Deadlines

    func setDeadline(_ wait: Wait, seconds: Double) {
        self.wait = wait
        var interval = timeval(seconds: seconds)
        unsafe event_add(timer, &interval)
    }

    func cancelDeadline() { unsafe event_del(timer) }

    /// What a connection waited for did not come in time.
    func expired() {
        switch wait {
        case .next, .linger, .reader: cut()
        case .request where !watch.hasBegun: cut()
        case .request, .body:
            if isRefused || exchange != nil { return cut() }
            refuse(Refusal(408, "request took too long"))
        case .answer: answerExpired()
        }
    }

    private func answerExpired() {
        guard let exchange, exchange.phase == .waiting else { return cut() }
        loop.log.warning("a handler took too long", [:])
        exchange.abandon()
        exchange.closes = true
        answer(exchange, HTTPResponse(status: 504, headers: [:], body: .bytes([])))
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
