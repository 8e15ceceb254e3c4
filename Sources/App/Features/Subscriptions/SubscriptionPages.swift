import Core
import Markup
import Support
import Web
import Wire

/// The pages of a customer's subscriptions.
enum SubscriptionPages {
    static func add(to router: inout Router<Services>) {
        router.on(SubscriptionRoutes.list, as: CustomerContext.self, list)
        router.on(SubscriptionRoutes.export, as: CustomerContext.self) { request, context in
            OwnSubscriptionFilter(request, context).export(context)
        }
        router.on(SubscriptionRoutes.show, as: CustomerContext.self, show)
        router.on(SubscriptionRoutes.preview, as: CustomerContext.self, preview)
        router.on(SubscriptionRoutes.change, as: CustomerContext.self) { request, context, id in
            _ = try await Subscriptions(context.services).show(id, for: context.user.scope)
            guard let change = SubscriptionChange(try request.form()) else {
                return .redirect(to: SubscriptionRoutes.show.path(id))
            }
            return try await make(change, id, request, context, saying: "The change is made.")
        }
        router.on(SubscriptionRoutes.withdrawChange, as: CustomerContext.self) {
            try await make(.withdrawTerms, $2, $0, $1, saying: "It stays as it is.")
        }
        router.on(SubscriptionRoutes.askEnd, as: CustomerContext.self, askEnd)
        router.on(SubscriptionRoutes.cancel, as: CustomerContext.self, cancel)
        router.on(SubscriptionRoutes.reactivate, as: CustomerContext.self) {
            request,
            context,
            id in
            let found = try await Subscriptions(context.services).show(id, for: context.user.scope)
            let isOver = found.record.status == .cancelled
            return try await make(
                found.wayBack,
                id,
                request,
                context,
                saying: isOver ? "Welcome back." : "It goes on."
            )
        }
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let page = try await OwnSubscriptionFilter(request, context).page(
            request,
            context,
            file: SubscriptionRoutes.export.path()
        )
        return PortalPage.response(title: "Subscriptions", request, context) {
            SubscriptionListView(page: page)
        }
    }

    private static func show(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Subscription>
    ) async throws -> Response {
        let services = context.services
        let found = try await Subscriptions(services).show(id, for: context.user.scope)
        let plans = try await Plans(services).list(in: found.unitPrice.currency)
        let wayBack = try await Subscriptions(services)
            .priceOfReturn(found, for: context.user.scope)
        return PortalPage.response(title: found.planName, request, context, width: .narrow) {
            SubscriptionView(
                subscribed: found,
                plans: plans,
                wayBack: wayBack,
                token: context.csrfToken
            )
        }
    }

    /// What a change would cost, before it is made.
    private static func preview(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Subscription>
    ) async throws -> Response {
        _ = try await Subscriptions(context.services).show(id, for: context.user.scope)
        guard let change = SubscriptionChange(request.query) else {
            return .redirect(to: SubscriptionRoutes.show.path(id))
        }
        do {
            let preview = try await Subscriptions(context.services)
                .preview(change, of: id, for: context.user.scope)
            return PortalPage.response(
                title: "Change of plan",
                request,
                context,
                width: .narrow
            ) {
                ChangePreviewView(
                    back: SubscriptionRoutes.show.path(id),
                    makePath: SubscriptionRoutes.change.path(id),
                    preview: preview,
                    fields: change.fields,
                    token: context.csrfToken
                )
            }
        } catch let problem as Problem where problem.status == 409 || problem.status == 422 {
            return refused(problem, id, context)
        }
    }

    /// Asks whether it shall end at once.
    private static func askEnd(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Subscription>
    ) async throws -> Response {
        let subscriptions = Subscriptions(context.services)
        let found = try await subscriptions.show(id, for: context.user.scope)
        let unused = try await subscriptions.unusedTimeOfCancellations()
        do {
            let preview = try await subscriptions.preview(
                .cancel(.atOnce(unused: unused)),
                of: id,
                for: context.user.scope
            )
            return PortalPage.response(
                title: "End \(found.planName)",
                request,
                context,
                width: .narrow
            ) {
                EndAtOnceView(
                    subscribed: found,
                    unused: unused,
                    credit: preview.bill.carriedToCredit,
                    token: context.csrfToken
                )
            }
        } catch let problem as Problem where problem.status == 409 || problem.status == 422 {
            return refused(problem, id, context)
        }
    }

    private static func cancel(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Subscription>
    ) async throws -> Response {
        guard try request.form()["when"] == ChangeMoment.now.rawValue else {
            let words = "It ends with the period. Until then everything stays on."
            return try await make(.cancel(.atPeriodEnd), id, request, context, saying: words)
        }
        let unused = try await Subscriptions(context.services).unusedTimeOfCancellations()
        return try await make(
            .cancel(.atOnce(unused: unused)),
            id,
            request,
            context,
            saying: "It has ended."
        )
    }

    private static func make(
        _ change: SubscriptionChange,
        _ id: ID<Subscription>,
        _ request: Request,
        _ context: CustomerContext,
        saying text: String
    ) async throws -> Response {
        do {
            _ = try await Subscriptions(context.services).make(
                change,
                to: id,
                as: change.shownTerms(try request.form()),
                for: context.user.scope,
                actor: context.user.actor(request)
            )
        } catch let problem as Problem where problem.status == 409 || problem.status == 422 {
            return refused(problem, id, context)
        }
        return PortalPage.redirect(to: SubscriptionRoutes.show.path(id), context, saying: text)
    }

    private static func refused(
        _ problem: Problem,
        _ id: ID<Subscription>,
        _ context: CustomerContext
    ) -> Response {
        PortalPage.redirect(
            to: SubscriptionRoutes.show.path(id),
            context,
            .failure,
            saying: problem.errors.first?.message ?? problem.detail
        )
    }
}

extension SubscriptionChange {
    /// The terms that a form's page has shown. A page from before the end has shown no price of
    /// coming back.
    func shownTerms(_ form: FormFields) -> String? {
        form["terms"] ?? (self == .reactivate ? "" : nil)
    }

    /// The change that a form asks for: an offer such as `pln_…:yearly`, how many, and when.
    init?(_ fields: FormFields) {
        let offer = (fields["offer"] ?? "").split(separator: ":")
        guard offer.count == 2, let plan = ID<Plan>(String(offer[0])),
            let cycle = BillingCycle(rawValue: String(offer[1]))
        else { return nil }
        self = .terms(
            plan: plan,
            cycle: cycle,
            quantity: fields["quantity"].flatMap { Int64($0) },
            fields["when"].flatMap { ChangeMoment(rawValue: $0) }?.timing
        )
    }

    /// What a form carries to ask for the same.
    var fields: [(name: String, value: String)] {
        guard case .terms(let plan?, let cycle?, let quantity, let timing) = self else { return [] }
        var fields = [(name: "offer", value: "\(plan.text):\(cycle.rawValue)")]
        if let quantity { fields.append(("quantity", String(quantity))) }
        if let timing {
            let moment = timing == .atOnce ? ChangeMoment.now : .periodEnd
            fields.append(("when", moment.rawValue))
        }
        return fields
    }
}

extension OwnSubscriptionFilter {
    fileprivate init(_ request: Request, _ context: CustomerContext) {
        subscriptions = ConsoleSubscriptionFilter(
            status: request.filter("status", SubscriptionRecord.Status.self),
            customer: context.user.customer,
            sorting: Sorting(request)
        )
    }
}
