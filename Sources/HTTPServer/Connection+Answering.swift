import Glibc
import Support
import Wire

/// From an answer to its last byte on the wire.
extension Connection {
    /// Sends an answer, or the start of one that is streamed.
    func answer(_ exchange: Exchange, _ response: HTTPResponse) {
        guard exchange === self.exchange, exchange.phase == .waiting else { return }
        exchange.task = nil
        guard (200...599).contains(response.status) else {
            loop.log.error("a response had no final status", ["status": "\(response.status)"])
            return answer(exchange, HTTPResponse(status: 500))
        }
        if loop.isDraining || response.closes { exchange.closes = true }
        let hasBody = !exchange.isHead && ![204, 304].contains(response.status)
        switch response.body {
        case .bytes(let bytes): sendWhole(exchange, response, bytes, hasBody: hasBody)
        case .stream(let produce):
            guard hasBody else { return sendWhole(exchange, response, nil, hasBody: false) }
            // Without chunks, the end of the connection is the end of the answer.
            if exchange.minorVersion == 0 { exchange.closes = true }
            exchange.phase = .streaming
            setDeadline(.answer, seconds: loop.limits.answerSeconds)
            let framing = exchange.minorVersion == 0 ? nil : "chunked"
            write(head(of: response, exchange, length: nil, coding: framing))
            if !isClosed { loop.run(produce, for: exchange, on: self) }
        }
    }

    private func head(
        of response: HTTPResponse,
        _ exchange: Exchange,
        length: Int?,
        coding: String? = nil
    ) -> [UInt8] {
        let keeps = exchange.minorVersion == 0 ? "keep-alive" : nil
        let head = ResponseHead(
            status: response.status,
            headers: response.headers,
            length: length,
            coding: coding,
            connection: exchange.closes ? "close" : keeps
        )
        return head.bytes(date: loop.date(), log: loop.log)
    }

    private func sendWhole(
        _ exchange: Exchange,
        _ response: HTTPResponse,
        _ body: [UInt8]?,
        hasBody: Bool
    ) {
        exchange.phase = .sending
        let hasLength = body != nil && response.status != 204 && response.status != 304
        var bytes = head(of: response, exchange, length: hasLength ? body?.count : nil)
        if hasBody, let body { bytes += body }
        write(bytes)
        if !outbox.isEmpty { awaitReader() }
    }

    /// Gives the client as long as a slow one needs for what waits to be sent, as long as it takes
    /// something now and then.
    private func awaitReader() {
        let patience = Double(outbox.count / max(1, loop.limits.slowestBytesPerSecond))
        readBy = Loop.milliseconds() + Int64((loop.limits.idleSeconds + patience) * 1_000)
        awaitProgress()
    }

    private func awaitProgress() {
        let left = Double(readBy - Loop.milliseconds()) / 1_000
        setDeadline(.reader, seconds: min(loop.limits.idleSeconds, left))
    }

    /// Sends a piece of a streamed answer, and lets the writer go on when there is room.
    func send(
        _ bytes: [UInt8],
        for exchange: Exchange,
        _ continuation: CheckedContinuation<Void, any Error>
    ) {
        guard exchange.phase == .streaming, exchange.writer == nil else {
            return continuation.resume(throwing: CancellationError())
        }
        guard !bytes.isEmpty else { return continuation.resume() }
        exchange.writer = continuation
        write(exchange.minorVersion == 0 ? bytes : chunk(bytes))
        if isClosed { return }
        if outbox.count <= loop.limits.streamBufferBytes {
            resumeWriter()
        } else {
            setDeadline(.reader, seconds: loop.limits.idleSeconds)
        }
    }

    private func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
    }

    /// Lets a writer go on: all that it wrote has been sent, or soon will be.
    private func resumeWriter() {
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
        awaitReader()
        write(exchange.minorVersion == 0 ? [] : Array("0\r\n\r\n".utf8))
    }

    func answerExpired() {
        guard let exchange, exchange.phase == .waiting else { return cut() }
        loop.log.warning("a handler took too long", [:])
        exchange.abandon()
        exchange.closes = true
        answer(exchange, HTTPResponse(status: 504, headers: [:], body: .bytes([])))
        answerAhead()
    }

    // MARK: Sending

    /// Sends bytes now as far as the kernel takes them, and the rest when it has room.
    func write(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        guard outbox.isEmpty else { return outbox.append(bytes[...]) }
        let sent = transmit(bytes[...])
        guard sent >= 0 else { return cut() }
        if sent == bytes.count { return drained() }
        outbox.append(bytes[sent...])
        awaitRoom()
    }

    /// Goes on with what waits.
    func writable() {
        let sent = transmit(outbox.bytes)
        guard sent >= 0 else { return cut() }
        outbox.drop(sent)
        guard outbox.isEmpty else {
            if sent > 0, exchange?.phase == .sending { awaitProgress() }
            return awaitRoom()
        }
        drained()
        answerAhead()
    }

    /// - Returns: how many bytes the kernel took, or -1 when the client is gone.
    private func transmit(_ bytes: ArraySlice<UInt8>) -> Int {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let sent = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, flags)
        }
        if sent >= 0 { return sent }
        return errno == EAGAIN || errno == EINTR ? 0 : -1
    }

    private func drained() {
        guard let exchange else { return }
        switch exchange.phase {
        case .waiting: break
        case .streaming: resumeWriter()
        case .sending: answered(exchange)
        }
    }

    private func answered(_ exchange: Exchange) {
        self.exchange = nil
        exchange.abandon()
        loop.finished(exchange)
        if exchange.closes { return end() }
        parser.reset()
        if ahead.count > loop.limits.headerBytes + loop.limits.bodyBytes { resumeReading() }
        setDeadline(.request, seconds: loop.limits.idleSeconds)
    }
}

/// Bytes that the kernel has not taken yet.
struct Outbox {
    private var waiting: [UInt8] = []
    private var start = 0

    var isEmpty: Bool { start == waiting.count }
    var count: Int { waiting.count - start }
    var bytes: ArraySlice<UInt8> { waiting[start...] }

    mutating func append(_ bytes: ArraySlice<UInt8>) { waiting.append(contentsOf: bytes) }

    /// Forgets bytes that were sent.
    mutating func drop(_ count: Int) {
        start += count
        if isEmpty {
            self = Outbox()
        } else if start > 65_536, start > waiting.count / 2 {
            waiting.removeFirst(start)
            start = 0
        }
    }
}
