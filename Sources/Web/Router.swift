package import HTTPServer
import Wire

/// Leads each request to the one handler of its route, through what all requests pass.
///
///     let router = try Router(services: services, hooks: hooks) { router in
///         router.on(InvoiceRoutes.show, as: CustomerContext.self, InvoicePages.show)
///     }
///     let server = try Server(…, handler: router.handler)
package struct Router<Services: Sendable>: Sendable {
    enum Action: Sendable {
        case usual(@Sendable (Request, [String]) async throws -> Response)
        case fast(@Sendable (Request) -> Handling)
    }

    struct Entry: Sendable {
        let description: RouteDescription
        /// Whether foreign pages may post here.
        let isCrossSite: Bool
        let action: Action
    }

    /// Everything that is answered, in the order it was added.
    package private(set) var routes: [RouteDescription] = []

    let services: Services
    let hooks: RouterHooks
    private var shapes: [(method: Method, shape: PathPattern)] = []
    private var conflicts: [RouteConflict] = []
    private var tree = RouteTree<Entry>()

    /// A router with the routes that `build` adds.
    ///
    /// - Throws: ``RouteConflict`` when two routes match the same path.
    package init(
        services: Services,
        hooks: RouterHooks,
        _ build: (inout Router) throws -> Void
    ) throws {
        self.services = services
        self.hooks = hooks
        try build(&self)
        if let conflict = conflicts.first { throw conflict }
    }

    /// Answers a route with a page or whatever else the handler makes.
    ///
    /// With `isCrossSite` foreign pages may post here, as mail programs do to unsubscribe; such a
    /// handler may not trust a cookie.
    package mutating func on<Context: RequestContext, each Parameter: PathParameter>(
        _ route: Route<repeat each Parameter>,
        as context: Context.Type,
        limit: RateClass = .standard,
        isCrossSite: Bool = false,
        _ handler:
            @escaping @Sendable (Request, Context, repeat each Parameter) async throws -> Response
    ) where Context.Services == Services {
        let services = services
        add(
            RouteDescription(route.method, route.shape, access: Context.access, limit: limit),
            route.shape,
            isCrossSite: isCrossSite
        ) { request, texts in
            guard let values = route.parameters(texts) else { throw Problem.notFound }
            let context = try await Context(request, services)
            return try await handler(request, context, repeat each values)
        }
    }

    /// Answers a route at once, on the server's own loop: no limit is kept, nothing may wait.
    package mutating func fast(
        _ route: Route<>,
        access: Access = .public,
        _ handler: @escaping @Sendable (Request) -> Handling
    ) {
        let description = RouteDescription(
            route.method,
            route.shape,
            access: access,
            limit: .standard
        )
        add(description, route.shape, isCrossSite: true, .fast(handler))
    }

    /// Answers an endpoint at once, on the server's own loop: no limit is kept, nothing may wait.
    package mutating func fast<Input, Output>(
        _ endpoint: Endpoint<Input, Output>,
        access: Access,
        _ handler: @escaping @Sendable (Request) -> Handling
    ) {
        let route = endpoint.route
        let description = RouteDescription(
            route.method,
            route.shape,
            access: access,
            limit: .standard,
            documentation: endpoint.documentation
        )
        add(description, route.shape, isCrossSite: true, .fast(handler))
    }

    mutating func add(
        _ description: RouteDescription,
        _ shape: PathPattern,
        isCrossSite: Bool,
        _ respond: @escaping @Sendable (Request, [String]) async throws -> Response
    ) {
        add(description, shape, isCrossSite: isCrossSite, .usual(respond))
    }

    private mutating func add(
        _ description: RouteDescription,
        _ shape: PathPattern,
        isCrossSite: Bool,
        _ action: Action
    ) {
        let method = description.method
        for known in shapes where known.method == method && known.shape.isAmbiguous(with: shape) {
            conflicts.append(
                RouteConflict(method: method, one: known.shape.text, other: shape.text)
            )
        }
        shapes.append((method, shape))
        routes.append(description)
        tree.add(
            Entry(description: description, isCrossSite: isCrossSite, action: action),
            method,
            shape
        )
    }

    /// Answers requests; this is a server's handler.
    ///
    /// It refers to the router, which is too much to copy for every request.
    package var handler: @Sendable (HTTPRequest) -> Handling {
        let kept = Kept(router: self)
        return { kept.router.respond(to: $0) }
    }

    private final class Kept: Sendable {
        let router: Router

        init(router: Router) { self.router = router }
    }

    func find(_ request: Request) -> RouteTree<Entry>.Result {
        tree.find(request.path, request.method)
    }
}
