import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// Where staff begin: what needs somebody, and how the day goes.
enum ConsoleHomePages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleRoutes.home, as: StaffContext.self, show)
        router.on(ConsoleRoutes.advanceClock, as: AdminContext.self, advanceClock)
    }

    private static func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let overview = try await ConsoleOverview.read(context.services)
        return page(overview, FormErrors.none, request, context)
    }

    private static func advanceClock(
        _ request: Request,
        _ context: AdminContext
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let days = form.integer("days", 0...3_650)
        let hours = form.integer("hours", 0...23)
        do {
            let (days, hours) = try form.values(days, hours)
            let now = try await SandboxClock(context.services).advance(
                seconds: Int64(days) * 86_400 + Int64(hours) * 3_600,
                actor: context.user.actor(request)
            )
            return PortalPage.redirect(
                to: ConsoleRoutes.home.path(),
                context,
                saying: "It is now \(now.exactText)."
            )
        } catch let errors as FormErrors {
            let overview = try await ConsoleOverview.read(context.services)
            return page(overview, errors, request, context, status: 422)
        }
    }

    private static func page(
        _ overview: ConsoleOverview,
        _ clockForm: FormErrors,
        _ request: Request,
        _ context: UserContext<some AccessLevel>,
        status: Int = 200
    ) -> Response {
        let services = context.services
        let showsClock = services.configuration.mode == .sandbox && context.rights.administers
        return PortalPage.console(
            title: "Console",
            section: .home,
            request,
            context,
            status: status
        ) {
            ConsoleHomeView(
                overview: overview,
                name: context.user.fullName,
                clock: showsClock ? services.clock.now : nil,
                clockForm: clockForm,
                token: context.csrfToken
            )
        }
    }
}

/// What the first page of the console shows.
struct ConsoleOverview: Sendable {
    let attention: [ListedOrder]
    let attentionCount: Int64
    let payments: [ListedPayment]
    let failedRefunds: [RefundRecord]
    let disputes: [DisputeRecord]
    let disputeCount: Int64
    /// What differs between the books and the card processor.
    let openFindings: Int64
    /// Accounts that are not at their panels as they are here, and mails that have not left; a
    /// hundred at most of each.
    let differences: Int
    let servers: [ServerRecord]
    let deadJobs: [JobRecord]
    let deadJobCount: Int64
    let latest: [ListedOrder]
    let today: DayFigures
    let receipts: [DayReceipts]
    /// Nil before the first.
    let lastCheck: VerificationRecord?

    var unhealthy: [ServerRecord] { servers.filter { $0.isActive && !$0.isHealthy } }
    var freeSlots: Int {
        servers.filter { $0.isActive && $0.isHealthy }.reduce(0) { $0 + $1.freeSlots }
    }

    static func read(_ services: Services) async throws -> ConsoleOverview {
        let now = services.clock.now
        let midnight = now.startOfDay
        let currency = services.configuration.currency
        return try await services.database.transaction(for: .system) { session in
            ConsoleOverview(
                attention: try session.listedOrders(
                    OrderFilter(status: .attention),
                    most: 5
                ),
                attentionCount: try session.countOrders(.attention),
                payments: try session.paymentsNeedingAttention(most: 5),
                failedRefunds: try session.failedRefunds(most: 5),
                disputes: try session.disputesToAnswer(most: 5),
                disputeCount: try session.countDisputesToAnswer(),
                openFindings: try session.countOpenFindings(),
                differences: try session.differingAccounts(most: 100).count
                    + UnsentMails.list(session, now: now, most: 100).count,
                servers: try session.servers(),
                deadJobs: try session.jobs(JobFilter(.dead), most: 5),
                deadJobCount: try session.countJobs()[.dead] ?? 0,
                latest: try session.listedOrders(OrderFilter(), most: 8),
                today: try session.figures(since: midnight, currency: currency),
                receipts: try session.received(
                    onDaysFrom: midnight.addingTimeInterval(-29 * 86_400),
                    to: midnight,
                    currency: currency
                ),
                lastCheck: try session.verifications(most: 1).first
            )
        }
    }
}

extension Date {
    /// Midnight of the day, in UTC.
    var startOfDay: Date {
        Date(timeIntervalSince1970: (timeIntervalSince1970 / 86_400).rounded(.down) * 86_400)
    }
}
