import Core
import Foundation
import Markup
import Postgres
import Support
import Web

/// What those pay who have bought a plan, and new prices for them.
enum ConsoleRepricingPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsolePlanRoutes.prices, as: StaffContext.self) { request, context, id in
            try await show(request, context, id)
        }
        router.on(ConsolePlanRoutes.announcePrice, as: AdminContext.self, announce)
        router.on(ConsolePlanRoutes.withdrawPrice, as: AdminContext.self, withdraw)
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Plan>
    ) async throws -> Response {
        let plan = try await Plans(context.services).show(id)
        let (announced, old) = try await context.services.database.transaction(for: .system) {
            session in
            (
                try session.repricings(of: id),
                try (plan.prices + plan.foreignPrices).map { price in
                    SoldPrice(
                        price: price,
                        old: try session.countOfOldPrices(id, price.cycle, price.id)
                    )
                }
            )
        }
        return PortalPage.console(
            title: "Sold prices of \(plan.name)",
            section: .plans,
            request,
            context
        ) {
            SoldPricesView(
                plan: plan,
                sold: old,
                announced: announced,
                now: context.services.clock.now,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func announce(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Plan>
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let cycle = form.choice("cycle", BillingCycle.self)
        let currency = form.parse("currency", "Choose a currency.") { Currency($0) }
        let days = form.integer("notice_days", Repricings.allowedNotice)
        let path = ConsolePlanRoutes.prices.path(id)
        do {
            let values = try form.values(cycle, currency, days)
            return try await ConsoleAction.perform(
                context,
                backTo: path,
                saying: "The price is announced; everybody concerned gets a mail."
            ) {
                _ = try await Repricings(context.services).announce(
                    id,
                    values.0,
                    values.1,
                    noticeDays: values.2,
                    actor: context.user.actor(request)
                )
            }
        } catch is FormErrors {
            let most = Repricings.allowedNotice.upperBound
            return PortalPage.redirect(
                to: path,
                context,
                .failure,
                saying: "Give 1 to \(most) days of notice."
            )
        }
    }

    private static func withdraw(
        _ request: Request,
        _ context: AdminContext,
        _ id: ID<Repricing>
    ) async throws -> Response {
        let record = try await context.services.database.transaction(for: .system) {
            try $0.repricing(id).orThrow(Problem.notFound)
        }
        return try await ConsoleAction.perform(
            context,
            backTo: ConsolePlanRoutes.prices.path(record.plan),
            saying: "The price stays as it was; everybody who was told gets a mail."
        ) {
            _ = try await Repricings(context.services)
                .withdraw(id, actor: context.user.actor(request))
        }
    }
}

/// A price of a plan with how many pay another for the same.
struct SoldPrice: Sendable {
    let price: PlanRecord.CurrentPrice
    let old: Int
}

/// Who pays what for a plan, and what was announced to them.
struct SoldPricesView: View {
    let plan: PlanRecord
    let sold: [SoldPrice]
    let announced: [RepricingRecord]
    let now: Date
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        PageHeading(
            "Sold prices of \(plan.name)",
            lead: "What was sold keeps its price until a new one is announced to its customer.",
            back: ("Plans", ConsolePlanRoutes.list.path())
        )
        div(.classes("stack")) {
            for each in sold { card(each) }
            ListCard("Announced", announced, none: "Nothing was announced yet.", row: row) {
                ["Price", "Holds from", .number("Told"), "State", .actions]
            }
        }
    }

    private func card(_ each: SoldPrice) -> Card {
        Card("\(each.price.amount) a \(each.price.cycle.per)") {
            p {
                each.old == 0
                    ? "Everybody who has bought it pays this."
                    : "\(counted(each.old, "subscription")) still pay another price."
            }
            if each.old > 0, rights.administers {
                form(
                    to: ConsolePlanRoutes.announcePrice.path(plan.id),
                    token: token,
                    .classes("form")
                ) {
                    input(.type("hidden"), .name("cycle"), .value(each.price.cycle.rawValue))
                    input(
                        .type("hidden"),
                        .name("currency"),
                        .value(each.price.amount.currency.code)
                    )
                    FormField(
                        "Days of notice",
                        "notice_days",
                        FormErrors(values: ["notice_days": "30"]),
                        .input(type: "number"),
                        .min(Repricings.allowedNotice.lowerBound),
                        .max(Repricings.allowedNotice.upperBound)
                    )
                    div { SubmitButton("Announce it to them", .secondary) }
                }
            }
        }
    }

    private func row(_ record: RepricingRecord) -> DataTable.Row {
        DataTable.Row {
            "\(record.amount) a \(record.cycle.per)"
            Moment(record.effectiveFrom)
            String(record.subscriptions)
            state(of: record)
            HTML {
                if record.withdrawnAt == nil, record.effectiveFrom > now, rights.administers {
                    ActionForm(
                        "Withdraw",
                        to: ConsolePlanRoutes.withdrawPrice.path(record.id),
                        token: token,
                        size: .small
                    )
                }
            }
        }
    }

    private func state(of record: RepricingRecord) -> Badge {
        if record.withdrawnAt != nil { return Badge("Withdrawn") }
        return record.effectiveFrom > now ? Badge("Announced", .info) : Badge("Holds", .success)
    }
}
