package import HTTPServer
import Wire

extension Router {
    /// Answers one request.
    package func respond(to http: HTTPRequest) -> Handling {
        let request = Request(http, id: requestID(of: http), proxies: hooks.proxies)
        switch find(request) {
        case .nothing:
            return .later { await unrouted(Problem.notFound, request) }
        case .otherMethods(let methods):
            return .later { await unrouted(Problem.methodNotAllowed(methods), request) }
        case .found(let entry, let texts):
            switch entry.action {
            case .fast(let handler): return answer(request, entry, handler)
            case .usual(let handler):
                return .later { await answer(request, entry, texts, handler) }
            }
        }
    }

    private func unrouted(_ problem: Problem, _ request: Request) async -> HTTPResponse {
        let start = ContinuousClock.now
        let answer = finished(await hooks.recover(problem, request), request)
        hooks.observe(request, nil, answer.status, ContinuousClock.now - start)
        return answer
    }

    private func answer(
        _ request: Request,
        _ entry: Entry,
        _ texts: [String],
        _ handler: @Sendable (Request, [String]) async throws -> Response
    ) async -> HTTPResponse {
        let start = ContinuousClock.now
        var admitted: HTTPHeaders = [:]
        var response: Response
        do {
            admitted = try await hooks.admit(request, entry.description)
            if request.hasBrokenQuery { throw Problem.malformedQuery }
            if let csrf = hooks.csrf, !entry.isCrossSite, !entry.description.method.isSafe {
                try await csrf.check(request)
            }
            response = try await handler(request, texts)
        } catch let thrown as Response {
            response = thrown
        } catch {
            response = await hooks.recover(error, request)
        }
        for field in admitted.fields where response.headers[field.name] == nil {
            response.headers.append(field.name, field.value)
        }
        return finished(response, request, entry, start)
    }

    private func finished(_ response: Response, _ request: Request) -> HTTPResponse {
        var response = response
        hooks.finish(&response, request)
        response.headers["X-Request-Id"] = request.id
        if request.http.method == "HEAD" { response.body = .bytes([]) }
        return response.http
    }

    private func answer(
        _ request: Request,
        _ entry: Entry,
        _ handler: @Sendable (Request) -> Handling
    ) -> Handling {
        let start = ContinuousClock.now
        switch handler(request) {
        case .now(let answer): return .now(finished(Response(answer), request, entry, start))
        case .later(let work):
            return .later { finished(Response(await work()), request, entry, start) }
        }
    }

    private func finished(
        _ response: Response,
        _ request: Request,
        _ entry: Entry,
        _ start: ContinuousClock.Instant
    ) -> HTTPResponse {
        let answer = finished(response, request)
        hooks.observe(request, entry.description, answer.status, ContinuousClock.now - start)
        return answer
    }

    /// The caller's own id when it is well-formed, otherwise a new one.
    private func requestID(of http: HTTPRequest) -> String {
        guard let id = http.headers["X-Request-Id"], (8...64).contains(id.utf8.count),
            id.utf8.allSatisfy({ byte in
                switch byte {
                case 48...57, 65...90, 97...122, 45, 95: true
                default: false
                }
            })
        else { return hooks.makeRequestID() }
        return id
    }
}

extension Problem {
    static func methodNotAllowed(_ methods: Set<Method>) -> Problem {
        var names = methods.map(\.rawValue)
        if methods.contains(.get) { names.append("HEAD") }
        return Problem(
            status: 405,
            code: "method_not_allowed",
            detail: "This cannot be done here.",
            headers: ["Allow": names.sorted().joined(separator: ", ")]
        )
    }
}
