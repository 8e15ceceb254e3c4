import Core
import Foundation
import Support
package import Web

extension JobKind: APIEnum {}
extension JobRecord.Status: APIEnum {}

/// The queue, for staff.
package enum JobEndpoints {
    static let status = QueryParameter("status", JobRecord.Status.self, "Only those in this state.")
    static let kind = QueryParameter("kind", JobKind.self, "Only those of this kind.")

    static let list = Endpoint(
        Route(.get, "/api/v1/admin/jobs"),
        tag: "Admin",
        "List jobs, newest first.",
        output: Page<JobBody>.self,
        query: [status, kind] + PageRequest.parameters
    )
    static let retry = Endpoint(
        Route(.post, "/api/v1/admin/jobs/:id/retry", ID<Job>.self),
        tag: "Admin",
        "Run a dead or waiting job now.",
        output: JobBody.self,
        problems: [.jobRunsOrIsDone],
        isIdempotent: true
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { request, context in
            let part = try PageRequest(request, list: "jobs", keys: 1)
            let rows = try await JobBoard(context.services).list(
                status: try request.value(of: status),
                kind: try request.value(of: kind),
                before: part.after.flatMap { ID($0[0]) },
                most: part.rowsToRead
            )
            return part.page(rows, keys: { [$0.id.text] }) { JobBody($0) }
        }
        router.on(retry, as: BillingContext.self) { request, context, id in
            JobBody(
                try await JobBoard(context.services).retry(id, actor: context.user.actor(request))
            )
        }
    }
}

/// A job as the API shows it.
struct JobBody: APIModel {
    let id: ID<Job>
    let kind: String
    let status: JobRecord.Status
    let orderID: ID<Order>?
    let attempts: Int
    let maxAttempts: Int
    let lastError: String?
    let runAt: Date
    let createdAt: Date
    let finishedAt: Date?

    static let model = Model(
        "job",
        "Work that happens outside a request.",
        JobBody.init(
            id:
            kind:
            status:
            orderID:
            attempts:
            maxAttempts:
            lastError:
            runAt:
            createdAt:
            finishedAt:
        ),
        Field("id", \.id, "Starts with job_."),
        Field("kind", \.kind, "What it does."),
        Field("status", \.status, "Where it stands; a dead one waits for a person."),
        Field("order_id", \.orderID, "The order it belongs to."),
        Field("attempts", \.attempts, "How often it was tried."),
        Field("max_attempts", \.maxAttempts, "How often it is tried before it is dead."),
        Field("last_error", \.lastError, "Why it failed or waits."),
        Field("run_at", \.runAt, "When it is due."),
        Field("created_at", \.createdAt, "When its cause happened."),
        Field("finished_at", \.finishedAt, "When it ended."),
    )
}

extension JobBody {
    init(_ job: JobRecord) {
        self.init(
            id: job.id,
            kind: job.kind,
            status: job.status,
            orderID: job.order,
            attempts: job.attempts,
            maxAttempts: job.maxAttempts,
            lastError: job.lastError,
            runAt: job.runAt,
            createdAt: job.createdAt,
            finishedAt: job.finishedAt
        )
    }
}
