extension Router {
    /// Answers an endpoint that reads a body.
    package mutating func on<
        Context: RequestContext,
        Input: APIInput,
        Output: APIAnswer,
        each Parameter: PathParameter
    >(
        _ endpoint: Endpoint<Input, Output, repeat each Parameter>,
        as context: Context.Type,
        limit: RateClass = .standard,
        _ handler:
            @escaping @Sendable (Input, Request, Context, repeat each Parameter) async throws ->
            Output.Returned
    ) where Context.Services == Services {
        let (route, documentation, services) = (endpoint.route, endpoint.documentation, services)
        add(documentation, route.method, route.shape, context, limit) { request, texts in
            guard let values = route.parameters(texts) else { throw Problem.notFound }
            let context = try await Context(request, services)
            try documentation.check(request.query)
            let input = try Input.input(from: request)
            return Work(actor: context.actor) {
                let returned = try await handler(input, request, context, repeat each values)
                return Output.response(returned, status: documentation.status)
            }
        }
    }

    /// Answers an endpoint without a body.
    package mutating func on<
        Context: RequestContext,
        Output: APIAnswer,
        each Parameter: PathParameter
    >(
        _ endpoint: Endpoint<NoBody, Output, repeat each Parameter>,
        as context: Context.Type,
        limit: RateClass = .standard,
        _ handler:
            @escaping @Sendable (Request, Context, repeat each Parameter) async throws ->
            Output.Returned
    ) where Context.Services == Services {
        let (route, documentation, services) = (endpoint.route, endpoint.documentation, services)
        add(documentation, route.method, route.shape, context, limit) { request, texts in
            guard let values = route.parameters(texts) else { throw Problem.notFound }
            let context = try await Context(request, services)
            try documentation.check(request.query)
            return Work(actor: context.actor) {
                let returned = try await handler(request, context, repeat each values)
                return Output.response(returned, status: documentation.status)
            }
        }
    }

    /// What is left to do once a request was found acceptable.
    private struct Work: Sendable {
        let actor: String
        let perform: @Sendable () async throws -> Response
    }

    private mutating func add<Context: RequestContext>(
        _ documentation: EndpointDocumentation,
        _ method: Method,
        _ shape: PathPattern,
        _ context: Context.Type,
        _ limit: RateClass,
        _ prepare: @escaping @Sendable (Request, [String]) async throws -> Work
    ) {
        let idempotency = hooks.idempotency
        let description = RouteDescription(
            method,
            shape,
            access: Context.access,
            limit: limit,
            documentation: documentation
        )
        add(description, shape, isCrossSite: false) { request, texts in
            let work = try await prepare(request, texts)
            guard documentation.isIdempotent else { return try await work.perform() }
            return try await idempotency(request, work.actor, work.perform)
        }
    }
}
