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
    private var listener: OpaquePointer?
    private var wake: OpaquePointer?
    private var ticker: OpaquePointer?
    private var connections: [Int32: Connection] = [:]
    /// Connections whose handler has not answered at once.
    private var waiting: [UInt64: Connection] = [:]
    private var lastID: UInt64 = 0
    /// What was read last, of whichever connection.
    private(set) var received = [UInt8](repeating: 0, count: 65_536)
    private var dateSecond: Int64 = -1
    private var dateText = ""
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
        unsafe self.base = unsafe base
        try listen(on: socket)
    }

    private func listen(on socket: Int32) throws {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let options = UInt32(LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_CLOSE_ON_FREE)
        // 0: the socket listens already.
        unsafe listener = evconnlistener_new(base, onAccepted, context, options, 0, socket)
        guard unsafe listener != nil else {
            unsafe event_base_free(base)
            throw ServerError(description: "no listener")
        }
        unsafe evconnlistener_set_error_cb(listener, onAcceptError)
        let persistent = Int16(EV_READ | EV_PERSIST)
        unsafe wake = event_new(base, mailbox.descriptor, persistent, onWake, context)
        unsafe event_add(wake, nil)
        unsafe ticker = event_new(base, -1, Int16(EV_PERSIST), onTick, context)
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
        for connection in Array(connections.values) { connection.cut() }
        if let listener = unsafe listener { unsafe evconnlistener_free(listener) }
        unsafe event_free(wake)
        unsafe event_free(ticker)
        unsafe event_base_free(base)
    }

    // MARK: Connections

    func accepted(_ descriptor: Int32, from address: String) {
        let open = tally.connections.add(1, ordering: .relaxed).newValue
        connections[descriptor] = Connection(
            loop: self,
            descriptor: descriptor,
            remoteAddress: address,
            isSurplus: open > limits.connections
        )
        if open >= limits.connections + limits.connections / 8 + 1 { pause() }
    }

    func forget(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.descriptor) != nil else { return }
        tally.connections.subtract(1, ordering: .relaxed)
        if isPaused { resumeWhenPossible() }
    }

    /// Reads once into ``received``; the result is that of `recv`.
    func receive(from descriptor: Int32) -> Int {
        unsafe received.withUnsafeMutableBytes {
            unsafe recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
        }
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

    func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    func began() { tally.inFlight.add(1, ordering: .relaxed) }

    func finished(_ exchange: Exchange) {
        waiting[exchange.id] = nil
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
            waiting[id] = connection
            connection.setDeadline(.answer, seconds: limits.answerSeconds)
            exchange.task = Task { mailbox.post(.answer(id, await work())) }
        }
    }

    /// Runs the closure of a streamed answer.
    func run(
        _ produce: @escaping @Sendable (ResponseStream) async throws -> Void,
        for exchange: Exchange,
        on connection: Connection
    ) {
        let (mailbox, id) = (mailbox, exchange.id)
        waiting[id] = connection
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
                deliver(to: id) { $0.answer($1, response) }
            case .chunk(let id, let bytes, let continuation):
                let isOpen = deliver(to: id) { $0.send(bytes, for: $1, continuation) }
                if !isOpen { continuation.resume(throwing: CancellationError()) }
            case .end(let id, let isWhole):
                deliver(to: id) { $0.end($1, isWhole: isWhole) }
            case .stop(let seconds): beginDraining(seconds)
            }
        }
    }

    /// Gives a message to the connection that waits for it; false when nobody does any more.
    @discardableResult
    private func deliver(to id: UInt64, _ act: (Connection, Exchange) -> Void) -> Bool {
        guard let connection = waiting[id], let exchange = connection.exchange,
            exchange.id == id
        else { return false }
        act(connection, exchange)
        connection.answerAhead()
        return true
    }

    // MARK: Time

    /// A clock that only goes forward, to a few milliseconds.
    static func milliseconds() -> Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// The time as `Date` fields have it, made once a second.
    func date() -> String {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now)
        if Int64(now.tv_sec) != dateSecond {
            dateSecond = Int64(now.tv_sec)
            dateText = httpDate()
        }
        return dateText
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
        if unsafe listener != nil, !isPaused, nobodyKnocks() { stopAccepting(at: now) }
        if now >= drainBegan.advanced(by: .milliseconds(300)) {
            for connection in Array(connections.values)
            where connection.isResting && !connection.hasUnreadBytes {
                connection.cut()
            }
        }
        if unsafe listener == nil && connections.isEmpty { finish() }
    }

    private func nobodyKnocks() -> Bool {
        var poll = unsafe pollfd(
            fd: evconnlistener_get_fd(listener),
            events: Int16(POLLIN),
            revents: 0
        )
        return unsafe Glibc.poll(&poll, 1, 0) == 0
    }

    /// First ignores new knocks, then closes, a moment later and with the queue empty again: a
    /// client that is connected between the look at the queue and the close would be lost.
    private func stopAccepting(at now: ContinuousClock.Instant) {
        guard let ignoring = ignoringSince else {
            unsafe cevent_ignore_knocks(evconnlistener_get_fd(listener))
            ignoringSince = now
            return
        }
        guard now >= ignoring.advanced(by: .milliseconds(20)) else { return }
        unsafe evconnlistener_free(listener)
        unsafe listener = nil
    }

    private func finish() {
        let count = connections.count
        if count > 0 { log.warning("connections cut off by the stop", ["count": "\(count)"]) }
        unsafe event_base_loopbreak(base)
    }
}
