import Support
import Wire

/// Something that Stripe keeps under an id.
protocol StripeObject: Codable, Sendable {
    var id: String { get }
    var created: Int64 { get }
    var json: JSON { get }
}

/// Objects of one kind in the order they were made.
struct StripeShelf<Item: StripeObject>: Codable, Sendable {
    private var items: [String: Item] = [:]
    private var order: [String] = []

    /// An object by id; assigning puts it there, in its old place if it had one.
    subscript(id: String) -> Item? {
        get { items[id] }
        set {
            if items[id] == nil, newValue != nil { order.append(id) }
            if newValue == nil { order.removeAll { $0 == id } }
            items[id] = newValue
        }
    }

    /// All of them, oldest first.
    var all: [Item] { order.compactMap { items[$0] } }

    /// All of them as Stripe lists them: newest first.
    var newestFirst: [Item] { order.reversed().compactMap { items[$0] } }
}

extension KeyedDecodingContainer {
    /// A shelf that an older version had not written is empty.
    func decode<Item>(
        _ type: StripeShelf<Item>.Type,
        forKey key: Key
    ) throws -> StripeShelf<Item> {
        try decodeIfPresent(type, forKey: key) ?? StripeShelf()
    }
}

/// Everything the simulated account holds.
struct StripeBooks: Codable, Sendable {
    var customers = StripeShelf<StripeCustomer>()
    var methods = StripeShelf<StripePaymentMethod>()
    var intents = StripeShelf<StripePaymentIntent>()
    var setups = StripeShelf<StripeSetupIntent>()
    var sessions = StripeShelf<StripeSession>()
    var charges = StripeShelf<StripeCharge>()
    var refunds = StripeShelf<StripeRefund>()
    var disputes = StripeShelf<StripeDispute>()
    var payouts = StripeShelf<StripePayout>()
    var balance = StripeShelf<StripeBalanceTransaction>()
    var events = StripeShelf<StripeEvent>()
    var endpoints = StripeShelf<StripeWebhookEndpoint>()
    /// Events that are to be delivered once the lock is released.
    var outbox: [String] = []
    /// No open session expires before this, so that a call need not look through them.
    var nextExpiry = Int64.max
    /// The midnight of the next payout; nil while nothing waits for one.
    var nextPayout: Int64?
    /// When the next refund that takes its time ends.
    var nextRefund: Int64?
    /// Whether charges wait for their fees to be known.
    var holdsFees: Bool?
    /// Nil while everything is settled in the currency that it was charged in.
    var settlement: StripeSettlement?
    private var issued = 0

    /// A new id: prefix and 24 characters, as Stripe's look.
    mutating func newID(_ prefix: String, length: Int = 24) -> String {
        issued += 1
        return prefix + "_" + Self.token(length)
    }

    /// Random letters and digits.
    static func token(_ length: Int) -> String {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        return String(randomBytes(length).map { alphabet[Int($0) % alphabet.count] })
    }

    /// The object of an id, whatever its kind.
    func object(_ id: String) -> JSON? {
        switch id.prefix(while: { $0 != "_" }) {
        case "cus": customers[id]?.json
        case "pm": methods[id]?.json
        case "pi": intents[id]?.json
        case "seti": setups[id]?.json
        case "cs": sessions[id]?.json
        case "ch": charges[id]?.json
        case "re": refunds[id]?.json
        case "dp": disputes[id]?.json
        case "po": payouts[id]?.json
        case "txn": balance[id]?.json
        case "evt": events[id]?.json
        case "we": endpoints[id]?.json
        default: nil
        }
    }

    /// Writes an event with the object as it is now, to be delivered.
    mutating func emit(
        _ type: String,
        _ object: JSON,
        _ call: StripeCall,
        previous: JSON? = nil
    ) {
        let event = StripeEvent(
            id: newID("evt"),
            created: call.now,
            type: type,
            object: object,
            previous: previous,
            requestID: call.requestID,
            idempotencyKey: call.idempotencyKey
        )
        events[event.id] = event
        outbox.append(event.id)
    }

    /// Does what time does: closes sessions, ends refunds and pays out.
    mutating func settleTime(_ call: StripeCall) {
        expireSessions(call)
        endRefunds(call)
        payOutWhatIsDue(call)
    }

    private mutating func expireSessions(_ call: StripeCall) {
        guard call.now >= nextExpiry else { return }
        let open = sessions.all.filter { $0.status == "open" }
        for var session in open where session.expiresAt <= call.now {
            session.status = "expired"
            sessions[session.id] = session
            emit("checkout.session.expired", session.json, call)
        }
        nextExpiry = open.map(\.expiresAt).filter { $0 > call.now }.min() ?? .max
    }

    var state: JSON {
        [
            "customers": .array(customers.all.map(\.json)),
            "payment_methods": .array(methods.all.map(\.json)),
            "payment_intents": .array(intents.all.map(\.json)),
            "setup_intents": .array(setups.all.map(\.json)),
            "checkout_sessions": .array(sessions.all.map(\.json)),
            "charges": .array(charges.all.map(\.json)),
            "refunds": .array(refunds.all.map(\.json)),
            "disputes": .array(disputes.all.map(\.json)),
            "payouts": .array(payouts.all.map(\.json)),
            "balance_transactions": .array(balance.all.map(\.json)),
            "events": .array(events.all.map(\.json)),
            "webhook_endpoints": .array(endpoints.all.map(\.json)),
        ]
    }
}
