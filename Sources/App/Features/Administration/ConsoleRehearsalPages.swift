import Core
import Foundation
import Markup
import Web
import Wire

/// What will happen in the next days, for staff.
enum ConsoleRehearsalPages {
    static func add(to router: inout Router<Services>) {
        router.on(
            ConsoleSubscriptionRoutes.rehearsal,
            as: StaffContext.self,
            limit: .rehearsal,
            show
        )
    }

    private static func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let asked = request.query["days"].flatMap { Int($0) } ?? 30
        let days = min(
            max(asked, Rehearsal.allowedDays.lowerBound),
            Rehearsal.allowedDays.upperBound
        )
        let report = try await Rehearsal(context.services).run(days: days)
        return PortalPage.console(
            title: "What will happen",
            section: .subscriptions,
            request,
            context
        ) { RehearsalView(report: report, days: days) }
    }
}

/// What will happen, by day.
struct RehearsalView: View {
    /// How many single things the page shows.
    private static let most = 100

    let report: RehearsalReport
    let days: Int

    var body: HTML {
        PageHeading(
            "What will happen",
            lead:
                "The next \(counted(days, "day")), if nobody does anything. Nothing of it is done.",
            back: ("Subscriptions", ConsoleSubscriptionRoutes.list.path())
        )
        div(.classes("stack")) {
            Card(isFlush: true) {
                FilterBar(ConsoleSubscriptionRoutes.rehearsal.path(), isActive: false) {
                    Filter("Days", "days", String(days), all: "30 days", choices)
                }
            }
            tiles
            estimate
            byDay
            single
            notes
        }
    }

    private var choices: [(value: String, text: String)] {
        [7, 30, 90, 180, 365].map { (String($0), counted($0, "day")) }
    }

    private var tiles: HTML {
        div(.classes("tiles")) {
            FigureTile(
                text: "Invoices",
                figure: String(report.sums.count(.invoice)),
                detail: amounts(report.sums, .invoice),
                path: nil
            )
            FigureTile(
                text: "Expected cash",
                figure: amounts(report.sums, .charge),
                detail: counted(report.sums.count(.charge), "charge"),
                path: nil
            )
            FigureTile(
                text: "Declined",
                figure: amounts(report.sums, .decline),
                detail: counted(report.sums.count(.decline), "charge"),
                path: nil,
                tone: report.sums.count(.decline) > 0 ? .warning : .neutral
            )
            FigureTile(
                text: "Suspensions",
                figure: String(report.sums.count(.suspension)),
                detail: "\(counted(report.sums.count(.termination), "service")) ended unpaid",
                path: nil,
                tone: report.sums.count(.suspension) > 0 ? .warning : .neutral
            )
        }
    }

    /// What a sample makes of all.
    @HTMLBuilder private var estimate: HTML {
        if let sums = report.estimatedSums {
            Card("Estimated for all \(report.customersInAll) customers") {
                p {
                    "The figures above and below are of \(report.customersRehearsed) of them. "
                    "Scaled by their number:"
                }
                Facts([
                    Facts.Fact("Invoices") {
                        "about \(sums.count(.invoice)), \(amounts(sums, .invoice))"
                    },
                    Facts.Fact("Expected cash") { "about \(amounts(sums, .charge))" },
                    Facts.Fact("Declined") { "about \(amounts(sums, .decline))" },
                    Facts.Fact("Suspensions") { "about \(sums.count(.suspension))" },
                    Facts.Fact("Mails") { "about \(sums.count(.mail))" },
                ])
            }
        }
    }

    private func amounts(_ sums: RehearsedSums, _ kind: RehearsedEvent.Kind) -> String {
        let texts = sums.amounts(kind).map(\.label)
        return texts.isEmpty ? "–" : texts.joined(separator: ", ")
    }

    private var byDay: HTML {
        ListCard(
            "By day",
            report.days.sorted { $0.key < $1.key },
            none: "Nothing will happen by itself."
        ) { day, sums in
            DataTable.Row {
                time(.datetime(day)) { Date(day: day)?.dayText ?? day }
                cell(sums, .invoice)
                cell(sums, .charge)
                cell(sums, .decline)
                String(sums.count(.mail))
                String(sums.count(.suspension))
                String(sums.count(.termination) + sums.count(.end))
            }
        } columns: {
            [
                "Day", .number("Invoiced"), .number("Expected cash"), .number("Declined"),
                .number("Mails"), .number("Suspended"), .number("Ended"),
            ]
        }.body
    }

    private func cell(_ sums: RehearsedSums, _ kind: RehearsedEvent.Kind) -> HTML {
        let count = sums.count(kind)
        return HTML {
            if count == 0 { "–" } else { "\(amounts(sums, kind)) (\(count))" }
        }
    }

    private var single: HTML {
        ListCard(
            "What comes first",
            Array(report.events.prefix(RehearsalView.most)),
            none: "Nothing will happen by itself."
        ) { event in
            DataTable.Row {
                Moment(event.at)
                Stacked {
                    span(.classes("strong")) { event.kind.words }
                    span(.classes("soft", "small")) { event.detail }
                }
                TextLink(
                    event.customerName,
                    to: ConsoleCustomerRoutes.show.path(event.customer)
                )
                event.amount.map { Amount($0, showsCode: true).body } ?? HTML.text("–")
            }
        } columns: {
            ["When", "What", "Customer", .number("Amount")]
        }.body
    }

    private var notes: HTML {
        Card("What this takes for granted") {
            ul { for each in report.assumptions { li { each } } }
            for each in report.unrehearsed {
                p {
                    TextLink(
                        "A customer",
                        to: ConsoleCustomerRoutes.show.path(each.customer)
                    )
                    " is left out. \(each.reason)"
                }
            }
        }.body
    }
}

extension RehearsedEvent.Kind {
    var words: String {
        switch self {
        case .invoice: "Invoice"
        case .charge: "Charge"
        case .decline: "Declined charge"
        case .mail: "Mail"
        case .reminder: "Reminder or notice"
        case .suspension: "Suspension"
        case .termination: "End for want of payment"
        case .end: "End of a subscription"
        case .expiry: "Credit expires"
        case .removal: "Account removed"
        }
    }
}
