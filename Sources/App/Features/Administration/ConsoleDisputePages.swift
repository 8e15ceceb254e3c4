import Core
import Markup
import Postgres
import Web

/// Disputes as staff see them.
enum ConsoleDisputePages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleDisputeRoutes.list, as: StaffContext.self, list)
        router.on(ConsoleDisputeRoutes.export, as: StaffContext.self) { request, context in
            DisputeFilter(request).export(context)
        }
        router.on(ConsoleDisputeRoutes.show, as: StaffContext.self, show)
        router.on(ConsoleDisputeRoutes.check, as: BillingContext.self, check)
        router.on(ConsoleDisputeRoutes.savePolicy, as: AdminContext.self, savePolicy)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await DisputeFilter(request).page(
            request,
            context,
            file: ConsoleDisputeRoutes.export.path()
        )
        let policy = try await Disputes(context.services).policy()
        return PortalPage.console(title: "Disputes", section: .books, request, context) {
            DisputeListView(
                page: page,
                policy: policy,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Dispute>
    ) async throws -> Response {
        let dispute = try await Disputes(context.services).show(id)
        let isLive = context.services.configuration.stripe.movesRealMoney
        return PortalPage.console(title: "Dispute", section: .books, request, context) {
            DisputeView(
                dispute: dispute,
                isLive: isLive,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func check(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Dispute>
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsoleDisputeRoutes.show.path(id),
            saying: "The card processor was asked."
        ) { try await Disputes(context.services).check(id) }
    }

    private static func savePolicy(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        let form = FormReader(try request.form())
        try await Disputes(context.services).change(
            DisputePolicy(freezesServices: form.flag("freezes_services")),
            actor: context.user.actor(request)
        )
        return PortalPage.redirect(
            to: ConsoleDisputeRoutes.list.path(),
            context,
            saying: "What happens to disputed services is saved. It is for disputes from now on."
        )
    }
}

extension DisputeFilter {
    fileprivate init(_ request: Request) {
        self.init(status: request.filter("status", DisputeState.Standing.self))
        text = request.search("q")
        sorting = Sorting(request)
    }
}
