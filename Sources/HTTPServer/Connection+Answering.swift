import CEvent
import Support
import Wire

/// From a whole request to the last byte of its answer.
extension Connection {
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
        guard (200...599).contains(response.status) else {
            loop.log.error("a response had no final status", ["status": "\(response.status)"])
            return answer(exchange, HTTPResponse(status: 500))
        }
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
        rescanSoon()
    }
}
