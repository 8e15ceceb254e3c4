import HTTPServer
package import Support
package import Wire

/// What the application adds around every handler; each has a default that does the least.
package struct RouterHooks: Sendable {
    /// Counts a request before anything is done for it; what it returns is added to the answer.
    ///
    /// It throws ``Problem`` 429 (see ``RateClass/refusal(retryAfterSeconds:)``) to refuse.
    package var admit: @Sendable (Request, RouteDescription) async throws -> HTTPHeaders

    /// Makes the answer of an error.
    package var recover: @Sendable (any Error, Request) async -> Response

    /// Completes every answer: security headers, cache control.
    package var finish: @Sendable (inout Response, Request) -> Void

    /// Runs the handler of an endpoint that honours `Idempotency-Key` (which ``Request`` reads).
    ///
    /// It gets the request, the context's ``RequestContext/actor``, and the work itself.
    package var idempotency:
        @Sendable (
            Request, String, _ perform: @escaping @Sendable () async throws -> Response
        ) async throws -> Response

    /// Hears of every answer: its route, if it took one, its status and how long that took.
    package var observe: @Sendable (Request, RouteDescription?, _ status: Int, Duration) -> Void

    /// How posts from foreign pages are told; nil where no cookie signs anybody in.
    package var csrf: CSRFProtection?

    /// The proxies whose word about the client is taken.
    package var proxies: TrustedProxies

    /// Makes the id of a request that brings none.
    package var makeRequestID: @Sendable () -> String

    package init(
        admit: @escaping @Sendable (Request, RouteDescription) async throws -> HTTPHeaders = {
            _,
            _ in [:]
        },
        recover: @escaping @Sendable (any Error, Request) async -> Response,
        finish: @escaping @Sendable (inout Response, Request) -> Void = { _, _ in },
        idempotency:
            @escaping @Sendable (
                Request, String, _ perform: @escaping @Sendable () async throws -> Response
            ) async throws -> Response = { try await $2() },
        observe:
            @escaping @Sendable (Request, RouteDescription?, _ status: Int, Duration) -> Void = {
                _,
                _,
                _,
                _ in
            },
        csrf: CSRFProtection? = nil,
        proxies: TrustedProxies = .none,
        makeRequestID: @escaping @Sendable () -> String = RequestIDs().next
    ) {
        self.admit = admit
        self.recover = recover
        self.finish = finish
        self.idempotency = idempotency
        self.observe = observe
        self.csrf = csrf
        self.proxies = proxies
        self.makeRequestID = makeRequestID
    }
}

extension RouterHooks {
    /// Answers a ``Problem`` as JSON and everything else as a 500 that tells nothing, while the
    /// log gets the error.
    package static func problems(
        log: Log
    ) -> @Sendable (any Error, Request) -> Response {
        { error, request in
            Problem(mapping: error, request, log: log).response(requestID: request.id)
        }
    }
}

extension Problem {
    /// The problem that an error is for its caller; what is none of these is written to the log
    /// and becomes ``internal``.
    package init(mapping error: any Error, _ request: Request, log: Log) {
        switch error {
        case let problem as Problem: self = problem
        case let error as FieldError: self = .invalid([error])
        case let errors as FormErrors: self = errors.problem
        case is CancellationError, is DeadlineExceeded:
            self = .unavailable("This took too long.")
        default:
            self = .internal
            // Without the path, which may hold a token; the route stands in the request's line.
            log.error(
                "a request failed",
                [
                    "request_id": request.id, "method": request.http.method,
                    "error": String(reflecting: error),
                ]
            )
        }
    }
}

extension Request {
    /// The key of the caller's intent; nil when none was sent.
    ///
    /// - Throws: ``Problem`` 400 for one that is too long or not printable.
    package var idempotencyKey: String? {
        get throws(Problem) {
            guard let key = header("Idempotency-Key") else { return nil }
            let isPrintable = key.utf8.allSatisfy { (33...126).contains($0) }
            guard (1...255).contains(key.utf8.count), isPrintable else {
                throw Problem.badRequest(
                    "bad_idempotency_key",
                    "Idempotency-Key has 1 to 255 visible characters."
                )
            }
            return key
        }
    }
}
