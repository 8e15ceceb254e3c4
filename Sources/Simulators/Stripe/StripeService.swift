import Foundation
import HTTPServer
import Support
import Wire

/// What the simulated Stripe answers, over its books.
final class StripeService: SimulatedService {
    struct Account: Codable {
        var books = StripeBooks()
        var idempotency = StripeIdempotency()
    }

    private let account: Kept<Account>
    let webhooks: StripeWebhookSender
    private let clock: BusinessClock
    private let address: HostAddress
    let secretKey: String?

    init(
        clock: BusinessClock,
        address: HostAddress,
        secretKey: String?,
        webhooks: StripeWebhookSender,
        account: Kept<Account>
    ) {
        self.account = account
        self.clock = clock
        self.address = address
        self.secretKey = secretKey
        self.webhooks = webhooks
    }

    var state: JSON { account.read { $0.books.state } }

    func reset() async {
        account.withLock { $0 = Account() }
        await webhooks.reset()
    }

    func flush() { account.flush() }

    /// Goes on where the program ended: sends the events again that nobody had taken.
    func resume() {
        account.withLock { account in
            account.idempotency.releaseUnanswered()
            account.books.outbox = account.books.events.all.filter { $0.pendingWebhooks > 0 }
                .map(\.id)
            send(&account.books)
        }
    }

    func clockMoved() async {
        act { _, _ in }
    }

    func answer(_ request: HTTPRequest, pausingSeconds: Double) async -> HTTPResponse {
        if request.path.hasPrefix("/v1/") {
            return await answerCall(request, pausingSeconds: pausingSeconds)
        }
        await pause(pausingSeconds)
        return StripePages(service: self).answer(request)
    }

    func failure(status: Int) -> HTTPResponse {
        let error =
            switch status {
            case 400: StripeError.invalid("The sandbox was told to refuse this.")
            case 429:
                StripeError.invalid(
                    "Request rate limit exceeded. Learn more about rate limits here: "
                        + "https://stripe.com/docs/rate-limits.",
                    code: "rate_limit",
                    status: 429
                )
            default:
                StripeError(
                    status: 500,
                    kind: .api,
                    message: "An unknown error occurred. Contact support if this persists."
                )
            }
        return reply(error.status, error.body, newCall(nil), version: StripeCall.version)
    }

    var lockTimeout: HTTPResponse {
        let error = StripeError.invalid(
            "This object cannot be accessed right now because another API request or Stripe "
                + "process is currently accessing it.",
            code: "lock_timeout",
            status: 429
        )
        return reply(error.status, error.body, newCall(nil), version: StripeCall.version)
    }

    /// Does something to the books outside of an API call, and sends the events it caused.
    @discardableResult
    func act<Value: Sendable>(_ body: (inout StripeBooks, StripeCall) -> Value) -> Value {
        let call = newCall(nil)
        return account.withLock { account in
            account.books.settleTime(call)
            defer { send(&account.books) }
            return body(&account.books, call)
        }
    }

    private func newCall(_ key: String?) -> StripeCall {
        StripeCall(
            requestID: "req_" + StripeBooks.token(14),
            idempotencyKey: key,
            now: Int64(clock.now.timeIntervalSince1970),
            baseURL: address.url
        )
    }

    private func pause(_ seconds: Double) async {
        guard seconds > 0 else { return }
        try? await Task.sleep(for: .seconds(seconds))
    }
}

// The calls under `/v1`.
extension StripeService {
    private func answerCall(
        _ request: HTTPRequest,
        pausingSeconds: Double
    ) async -> HTTPResponse {
        let key = request.method == "POST" ? request.headers["Idempotency-Key"] : nil
        var call = newCall(key)
        let version = request.headers["Stripe-Version"] ?? StripeCall.version
        let parameters: FormFields
        do throws(StripeError) {
            let isFromBrowser = try authenticate(request)
            try check(version: version)
            parameters = try read(request)
            let (route, ids) = try find(request)
            call.path = ids
            call.parameters = try StripeParameters(parameters, taking: route.parameters)
            if isFromBrowser { try checkBrowser(route, call) }
            guard let key else {
                await pause(pausingSeconds)
                let (status, body) = run(route, call)
                return reply(status, body, call, version: version)
            }
            guard (1...255).contains(key.utf8.count) else {
                throw .parameter(
                    "The idempotency key may be up to 255 characters long.",
                    param: "Idempotency-Key"
                )
            }
            let text = parameters.fields.map { "\($0.name)=\($0.value)" }.sorted()
            let fingerprint = "\(request.method) \(request.path)\n" + text.joined(separator: "\n")
            return try await once(
                key,
                fingerprint,
                route,
                call,
                version: version,
                pausingSeconds: pausingSeconds
            )
        } catch {
            return reply(error.status, error.body, call, version: version)
        }
    }

    /// Runs a call with a key, unless it ran before.
    private func once(
        _ key: String,
        _ fingerprint: String,
        _ route: StripeRoute,
        _ call: StripeCall,
        version: String,
        pausingSeconds: Double
    ) async throws(StripeError) -> HTTPResponse {
        let turn = account.withLock {
            $0.idempotency.begin(key, fingerprint: fingerprint, now: call.now)
        }
        switch turn {
        case .mismatch: throw .keyMismatch
        case .inFlight: throw .keyInUse
        case .replay(let status, let body, let original):
            var response = reply(status, body, call, version: version)
            response.headers["Idempotent-Replayed"] = "true"
            response.headers["Original-Request"] = original
            return response
        case .first:
            await pause(pausingSeconds)
            let (status, body) = run(route, call, key: key)
            return reply(status, body, call, version: version)
        }
    }

    private func run(
        _ route: StripeRoute,
        _ call: StripeCall,
        key: String? = nil
    ) -> (Int, JSON) {
        account.withLock { account in
            account.books.settleTime(call)
            defer { send(&account.books) }
            do throws(StripeError) {
                let answer = try route.act(&account.books, call)
                let body = try account.books.expanding(answer, call.parameters.texts("expand"))
                if let key {
                    account.idempotency.keep(
                        key,
                        status: 200,
                        body: body,
                        requestID: call.requestID
                    )
                }
                return (200, body)
            } catch {
                guard let key else { return (error.status, error.body) }
                if error.isValidation {
                    account.idempotency.release(key)
                } else {
                    account.idempotency.keep(
                        key,
                        status: error.status,
                        body: error.body,
                        requestID: call.requestID
                    )
                }
                return (error.status, error.body)
            }
        }
    }

    /// Hands what happened to the webhooks; called with the books locked, so in order.
    private func send(_ books: inout StripeBooks) {
        let events = books.outbox.compactMap { books.events[$0] }
        books.outbox = []
        guard !events.isEmpty else { return }
        let endpoints = books.endpoints.all
        for var event in events {
            event.pendingWebhooks = webhooks.enqueue(event, endpoints)
            books.events[event.id] = event
        }
    }

    /// Notes that an endpoint took an event.
    func wasDelivered(_ event: String) {
        account.withLock { account in
            guard var delivered = account.books.events[event] else { return }
            delivered.pendingWebhooks = max(0, delivered.pendingWebhooks - 1)
            account.books.events[event] = delivered
        }
    }

    private func find(
        _ request: HTTPRequest
    ) throws(StripeError) -> (StripeRoute, [String]) {
        let segments = request.path.split(separator: "/").compactMap { PercentCoding.decode($0) }
        for route in StripeRoute.all {
            if let ids = route.match(request.method, segments) { return (route, ids) }
        }
        throw .invalid(
            "Unrecognized request URL (\(request.method): \(request.path)). Please see "
                + "https://stripe.com/docs or we can help at https://support.stripe.com/.",
            status: 404
        )
    }

    private func read(_ request: HTTPRequest) throws(StripeError) -> FormFields {
        let isForm = request.method == "POST"
        if isForm, !request.body.isEmpty,
            request.headers["Content-Type"]?.hasPrefix("application/x-www-form-urlencoded") != true
        {
            throw .invalid(
                "Invalid content type: expected application/x-www-form-urlencoded."
            )
        }
        let text = isForm ? String(decoding: request.body, as: UTF8.self) : request.query
        guard let fields = FormFields(parsing: text) else {
            throw .invalid("Invalid request: the parameters are not form-encoded UTF-8.")
        }
        return fields
    }

    private func reply(
        _ status: Int,
        _ body: JSON,
        _ call: StripeCall,
        version: String
    ) -> HTTPResponse {
        var response = HTTPResponse.json(body, status: status)
        response.headers["Request-Id"] = call.requestID
        response.headers["Stripe-Version"] = version
        if let key = call.idempotencyKey {
            response.headers["Idempotency-Key"] = key
            response.headers["Original-Request"] = call.requestID
        }
        if status == 409 { response.headers["Stripe-Should-Retry"] = "true" }
        if status == 400 || status == 402 { response.headers["Stripe-Should-Retry"] = "false" }
        return response
    }
}
