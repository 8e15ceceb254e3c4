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

    private unowned let loop: Loop
    let stream: OpaquePointer
    /// evhttp's connection; nil until the loop's next turn after it was accepted.
    private(set) var connection: OpaquePointer?
    private(set) var wait = Wait.request
    private(set) var exchange: Exchange?
    /// Over the limit, so that every request on it is refused.
    private let isSurplus: Bool
    private var watch: FramingWatch
    private var mustRescan = false
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

    // MARK: Answering

    /// Takes a whole request from evhttp.
    func begin(_ request: OpaquePointer, id: UInt64) {
        pauseReading()
        cancelDeadline()
        let head = watch.head
        let exchange = unsafe Exchange(
            id: id,
            request: request,
            isHead: head?.method == "HEAD",
            minorVersion: head?.minorVersion ?? 1,
            closes: !(head?.wantsKeepAlive ?? false)
        )
        self.exchange = exchange
        loop.started(exchange, on: self)
        let body = takeBody(of: exchange)
        guard let head, watch.phase == .complete, body.count == watch.bodyBytes else {
            return refuse(exchange, Refusal(400, "malformed request"))
        }
        if isSurplus { return refuse(exchange, Refusal(503, "too many connections")) }
        setDeadline(.answer, seconds: loop.limits.answerSeconds)
        loop.hand(
            HTTPRequest(
                method: head.method,
                path: head.path,
                query: head.query,
                headers: head.headers,
                body: body,
                remoteAddress: peerAddress()
            ),
            to: exchange,
            on: self
        )
    }

    private func refuse(_ exchange: Exchange, _ refusal: Refusal) {
        loop.refused(refusal)
        exchange.closes = true
        answer(
            exchange,
            HTTPResponse(
                status: refusal.status,
                headers: ["Content-Type": "text/plain; charset=utf-8"],
                body: .bytes(Array("\(refusal.reason)\n".utf8))
            )
        )
    }

    /// Keeps evhttp from reading the next request while this one is answered: it would end the
    /// process. The stream goes on to read, because that is how a client that leaves is noticed.
    private func pauseReading() {
        var argument: UnsafeMutableRawPointer?
        var onEvent: bufferevent_event_cb?
        var onWrite: bufferevent_data_cb?
        unsafe bufferevent_getcb(stream, nil, &onWrite, &onEvent, &argument)
        unsafe bufferevent_setcb(stream, nil, onWrite, onEvent, argument)
        unsafe bufferevent_enable(stream, Int16(EV_READ))
    }

    private func takeBody(of exchange: Exchange) -> [UInt8] {
        let buffer = unsafe evhttp_request_get_input_buffer(exchange.request)
        let length = unsafe evbuffer_get_length(buffer)
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { space, count in
            count = unsafe max(0, Int(evbuffer_remove(buffer, space.baseAddress, length)))
        }
    }

    private func peerAddress() -> String {
        var address: UnsafeMutablePointer<CChar>?
        var port: UInt16 = 0
        unsafe evhttp_connection_get_peer(connection, &address, &port)
        guard let address = unsafe address else { return "" }
        let text = unsafe String(cString: address)
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }

    /// Sends an answer, or the start of one that is streamed.
    func answer(_ exchange: Exchange, _ response: HTTPResponse) {
        guard exchange === self.exchange, exchange.phase == .waiting else { return }
        exchange.task = nil
        let isStream = if case .stream = response.body { true } else { false }
        let hasBody = !exchange.isHead && ![204, 304].contains(response.status)
        if loop.isDraining || response.closes || (isStream && exchange.minorVersion == 0) {
            exchange.closes = true
        }
        addHeaders(of: response, to: exchange)
        unsafe evhttp_request_set_on_complete_cb(
            exchange.request,
            onAnswered,
            Unmanaged.passUnretained(self).toOpaque()
        )
        switch response.body {
        case .bytes(let bytes): sendWhole(exchange, response.status, bytes, hasBody: hasBody)
        case .stream(let produce):
            guard hasBody else { return sendWhole(exchange, response.status, nil, hasBody: false) }
            exchange.phase = .streaming
            setDeadline(.answer, seconds: loop.limits.answerSeconds)
            unsafe evhttp_send_reply_start(
                exchange.request,
                Int32(response.status),
                HTTPStatus.reason(response.status)
            )
            loop.run(produce, for: exchange)
        }
    }

    private func addHeaders(of response: HTTPResponse, to exchange: Exchange) {
        let fields = unsafe evhttp_request_get_output_headers(exchange.request)
        for field in response.headers.fields where !field.isServersOwn {
            guard field.isSafe else {
                loop.log.warning(
                    "dropped a response header with forbidden characters",
                    ["name": String(field.name.prefix(64))]
                )
                continue
            }
            unsafe evhttp_add_header(fields, field.name, field.value)
        }
        guard exchange.closes else { return }
        unsafe evhttp_add_header(fields, "Connection", "close")
        if exchange.minorVersion == 0 {
            // Otherwise evhttp adds a `keep-alive` of its own.
            let asked = unsafe evhttp_request_get_input_headers(exchange.request)
            unsafe evhttp_remove_header(asked, "Connection")
        }
    }

    private func sendWhole(
        _ exchange: Exchange,
        _ status: Int,
        _ bytes: [UInt8]?,
        hasBody: Bool
    ) {
        exchange.phase = .sending
        let count = bytes?.count ?? 0
        if bytes != nil, status != 204, status != 304 {
            let fields = unsafe evhttp_request_get_output_headers(exchange.request)
            unsafe evhttp_add_header(fields, "Content-Length", "\(count)")
        }
        let patience = Double(count / max(1, loop.limits.slowestBytesPerSecond))
        setDeadline(.reader, seconds: loop.limits.idleSeconds + patience)
        guard hasBody, let bytes, let buffer = unsafe evbuffer_new() else {
            unsafe evhttp_send_reply(
                exchange.request,
                Int32(status),
                HTTPStatus.reason(status),
                nil
            )
            return
        }
        unsafe evbuffer_add(buffer, bytes, bytes.count)
        unsafe evhttp_send_reply(
            exchange.request,
            Int32(status),
            HTTPStatus.reason(status),
            buffer
        )
        unsafe evbuffer_free(buffer)
    }

    /// Sends a piece of a streamed answer, and lets the writer go on when there is room.
    func send(
        _ bytes: [UInt8],
        for exchange: Exchange,
        _ continuation: CheckedContinuation<Void, any Error>
    ) {
        guard exchange.phase == .streaming, exchange.writer == nil,
            let buffer = unsafe evbuffer_new()
        else { return continuation.resume(throwing: CancellationError()) }
        guard !bytes.isEmpty else {
            unsafe evbuffer_free(buffer)
            return continuation.resume()
        }
        exchange.writer = continuation
        unsafe evbuffer_add(buffer, bytes, bytes.count)
        unsafe evhttp_send_reply_chunk_with_cb(
            exchange.request,
            buffer,
            onDrained,
            Unmanaged.passUnretained(self).toOpaque()
        )
        unsafe evbuffer_free(buffer)
        let waiting = unsafe evbuffer_get_length(bufferevent_get_output(stream))
        if waiting <= loop.limits.streamBufferBytes {
            resumeWriter()
        } else {
            setDeadline(.reader, seconds: loop.limits.idleSeconds)
        }
    }

    /// Lets a writer go on: all that it wrote has been sent.
    func resumeWriter() {
        guard let exchange, let writer = exchange.writer else { return }
        exchange.writer = nil
        setDeadline(.answer, seconds: loop.limits.answerSeconds)
        writer.resume()
    }

    /// Ends a streamed answer; a part of one is cut off, so that the client can tell.
    func end(_ exchange: Exchange, isWhole: Bool) {
        guard exchange.phase == .streaming else { return }
        guard isWhole else { return cut() }
        exchange.phase = .sending
        let waiting = unsafe evbuffer_get_length(bufferevent_get_output(stream))
        let patience = Double(waiting / max(1, loop.limits.slowestBytesPerSecond))
        setDeadline(.reader, seconds: loop.limits.idleSeconds + patience)
        unsafe evhttp_send_reply_end(exchange.request)
    }

    /// Called by evhttp when the last byte of an answer was sent.
    func answered() {
        guard let exchange else { return }
        self.exchange = nil
        exchange.abandon()
        loop.finished(exchange)
        watch.reset()
        setDeadline(.next, seconds: loop.limits.idleSeconds)
        if unsafe evbuffer_get_length(bufferevent_get_input(stream)) > 0 {
            mustRescan = true
            unsafe event_active(kick, 0, 0)
        }
    }

    // MARK: Deadlines

    private func setDeadline(_ wait: Wait, seconds: Double) {
        self.wait = wait
        var interval = timeval(seconds: seconds)
        unsafe event_add(timer, &interval)
    }

    private func cancelDeadline() { unsafe event_del(timer) }

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
