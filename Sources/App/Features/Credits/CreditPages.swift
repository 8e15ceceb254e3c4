import Core
import Markup
import Web

/// What a customer sees of the own credit.
enum CreditPages {
    static func add(to router: inout Router<Services>) {
        router.on(CreditRoutes.show, as: CustomerContext.self, show)
    }

    private static func show(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let account = try await Credits(context.services)
            .account(of: try context.buyer.customer, for: context.user.scope)
        return PortalPage.response(title: "Credit", request, context) {
            CreditView(account: account)
        }
    }
}
