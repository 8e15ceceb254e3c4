import Markup
import Support
import Web

/// Shows every component in every state. It is there in the sandbox only.
enum DesignPages {
    static func add(to router: inout Router<Services>) {
        router.on(DesignRoutes.show, as: PublicContext.self, show)
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
