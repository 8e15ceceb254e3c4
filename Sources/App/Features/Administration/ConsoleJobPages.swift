import Core
import Markup
import Postgres
import Support
import Web
import Wire

/// The queue of work as staff see it.
enum ConsoleJobPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleRoutes.jobs, as: StaffContext.self, list)
        router.on(ConsoleRoutes.exportJobs, as: StaffContext.self, export)
        router.on(ConsoleRoutes.job, as: StaffContext.self, show)
        router.on(ConsoleRoutes.retryJob, as: BillingContext.self, retry)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await JobFilter(request).page(
            request,
            context,
            file: ConsoleRoutes.exportJobs.path()
        )
        let counts = try await context.services.database.transaction(for: .system) {
            try $0.countJobs()
        }
        return PortalPage.console(title: "Jobs", section: .jobs, request, context) {
            JobListView(
                page: page,
                counts: counts,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        JobFilter(request).export(context)
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Job>
    ) async throws -> Response {
        let (job, payload, history) = try await context.services.database.transaction(
            for: .system
        ) {
            (
                try $0.job(id).orThrow(Problem.notFound),
                try $0.payload(of: id).orThrow(Problem.notFound),
                try $0.newestAuditEntries(ofType: Job.idPrefix, id: id.text, most: 20)
            )
        }
        return PortalPage.console(title: "Job", section: .jobs, request, context) {
            JobView(
                job: job,
                payload: payload,
                history: history,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func retry(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Job>
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsoleRoutes.job.path(id),
            saying: "The job is tried again now."
        ) {
            _ = try await JobBoard(context.services).retry(id, actor: context.user.actor(request))
        }
    }
}

extension JobFilter {
    init(_ request: Request) {
        self.init(
            request.filter("status", JobRecord.Status.self) ?? .dead,
            kind: request.search("kind"),
            by: request.query["sort"] == nil ? nil : Sorting(request)
        )
    }

    static let name = ListName.consoleJobs
    static let file: [FileColumn<JobRecord>] = [
        FileColumn("Job") { $0.id.text },
        FileColumn("Kind") { $0.kind },
        FileColumn("Status") { $0.status.rawValue },
        FileColumn("Attempts") { String($0.attempts) },
        FileColumn("Most attempts") { String($0.maxAttempts) },
        FileColumn("Last error") { $0.lastError ?? "" },
        FileColumn("Order") { $0.order?.text ?? "" },
        FileColumn("Made") { $0.createdAt.rfc3339 },
        FileColumn("Due") { $0.runAt.rfc3339 },
        FileColumn("Ended") { $0.finishedAt?.rfc3339 ?? "" },
    ]

    var isActive: Bool { kind != nil }
}
