import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// Subscriptions as staff see and change them.
enum ConsoleSubscriptionPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleSubscriptionRoutes.list, as: StaffContext.self, list)
        router.on(ConsoleSubscriptionRoutes.export, as: StaffContext.self, export)
        router.on(ConsoleSubscriptionRoutes.show, as: StaffContext.self, show)
        router.on(ConsoleSubscriptionRoutes.preview, as: BillingContext.self, preview)
        router.on(ConsoleSubscriptionRoutes.change, as: BillingContext.self) {
            request,
            context,
            id in
            guard let change = SubscriptionChange(try request.form()) else {
                return .redirect(to: ConsoleSubscriptionRoutes.show.path(id))
            }
            return try await make(change, id, request, context, saying: "The change is made.")
        }
        router.on(ConsoleSubscriptionRoutes.withdrawChange, as: BillingContext.self) {
            try await make(.withdrawTerms, $2, $0, $1, saying: "It stays as it is.")
        }
        router.on(ConsoleSubscriptionRoutes.askCancel, as: BillingContext.self, askCancel)
        router.on(ConsoleSubscriptionRoutes.cancel, as: BillingContext.self) {
            request,
            context,
            id in
            let end = CancellationChoice(rawValue: try request.form()["end"] ?? "") ?? .periodEnd
            return try await make(
                .cancel(end.cancellation),
                id,
                request,
                context,
                saying: end == .periodEnd ? "It ends with the period." : "It has ended."
            )
        }
        router.on(ConsoleSubscriptionRoutes.reactivate, as: BillingContext.self, reactivate)
        router.on(ConsoleSubscriptionRoutes.exempt, as: BillingContext.self, exempt)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await ConsoleSubscriptionFilter(request).page(
            request,
            context,
            file: ConsoleSubscriptionRoutes.export.path()
        )
        return PortalPage.console(
            title: "Subscriptions",
            section: .subscriptions,
            request,
            context
        ) { ConsoleSubscriptionListView(page: page) }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        ConsoleSubscriptionFilter(request).export(context)
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Subscription>
    ) async throws -> Response {
        let file = try await SubscriptionFile.read(id, context.services)
        return PortalPage.console(
            title: file.subscribed.planName,
            section: .subscriptions,
            request,
            context
        ) {
            SubscriptionFileView(file: file, token: context.csrfToken, rights: context.rights)
        }
    }

    /// What a change would cost, before it is made.
    private static func preview(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Subscription>
    ) async throws -> Response {
        let path = ConsoleSubscriptionRoutes.show.path(id)
        guard let change = SubscriptionChange(request.query) else { return .redirect(to: path) }
        do {
            let preview = try await Subscriptions(context.services)
                .preview(change, of: id, for: .system)
            return PortalPage.console(
                title: "Change of plan",
                section: .subscriptions,
                request,
                context
            ) {
                ChangePreviewView(
                    back: path,
                    makePath: ConsoleSubscriptionRoutes.change.path(id),
                    preview: preview,
                    fields: change.fields,
                    token: context.csrfToken
                )
            }
        } catch let problem as Problem where problem.status == 409 || problem.status == 422 {
            return refused(problem, id, context)
        }
    }

    private static func askCancel(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Subscription>
    ) async throws -> Response {
        let found = try await Subscriptions(context.services).show(id, for: .system)
        return PortalPage.console(
            title: "Cancel \(found.planName)",
            section: .subscriptions,
            request,
            context
        ) { CancellationView(subscribed: found, token: context.csrfToken) }
    }

    private static func reactivate(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Subscription>
    ) async throws -> Response {
        let found = try await Subscriptions(context.services).show(id, for: .system)
        let isOver = found.record.status == .cancelled
        return try await make(
            found.wayBack,
            id,
            request,
            context,
            saying: isOver ? "It begins anew today." : "It goes on."
        )
    }

    private static func exempt(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Customer>
    ) async throws -> Response {
        let isExempt = try request.form()["exempt"] == "yes"
        return try await ConsoleAction.perform(
            context,
            backTo: ConsoleCustomerRoutes.show.path(id),
            saying: isExempt
                ? "Unpaid bills are reminded of, and nothing else." : "The usual steps are taken."
        ) {
            try await DunningPolicies(context.services).setExemption(
                of: id,
                to: isExempt,
                actor: context.user.actor(request)
            )
        }
    }

    private static func make(
        _ change: SubscriptionChange,
        _ id: ID<Subscription>,
        _ request: Request,
        _ context: BillingContext,
        saying text: String
    ) async throws -> Response {
        do {
            _ = try await Subscriptions(context.services).make(
                change,
                to: id,
                as: change.shownTerms(try request.form()),
                for: .system,
                actor: context.user.actor(request)
            )
        } catch let problem as Problem where problem.status == 409 || problem.status == 422 {
            return refused(problem, id, context)
        }
        return PortalPage.redirect(
            to: ConsoleSubscriptionRoutes.show.path(id),
            context,
            saying: text
        )
    }

    private static func refused(
        _ problem: Problem,
        _ id: ID<Subscription>,
        _ context: BillingContext
    ) -> Response {
        PortalPage.redirect(
            to: ConsoleSubscriptionRoutes.show.path(id),
            context,
            .failure,
            saying: problem.errors.first?.message ?? problem.detail
        )
    }
}

extension ConsoleSubscriptionFilter {
    init(_ request: Request) {
        self.init(
            status: request.filter("status", SubscriptionRecord.Status.self),
            cycle: request.filter("cycle", BillingCycle.self),
            text: request.search("q"),
            sorting: Sorting(request)
        )
    }
}

/// How staff end a subscription.
enum CancellationChoice: String, CaseIterable {
    case periodEnd = "period_end"
    case credited, forfeited

    var cancellation: SubscriptionEvent.Cancellation {
        switch self {
        case .periodEnd: .atPeriodEnd
        case .credited: .atOnce(unused: .credited)
        case .forfeited: .atOnce(unused: .forfeited)
        }
    }

    var words: String {
        switch self {
        case .periodEnd: "When the present period ends"
        case .credited: "Now, and what is not used becomes credit"
        case .forfeited: "Now, and nothing is given back"
        }
    }
}

/// Everything that staff see of one subscription.
struct SubscriptionFile: Sendable {
    /// How many lines the page shows.
    static let most = 100

    let subscribed: SubscribedPlan
    /// What taking it up again costs; nil when it cannot be, or has not ended.
    let wayBack: ChangePreview?
    let customer: CustomerRecord
    let isExempt: Bool
    let events: [SubscriptionEvent]
    /// What the plans are called that events name.
    let planNames: [ID<Plan>: String]
    let lines: [InvoicedLine]
    /// When the next period is billed, and for how much without tax; nil when none is.
    let nextBill: (at: Date, amount: Money)?
    let order: (id: ID<Order>, number: Int64)
    let account: HostingAccountRecord?
    let license: ID<License>?
    let plans: [PlanRecord]
    let history: [StoredAuditEntry]

    static func read(
        _ id: ID<Subscription>,
        _ services: Services
    ) async throws -> SubscriptionFile {
        let now = services.clock.now
        let shown = try await Subscriptions(services).show(id, for: .system)
        let plans = try await Plans(services).list(in: shown.unitPrice.currency)
        let wayBack = try await Subscriptions(services).priceOfReturn(shown, for: .system)
        return try await services.database.transaction(for: .system) { session in
            let record = try session.subscription(id).orThrow(Problem.notFound)
            let history = try session.history(of: id)
            let active = try history.state(at: Instant(now)).active
            let lead = try session.renewalLead()
            let item = try session.item(record.item).orThrow(Problem.notFound)
            let order = try session.order(item.order).orThrow(Problem.notFound)
            var names: [ID<Plan>: String] = [:]
            for plan in history.events.compactMap({ $0.kind.terms?.plan }) {
                names[plan] = try session.planName(plan)
            }
            return SubscriptionFile(
                subscribed: try SubscribedPlan(record, session, now: now),
                wayBack: wayBack,
                customer: try session.customer(record.customer).orThrow(Problem.notFound),
                isExempt: try session.isExemptFromDunning(record.customer) ?? false,
                events: history.events.reversed(),
                planNames: names,
                lines: try session.invoicedLines(of: id, most: most),
                nextBill: active.flatMap { active in
                    active.nextBill(billedAhead: lead).map {
                        ($0.date, (active.nextTerms ?? active.terms).amount)
                    }
                },
                order: (order.id, order.number),
                account: try session.account(of: id).flatMap { try session.hostingAccount($0) },
                license: try session.license(of: id),
                plans: plans,
                history: try session.newestAuditEntries(
                    ofType: Subscription.idPrefix,
                    id: id.text,
                    most: 20
                )
            )
        }
    }
}
