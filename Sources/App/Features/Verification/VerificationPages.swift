import Core
import Foundation
import Markup
import Postgres
import Web

/// The checks of the books as staff read them.
enum VerificationPages {
    static func add(to router: inout Router<Services>) {
        router.on(BooksRoutes.checks, as: StaffContext.self, list)
        router.on(BooksRoutes.exportChecks, as: StaffContext.self) { request, context in
            VerificationFilter(request).export(context)
        }
        router.on(BooksRoutes.check, as: StaffContext.self, show)
        router.on(BooksRoutes.runCheck, as: BillingContext.self, run)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await VerificationFilter(request).page(
            request,
            context,
            file: BooksRoutes.exportChecks.path()
        )
        let (last, isPending) = try await context.services.database.transaction(for: .system) {
            (try $0.verifications(most: 1).first, try $0.pendingVerification() != nil)
        }
        return PortalPage.console(
            title: "Checks of the books",
            section: .books,
            request,
            context,
            refreshSeconds: isPending ? 2 : nil
        ) {
            VerificationListView(
                page: page,
                last: last,
                isPending: isPending,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Verification>
    ) async throws -> Response {
        let check = try await Verifications(context.services).show(id)
        return PortalPage.console(
            title: "Check of the books",
            section: .books,
            request,
            context
        ) { VerificationView(check: check) }
    }

    private static func run(
        _ request: Request,
        _ context: BillingContext
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: BooksRoutes.checks.path(),
            saying: "Everything is being checked."
        ) { _ = try await Verifications(context.services).ask(actor: context.user.actor(request)) }
    }
}

extension VerificationFilter {
    fileprivate init(_ request: Request) {
        self.init(
            outcome: request.filter("outcome", Outcome.self),
            sorting: Sorting(request)
        )
    }
}
