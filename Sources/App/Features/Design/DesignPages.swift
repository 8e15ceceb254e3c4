import Markup
import Support
import Web

/// Shows every component in every state. It is there in the sandbox only.
enum DesignPages {
    static func add(to router: inout Router<Services>) {
        router.on(DesignRoutes.show, as: PublicContext.self, show)
        router.on(DesignRoutes.page, as: PublicContext.self, page)
        router.on(DesignRoutes.error, as: PublicContext.self, error)
    }

    private static func page(
        _ request: Request,
        _ context: PublicContext,
        _ name: String
    ) async throws -> Response {
        guard context.services.configuration.mode == .sandbox,
            let page = DesignPage(rawValue: name)
        else { throw Problem.notFound }
        return PortalPage.response(title: page.text, request, context) {
            page.content(DesignList(request: request, token: context.csrfToken))
        }
    }

    static let statuses = [403, 404, 409, 429, 500, 503]

    private static func error(
        _ request: Request,
        _ context: PublicContext,
        _ status: Int
    ) async throws -> Response {
        guard context.services.configuration.mode == .sandbox else { throw Problem.notFound }
        switch status {
        case 403: throw Problem.forbidden
        case 409: throw Problem.conflict("an_example", "The order was paid a moment ago.")
        case 429: throw Problem.tooManyRequests(retryAfterSeconds: 30)
        case 500: throw Problem.internal
        case 503: throw Problem.unavailable("Try again in a moment.")
        default: throw Problem.notFound
        }
    }

    private static func show(_ request: Request, _ context: PublicContext) async throws -> Response
    {
        guard context.services.configuration.mode == .sandbox else { throw Problem.notFound }
        return PortalPage.response(title: "Design system", request, context) {
            DesignView(
                now: context.services.clock.now,
                token: context.csrfToken,
                list: DesignList(request: request, token: context.csrfToken)
            )
        }
    }
}
