import Core
import Foundation
import Markup
import Postgres
import Web

/// The checks of the books as staff read them.
enum VerificationPages {
    static func add(to router: inout Router<Services>) {
        router.on(BooksRoutes.checks, as: StaffContext.self, list)
        router.on(BooksRoutes.check, as: StaffContext.self, show)
        router.on(BooksRoutes.runCheck, as: BillingContext.self, run)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let listing = Listing(request, list: "console.books.checks")
        let place = listing.after.flatMap { ID<Verification>($0[0]) }
        let (found, isPending) = try await context.services.database.transaction(for: .system) {
            (
                try $0.verifications(before: place, most: listing.rowsToRead),
                try $0.pendingVerification() != nil
            )
        }
        let part = listing.part(found) { [$0.id.text] }
        return PortalPage.console(
            title: "Checks of the books",
            section: .books,
            request,
            context,
            refreshSeconds: isPending ? 2 : nil
        ) {
            VerificationListView(
                checks: part.rows,
                isFirstPage: place == nil,
                isPending: isPending,
                pager: part.pager,
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
