import Core
import Foundation
import Markup
import Postgres
import Web

/// The queue of work as staff see it.
enum ConsoleJobPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleRoutes.jobs, as: StaffContext.self, list)
        router.on(ConsoleRoutes.job, as: StaffContext.self, show)
        router.on(ConsoleRoutes.retryJob, as: BillingContext.self, retry)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let status = request.filter("status", JobRecord.Status.self) ?? .dead
        let kind = request.search("kind")
        let listing = Listing(request, list: "console.jobs.\(status.rawValue)", keys: 2)
        let place = listing.after.flatMap { keys in
            Date(cursorKey: keys[0]).flatMap { time in ID<Job>(keys[1]).map { (time, $0) } }
        }
        let (jobs, counts) = try await context.services.database.transaction(for: .system) {
            (
                try $0.jobs(status, kind: kind, after: place, most: listing.rowsToRead),
                try $0.countJobs()
            )
        }
        let part = listing.part(jobs) { [$0.sortTime.cursorKey, $0.id.text] }
        return PortalPage.console(title: "Jobs", section: .jobs, request, context) {
            JobListView(
                status: status,
                kind: kind,
                counts: counts,
                jobs: part.rows,
                pager: part.pager,
                token: context.csrfToken,
                rights: context.rights
            )
        }
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
