import Core
import Foundation
import Support
package import Web

extension RateClass {
    /// A rehearsal bills, and takes it all back.
    package static let rehearsal = RateClass("rehearsal", limit: 10, perSeconds: 60)
}

/// What will happen in the next days.
package enum RehearsalEndpoints {
    static let days = QueryParameter(
        "days",
        Int.self,
        "How many days to look ahead; 30 unless told.",
        .range(Int64(Rehearsal.allowedDays.lowerBound)...Int64(Rehearsal.allowedDays.upperBound))
    )

    static let show = Endpoint(
        Route(.get, "/api/v1/admin/rehearsal"),
        tag: "Admin",
        "Show what will happen in the next days, without doing any of it.",
        details: "Invoices, charges, mails, suspensions and expected cash, by day in UTC. The "
            + "functions that bill run in transactions that are rolled back; nobody outside is "
            + "asked or told anything.",
        output: RehearsalBody.self,
        query: [days]
    )

    package static func add(to router: inout Router<Services>) {
        router.on(show, as: StaffContext.self, limit: .rehearsal) { request, context in
            let days = try request.value(of: days) ?? 30
            return RehearsalBody(try await Rehearsal(context.services).run(days: days))
        }
    }
}

struct RehearsalBody: APIModel {
    let from: Date
    let to: Date
    let customers: Int
    let rehearsed: Int
    let isSample: Bool
    let assumptions: [String]
    let totals: RehearsedSumsBody
    let estimated: RehearsedSumsBody?
    let days: [RehearsedDayBody]
    let events: [RehearsedEventBody]
    let unrehearsed: [UnrehearsedBody]

    static let model = Model(
        "rehearsal",
        "What will happen.",
        RehearsalBody.init(
            from:
            to:
            customers:
            rehearsed:
            isSample:
            assumptions:
            totals:
            estimated:
            days:
            events:
            unrehearsed:
        ),
        Field("from", \.from, "Now."),
        Field("to", \.to, "How far it looks."),
        Field("customers", \.customers, "How many customers anything will happen to."),
        Field("customers_rehearsed", \.rehearsed, "How many of them this is about."),
        Field("is_sample", \.isSample, "Whether these are some of more."),
        Field("assumptions", \.assumptions, "What is taken for granted."),
        Field("totals", \.totals, "All days together, of those that this is about."),
        Field(
            "estimated_totals",
            \.estimated,
            "What that makes of all customers, scaled by their number; null when it is about all."
        ),
        Field("days", \.days, "Days on which something happens, in UTC."),
        Field("events", \.events, "The earliest single things, 500 at most."),
        Field("unrehearsed", \.unrehearsed, "Customers of whom it cannot be said."),
    )
}

struct RehearsedSumsBody: APIModel {
    let invoices: Int
    let invoiced: [MoneyBody]
    let charges: Int
    let cash: [MoneyBody]
    let declines: Int
    let declined: [MoneyBody]
    let mails: Int
    let reminders: Int
    let suspensions: Int
    let terminations: Int
    let ends: Int
    let expiries: Int
    let expired: [MoneyBody]
    let removals: Int

    static let model = Model(
        "rehearsed_sums",
        "How much of each thing happens; amounts are one a currency.",
        RehearsedSumsBody.init(
            invoices:
            invoiced:
            charges:
            cash:
            declines:
            declined:
            mails:
            reminders:
            suspensions:
            terminations:
            ends:
            expiries:
            expired:
            removals:
        ),
        Field("invoices", \.invoices, "Invoices issued."),
        Field("invoiced", \.invoiced, "What they ask for."),
        Field("charges", \.charges, "Charges of saved cards that pay."),
        Field("expected_cash", \.cash, "What they bring, before the processor's fees."),
        Field("declines", \.declines, "Charges that are declined."),
        Field("declined", \.declined, "What they would have brought."),
        Field("mails", \.mails, "Mails sent."),
        Field("reminders", \.reminders, "Reminders, requests and notices."),
        Field("suspensions", \.suspensions, "Unpaid invoices whose services are suspended."),
        Field("terminations", \.terminations, "Unpaid invoices whose services end."),
        Field("ends", \.ends, "Subscriptions that end."),
        Field("expiries", \.expiries, "Credits that expire with something left of them."),
        Field("expired_credit", \.expired, "How much that is."),
        Field("removals", \.removals, "Accounts of ended subscriptions that are removed."),
    )
}

struct RehearsedDayBody: APIModel {
    let day: String
    let sums: RehearsedSumsBody

    static let model = Model(
        "rehearsed_day",
        "What happens on a day.",
        RehearsedDayBody.init,
        Field("day", \.day, "Such as 2026-11-20."),
        Field("sums", \.sums, "How much of each."),
    )
}

extension RehearsedEvent.Kind: APIEnum {}

struct RehearsedEventBody: APIModel {
    let at: Date
    let kind: RehearsedEvent.Kind
    let customer: ID<Customer>
    let customerName: String
    let amount: MoneyBody?
    let detail: String

    static let model = Model(
        "rehearsed_event",
        "Something that will happen.",
        RehearsedEventBody.init,
        Field("at", \.at, "When."),
        Field("kind", \.kind, "What."),
        Field("customer_id", \.customer, "To whom."),
        Field("customer_name", \.customerName, "For people."),
        Field("amount", \.amount, "How much, when it is about money."),
        Field("detail", \.detail, "In words."),
    )
}

struct UnrehearsedBody: APIModel {
    let customer: ID<Customer>
    let reason: String

    static let model = Model(
        "unrehearsed",
        "A customer of whom it cannot be said what will happen.",
        UnrehearsedBody.init,
        Field("customer_id", \.customer, "Whom."),
        Field("reason", \.reason, "Why."),
    )
}

extension RehearsalBody {
    init(_ report: RehearsalReport) {
        self.init(
            from: report.from,
            to: report.to,
            customers: report.customersInAll,
            rehearsed: report.customersRehearsed,
            isSample: report.isSample,
            assumptions: report.assumptions,
            totals: RehearsedSumsBody(report.sums),
            estimated: report.estimatedSums.map { RehearsedSumsBody($0) },
            days: report.days.sorted { $0.key < $1.key }.map {
                RehearsedDayBody(day: $0.key, sums: RehearsedSumsBody($0.value))
            },
            events: report.events.map {
                RehearsedEventBody(
                    at: $0.at,
                    kind: $0.kind,
                    customer: $0.customer,
                    customerName: $0.customerName,
                    amount: $0.amount.map { MoneyBody($0) },
                    detail: $0.detail
                )
            },
            unrehearsed: report.unrehearsed.map {
                UnrehearsedBody(customer: $0.customer, reason: $0.reason)
            }
        )
    }
}

extension RehearsedSumsBody {
    init(_ sums: RehearsedSums) {
        func amounts(_ kind: RehearsedEvent.Kind) -> [MoneyBody] {
            sums.amounts(kind).map { MoneyBody($0) }
        }
        self.init(
            invoices: sums.count(.invoice),
            invoiced: amounts(.invoice),
            charges: sums.count(.charge),
            cash: amounts(.charge),
            declines: sums.count(.decline),
            declined: amounts(.decline),
            mails: sums.count(.mail),
            reminders: sums.count(.reminder),
            suspensions: sums.count(.suspension),
            terminations: sums.count(.termination),
            ends: sums.count(.end),
            expiries: sums.count(.expiry),
            expired: amounts(.expiry),
            removals: sums.count(.removal)
        )
    }
}
