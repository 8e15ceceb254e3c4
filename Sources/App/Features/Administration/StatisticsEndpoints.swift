import Core
import Support
package import Web

/// What staff see at a glance.
package enum StatisticsEndpoints {
    static let show = Endpoint(
        Route(.get, "/api/v1/admin/stats"),
        tag: "Admin",
        "Show the numbers of the day.",
        output: StatisticsBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(show, as: StaffContext.self) { _, context in
            StatisticsBody(try await Statistics(context.services).overview())
        }
    }
}

struct StatisticsBody: APIModel {
    let customers: Int64
    let orders: [String: Int64]
    let revenue: MoneyBody
    let jobs: JobCountsBody
    let hostingAccounts: Int64
    let licenses: Int64

    static let model = Model(
        "statistics",
        "The numbers of the day.",
        StatisticsBody.init(customers:orders:revenue:jobs:hostingAccounts:licenses:),
        Field("customers", \.customers, "How many there are."),
        Field("orders", \.orders, "How many in each state."),
        Field("revenue_30_days", \.revenue, "What was paid less what was given back."),
        Field("jobs", \.jobs, "How many wait or failed for good."),
        Field("hosting_accounts", \.hostingAccounts, "How many are active."),
        Field("licenses", \.licenses, "How many are active."),
    )
}

extension StatisticsBody {
    init(_ overview: Statistics.Overview) {
        self.init(
            customers: overview.customers,
            orders: Dictionary(
                OrderStatus.allCases.map { ($0.rawValue, overview.orders[$0] ?? 0) }
            ) { first, _ in first },
            revenue: MoneyBody(overview.revenue),
            jobs: JobCountsBody(queued: overview.queuedJobs, dead: overview.deadJobs),
            hostingAccounts: overview.activeAccounts,
            licenses: overview.activeLicenses
        )
    }
}

struct JobCountsBody: APIModel {
    let queued: Int64
    let dead: Int64

    static let model = Model(
        "job_counts",
        "How many jobs there are.",
        JobCountsBody.init,
        Field("queued", \.queued, "Waiting for their time."),
        Field("dead", \.dead, "Waiting for a person."),
    )
}
