import CEvent
import Glibc
import Wire

/// From the socket to a whole request.
extension Connection {
    /// Reads what has come.
    func readable() {
        let count = loop.receive(from: descriptor)
        if count == 0 { return left() }
        guard count > 0 else {
            if errno != EAGAIN && errno != EINTR { cut() }
            return
        }
        if isEnding { return }
        if exchange != nil { return keep(count) }
        take(count)
        answerAhead()
    }

    /// Keeps what comes before the present request is answered. Reading goes on up to a limit,
    /// because that is how a client that leaves is noticed.
    private func keep(_ count: Int) {
        ahead.append(contentsOf: loop.received[..<count])
        if ahead.count > loop.limits.headerBytes + loop.limits.bodyBytes { stopReading() }
    }

    /// The client has closed its side. One that has its answer coming may have done so early.
    private func left() {
        guard let exchange, exchange.phase == .sending else { return cut() }
        exchange.closes = true
        stopReading()
    }

    private func take(_ count: Int) {
        let hadBegun = parser.hasBegun
        let bytes = loop.received
        let used = parser.take(bytes.span.extracting(first: count))
        if used < count { ahead = Array(bytes[used..<count]) }
        parsed(hadBegun: hadBegun)
    }

    /// Reads the requests that came while others were answered, one after the other.
    func answerAhead() {
        while exchange == nil, !ahead.isEmpty, !isEnding, !isClosed {
            let bytes = ahead
            let hadBegun = parser.hasBegun
            let used = parser.take(bytes.span)
            ahead = used < bytes.count ? Array(bytes[used...]) : []
            parsed(hadBegun: hadBegun)
        }
    }

    private func parsed(hadBegun: Bool) {
        switch parser.phase {
        case .broken(let refusal): refuse(refusal)
        case .complete: begin()
        default:
            if !hadBegun { setDeadline(.request, seconds: loop.limits.requestSeconds) }
            if parser.awaitsContinue { write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        }
    }

    /// Hands a whole request to the handler.
    private func begin() {
        guard let head = parser.head else { return }
        let exchange = Exchange(id: loop.nextID(), head)
        self.exchange = exchange
        loop.began()
        if isSurplus { return refuse(exchange, Refusal(503, "too many connections")) }
        loop.hand(
            HTTPRequest(
                method: head.method,
                path: head.path,
                query: head.query,
                headers: head.headers,
                body: parser.body,
                remoteAddress: remoteAddress
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

    /// Answers what is no request, and waits a little for the client to read that.
    func refuse(_ refusal: Refusal) {
        guard !isEnding, exchange == nil else { return }
        loop.refused(refusal)
        let head = ResponseHead(
            status: refusal.status,
            headers: ["Content-Type": "text/plain; charset=utf-8"],
            length: refusal.reason.utf8.count + 1,
            connection: "close"
        )
        write(head.bytes(date: loop.date(), log: loop.log) + Array("\(refusal.reason)\n".utf8))
        if !isClosed { linger() }
    }
}
