import CEvent
import Glibc
import Support
import Synchronization

/// One event loop: a listening socket, and the connections it has accepted.
///
/// Unchecked because it is confined, not locked: `init` and `dispose` run before and after the
/// thread, everything between on the thread alone. Other threads reach it through `mailbox`.
@safe final class Loop: @unchecked Sendable {
    let mailbox: Mailbox
    let limits: ServerLimits
    let log: Log
    let base: OpaquePointer
    private(set) var isDraining = false

    private let handler: @Sendable (HTTPRequest) -> Handling
    private let tally: Tally
    private let http: OpaquePointer
    private var accepting: OpaquePointer?
    private var wake: OpaquePointer?
    private var ticker: OpaquePointer?
    private var connections: [OpaquePointer: Connection] = unsafe [:]
    private var exchanges: [UInt64: Connection] = [:]
    private var nextID: UInt64 = 0
    private var isPaused = false
    private var drainBegan = ContinuousClock.now
    private var drainEnd = ContinuousClock.now
    private var ignoringSince: ContinuousClock.Instant?

    /// Takes over a listening socket.
    init(
        socket: Int32,
        limits: ServerLimits,
        log: Log,
        tally: Tally,
        handler: @escaping @Sendable (HTTPRequest) -> Handling
    ) throws {
        mailbox = try Mailbox()
        self.limits = limits
        self.log = log
        self.tally = tally
        self.handler = handler
        let config = unsafe event_config_new()
        defer { unsafe event_config_free(config) }
        // Safe because no watched descriptor is ever duplicated; saves a fifth of the time.
        let flag = Int32(EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST.rawValue)
        unsafe event_config_set_flag(config, flag)
        guard let base = unsafe event_base_new_with_config(config) else {
            throw ServerError(description: "no event base")
        }
        guard let http = unsafe evhttp_new(base) else {
            unsafe event_base_free(base)
            throw ServerError(description: "no evhttp")
        }
        unsafe self.base = unsafe base
        unsafe self.http = unsafe http
        unsafe accepting = evhttp_accept_socket_with_handle(http, socket)
        setUp()
    }

    private func setUp() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        // A little more than is allowed, so that the refusal comes from us.
        unsafe evhttp_set_max_headers_size(http, limits.headerBytes * 2)
        unsafe evhttp_set_max_body_size(http, limits.bodyBytes + 1)
        unsafe evhttp_set_default_content_type(http, nil)
        let methods =
            EVHTTP_REQ_GET.rawValue | EVHTTP_REQ_HEAD.rawValue | EVHTTP_REQ_POST.rawValue
            | EVHTTP_REQ_PUT.rawValue | EVHTTP_REQ_PATCH.rawValue | EVHTTP_REQ_DELETE.rawValue
            | EVHTTP_REQ_OPTIONS.rawValue
        unsafe evhttp_set_allowed_methods(http, UInt16(methods))
        unsafe evhttp_set_gencb(http, onRequest, context)
        unsafe evhttp_set_bevcb(http, onStream, context)
        unsafe evconnlistener_set_error_cb(listener, onAcceptError)
        let persistent = Int16(EV_READ | EV_PERSIST)
        unsafe wake = event_new(base, mailbox.descriptor, persistent, onWake, context)
        unsafe event_add(wake, nil)
        unsafe ticker = event_new(base, -1, Int16(EV_PERSIST), onTick, context)
    }

    private var listener: OpaquePointer? {
        unsafe accepting.flatMap { unsafe evhttp_bound_socket_get_listener($0) }
    }

    /// Serves until it is told to stop, then frees everything.
    func run() {
        unsafe event_base_dispatch(base)
        dispose()
    }

    /// Frees what C holds; called once, after the loop has ended or when it never began.
    func dispose() {
        for message in mailbox.close() {
            if case .chunk(_, _, let continuation) = message {
                continuation.resume(throwing: CancellationError())
            }
        }
        for connection in unsafe Array(connections.values) { connection.cut() }
        unsafe evhttp_free(http)
        unsafe event_free(wake)
        unsafe event_free(ticker)
        unsafe event_base_free(base)
    }

    // MARK: Connections

    func makeStream() -> OpaquePointer? {
        guard let stream = unsafe bufferevent_socket_new(base, -1, 0) else { return nil }
        let open = tally.connections.add(1, ordering: .relaxed).newValue
        unsafe connections[stream] = Connection(
            loop: self,
            stream: stream,
            isSurplus: open > limits.connections
        )
        if open >= limits.connections + limits.connections / 8 + 1 { pause() }
        return unsafe stream
    }

    func forget(_ stream: OpaquePointer) {
        guard unsafe connections.removeValue(forKey: stream) != nil else { return }
        tally.connections.subtract(1, ordering: .relaxed)
        if isPaused { resumeWhenPossible() }
    }

    func acceptFailed() {
        log.error("could not accept a connection", ["errno": "\(errno)"])
        pause()
    }

    private func pause() {
        guard !isPaused else { return }
        isPaused = true
        unsafe evconnlistener_disable(listener)
        startTicking()
    }

    private func resumeWhenPossible() {
        guard tally.connections.load(ordering: .relaxed) <= limits.connections else { return }
        isPaused = false
        unsafe evconnlistener_enable(listener)
        if !isDraining { unsafe event_del(ticker) }
    }

    private func startTicking() {
        var interval = timeval(seconds: isDraining ? 0.01 : 0.05)
        unsafe event_add(ticker, &interval)
    }

    /// Looks after what nothing else wakes the loop for.
    func tick() {
        if isPaused { resumeWhenPossible() }
        if isDraining { drain() }
    }

    // MARK: Exchanges

    func begin(_ request: OpaquePointer) {
        let stream = unsafe evhttp_request_get_connection(request)
            .flatMap { unsafe evhttp_connection_get_bufferevent($0) }
        guard let stream = unsafe stream, let connection = unsafe connections[stream] else {
            return unsafe evhttp_send_error(request, 500, nil)
        }
        nextID += 1
        unsafe connection.begin(request, id: nextID)
    }

    func started(_ exchange: Exchange, on connection: Connection) {
        exchanges[exchange.id] = connection
        tally.inFlight.add(1, ordering: .relaxed)
    }

    func finished(_ exchange: Exchange) {
        guard exchanges.removeValue(forKey: exchange.id) != nil else { return }
        tally.inFlight.subtract(1, ordering: .relaxed)
    }

    func refused(_ refusal: Refusal) {
        tally.refused.add(1, ordering: .relaxed)
        log.debug("request refused", ["status": "\(refusal.status)", "reason": refusal.reason])
    }

    /// Gives a request to the handler.
    func hand(_ request: HTTPRequest, to exchange: Exchange, on connection: Connection) {
        tally.requests.add(1, ordering: .relaxed)
        switch handler(request) {
        case .now(let response): connection.answer(exchange, response)
        case .later(let work):
            let (mailbox, id) = (mailbox, exchange.id)
            exchange.task = Task { mailbox.post(.answer(id, await work())) }
        }
    }

    /// Runs the closure of a streamed answer.
    func run(
        _ produce: @escaping @Sendable (ResponseStream) async throws -> Void,
        for exchange: Exchange
    ) {
        let (mailbox, id) = (mailbox, exchange.id)
        let stream = ResponseStream { bytes in
            try Task.checkCancellation()
            try await withCheckedThrowingContinuation { continuation in
                if !mailbox.post(.chunk(id, bytes, continuation)) {
                    continuation.resume(throwing: CancellationError())
                }
            }
        }
        exchange.task = Task { [log] in
            do {
                try await produce(stream)
                mailbox.post(.end(id, isWhole: true))
            } catch {
                if !(error is CancellationError) { log.error("a streamed answer broke off", [:]) }
                mailbox.post(.end(id, isWhole: false))
            }
        }
    }

    func readMail() {
        for message in mailbox.collect() {
            switch message {
            case .answer(let id, let response):
                guard let connection = exchanges[id], let exchange = connection.exchange else {
                    continue
                }
                connection.answer(exchange, response)
            case .chunk(let id, let bytes, let continuation):
                guard let connection = exchanges[id], let exchange = connection.exchange else {
                    continuation.resume(throwing: CancellationError())
                    continue
                }
                connection.send(bytes, for: exchange, continuation)
            case .end(let id, let isWhole):
                guard let connection = exchanges[id], let exchange = connection.exchange else {
                    continue
                }
                connection.end(exchange, isWhole: isWhole)
            case .stop(let seconds): beginDraining(seconds)
            }
        }
    }

    // MARK: Stopping

    private func beginDraining(_ seconds: Double) {
        guard !isDraining else { return }
        isDraining = true
        drainBegan = .now
        drainEnd = drainBegan.advanced(by: .seconds(max(0, seconds)))
        startTicking()
        drain()
    }

    /// Closes the listening socket once nobody waits to be accepted, and ends once nobody is left.
    ///
    /// Closing it first would lose the connections in its queue. A resting connection is given a
    /// moment, because its next request may be on the way already.
    private func drain() {
        let now = ContinuousClock.now
        if now >= drainEnd { return finish() }
        if unsafe accepting != nil, !isPaused, nobodyKnocks() { stopAccepting(at: now) }
        if now >= drainBegan.advanced(by: .milliseconds(300)) {
            for connection in unsafe Array(connections.values)
            where connection.isResting && !connection.hasUnreadBytes {
                connection.cut()
            }
        }
        if unsafe accepting == nil && connections.isEmpty { finish() }
    }

    private func nobodyKnocks() -> Bool {
        var poll = unsafe pollfd(
            fd: evhttp_bound_socket_get_fd(accepting),
            events: Int16(POLLIN),
            revents: 0
        )
        return unsafe Glibc.poll(&poll, 1, 0) == 0
    }

    /// First ignores new knocks, then closes, a moment later and with the queue empty again: a
    /// client that is connected between the look at the queue and the close would be lost.
    private func stopAccepting(at now: ContinuousClock.Instant) {
        guard let ignoring = ignoringSince else {
            unsafe cevent_ignore_knocks(evhttp_bound_socket_get_fd(accepting))
            ignoringSince = now
            return
        }
        guard now >= ignoring.advanced(by: .milliseconds(20)) else { return }
        unsafe evhttp_del_accept_socket(http, accepting)
        unsafe accepting = nil
    }

    private func finish() {
        let count = unsafe connections.count
        if count > 0 { log.warning("connections cut off by the stop", ["count": "\(count)"]) }
        unsafe event_base_loopbreak(base)
    }
}
