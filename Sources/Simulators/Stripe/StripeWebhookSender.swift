import Cryptography
import Foundation
import HTTPClient
import Support
import Synchronization
import Wire

/// How webhooks arrive.
package enum StripeWebhookMode: String, Sendable, CaseIterable {
    /// One by one, as they happen.
    case deliver
    /// Not until told to.
    case hold
    /// Each one twice.
    case duplicate
    /// Those of a moment together, the last first.
    case reorder
    /// Never, unless redelivered.
    case drop
}

/// Sends events to those who listen, signed, again and again until they are taken.
final class StripeWebhookSender: Sendable {
    /// One event for one address.
    private struct Delivery: Sendable {
        let event: String
        let body: [UInt8]
        let url: String
        let secret: String
        var isTaken = false
    }

    private struct Queue {
        var mode = StripeWebhookMode.deliver
        var deliveries: [Delivery] = []
        /// Indices of deliveries that wait for their turn.
        var due: [Int] = []
        var isDraining = false
        var generation = 0
    }

    private let queue = Mutex(Queue())
    private let client: HTTPClient
    private let clock: BusinessClock
    private let log: Log
    private let url: Mutex<String?>
    private let secret: String
    private let retrySeconds: [Double]
    private let listener = Mutex<(@Sendable (String) -> Void)?>(nil)

    init(
        url: String?,
        secret: String,
        retrySeconds: [Double],
        clock: BusinessClock,
        log: Log
    ) {
        self.url = Mutex(url)
        self.secret = secret
        self.retrySeconds = retrySeconds
        self.clock = clock
        self.log = log
        client = HTTPClient(log: log, userAgent: "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
    }

    /// Changes where events go besides the registered endpoints.
    func setURL(_ url: String?) { self.url.withLock { $0 = url } }

    /// Says who wants to know that an event was taken.
    func onDelivery(_ listener: @escaping @Sendable (String) -> Void) {
        self.listener.withLock { $0 = listener }
    }

    var mode: StripeWebhookMode { queue.withLock { $0.mode } }

    /// Changes how webhooks arrive; what was held is sent when they are delivered again.
    func setMode(_ mode: StripeWebhookMode) {
        queue.withLock { queue in
            let wasHeld = queue.mode == .hold
            queue.mode = mode
            if wasHeld, mode == .deliver || mode == .duplicate || mode == .reorder {
                queue.due = queue.deliveries.indices.filter { !queue.deliveries[$0].isTaken }
            }
        }
        drain()
    }

    /// Queues an event for everybody who wants it, and returns how many those are.
    func enqueue(_ event: StripeEvent, _ endpoints: [StripeWebhookEndpoint]) -> Int64 {
        var targets = endpoints.filter { $0.wants(event.type) }.map { ($0.url, $0.secret) }
        if let url = url.withLock({ $0 }) { targets.append((url, secret)) }
        var event = event
        event.pendingWebhooks = Int64(targets.count)
        let body = event.json.bytes
        queue.withLock { queue in
            for (url, secret) in targets {
                queue.deliveries.append(
                    Delivery(event: event.id, body: body, url: url, secret: secret)
                )
                let index = queue.deliveries.count - 1
                switch queue.mode {
                case .deliver, .reorder: queue.due.append(index)
                case .duplicate: queue.due += [index, index]
                case .hold, .drop: break
                }
            }
        }
        drain()
        return event.pendingWebhooks
    }

    /// Sends again: one event, all of them, or those that were not taken yet.
    @discardableResult
    func redeliver(event: String? = nil, all: Bool = false) -> Int {
        let count = queue.withLock { queue in
            let chosen = queue.deliveries.indices.filter { index in
                let delivery = queue.deliveries[index]
                return event.map { delivery.event == $0 } ?? (all || !delivery.isTaken)
            }
            queue.due += chosen
            return chosen.count
        }
        drain()
        return count
    }

    /// Waits until nothing is on its way; what is held or keeps failing is not waited for.
    func idle() async {
        while queue.withLock({ $0.isDraining || !$0.due.isEmpty }) {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    func reset() async {
        queue.withLock { queue in
            let generation = queue.generation + 1
            queue = Queue(isDraining: queue.isDraining, generation: generation)
        }
    }

    func close() { client.close() }

    var state: JSON {
        queue.withLock { queue in
            [
                "mode": .string(queue.mode.rawValue),
                "pending": .array(
                    queue.deliveries.filter { !$0.isTaken }.map { .string($0.event) }
                ),
            ]
        }
    }
}

// The sending itself: one after the other, with retries aside.
extension StripeWebhookSender {
    private func drain() {
        let mayStart = queue.withLock { queue in
            guard !queue.isDraining, !queue.due.isEmpty else { return false }
            queue.isDraining = true
            return true
        }
        guard mayStart else { return }
        Task { await sendDue() }
    }

    private func sendDue() async {
        while true {
            if mode == .reorder { try? await Task.sleep(for: .milliseconds(100)) }
            let (batch, generation) = queue.withLock { queue in
                let batch = queue.mode == .reorder ? queue.due.reversed() : queue.due
                queue.due = []
                if batch.isEmpty { queue.isDraining = false }
                return (batch, queue.generation)
            }
            if batch.isEmpty { return }
            for index in batch { await attempt(index, number: 0, generation: generation) }
        }
    }

    private func attempt(_ index: Int, number: Int, generation: Int) async {
        let found = queue.withLock { queue in
            queue.generation == generation ? queue.deliveries[index] : nil
        }
        guard let delivery = found else { return }
        if await send(delivery) {
            let isFirst = queue.withLock { queue in
                guard queue.generation == generation else { return false }
                defer { queue.deliveries[index].isTaken = true }
                return !queue.deliveries[index].isTaken
            }
            if isFirst { listener.withLock { $0 }?(delivery.event) }
            return
        }
        guard number < retrySeconds.count else { return }
        let wait = retrySeconds[number]
        Task {
            try? await Task.sleep(for: .seconds(wait))
            let mayGo = queue.withLock { queue in
                queue.generation == generation && queue.mode != .drop && queue.mode != .hold
                    && !queue.deliveries[index].isTaken
            }
            if mayGo { await attempt(index, number: number + 1, generation: generation) }
        }
    }

    private func send(_ delivery: Delivery) async -> Bool {
        let time = String(Int64(clock.now.timeIntervalSince1970))
        let signed = Array("\(time).".utf8) + delivery.body
        let code = HMACSHA256.authenticate(signed, key: Array(delivery.secret.utf8))
        let request = OutgoingRequest(
            "POST",
            delivery.url,
            headers: [
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": "t=\(time),v1=\(Hex.encode(code))",
            ],
            body: delivery.body,
            deadlineSeconds: 10
        )
        guard let answer = try? await client.send(request) else { return false }
        return (200..<300).contains(answer.status)
    }
}
