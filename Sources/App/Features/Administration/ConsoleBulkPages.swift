import Core
import Web

/// What staff do to many objects at once.
enum ConsoleBulkPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsoleOrderRoutes.askMany, as: BillingContext.self, orders.ask)
        router.on(ConsoleOrderRoutes.many, as: BillingContext.self, orders.perform)
        router.on(ConsoleLicenseRoutes.askMany, as: BillingContext.self, licenses.ask)
        router.on(ConsoleLicenseRoutes.many, as: BillingContext.self, licenses.perform)
        router.on(ConsoleRoutes.askManyJobs, as: BillingContext.self, jobs.ask)
        router.on(ConsoleRoutes.manyJobs, as: BillingContext.self, jobs.perform)
    }

    static let orders = BulkPages<Order>(
        section: .orders,
        list: ("Orders", ConsoleOrderRoutes.attention),
        path: ConsoleOrderRoutes.many.path(),
        words: ("order", "orders"),
        actions: [
            BulkAction(
                name: "retry",
                button: "Try again…",
                question: { "Try \($0) again?" },
                consequences: ["What waited or failed of each of them is tried again now."],
                confirm: "Try again",
                perform: { try await Fulfilment($1).retry($0, actor: $2) }
            )
        ],
        label: { try $1.order($0)?.label }
    )

    static let jobs = BulkPages<Job>(
        section: .jobs,
        list: ("Jobs", ConsoleRoutes.jobs.path()),
        path: ConsoleRoutes.manyJobs.path(),
        words: ("job", "jobs"),
        actions: [
            BulkAction(
                name: "retry",
                button: "Try again…",
                question: { "Run \($0) now?" },
                consequences: [
                    "Each is run now. One that had given up gets all of its attempts again."
                ],
                confirm: "Run them now",
                perform: { _ = try await JobBoard($1).retry($0, actor: $2) }
            )
        ],
        label: { id, session in try session.job(id).map { "\($0.label), \(id.text)" } }
    )

    static let licenses = BulkPages<License>(
        section: .licenses,
        list: ("Licences", ConsoleLicenseRoutes.list.path()),
        path: ConsoleLicenseRoutes.many.path(),
        words: ("licence", "licences"),
        actions: [
            BulkAction(
                name: "suspend",
                button: "Suspend…",
                question: { "Suspend \($0)?" },
                consequences: [
                    "Panels refuse new accounts, domains, databases and mailboxes of them at once. "
                        + "What is there goes on.",
                    "They can be resumed at any time.",
                ],
                confirm: "Suspend them",
                style: .danger,
                perform: { id, services, actor in
                    _ = try await Licenses(services).setStatus(
                        .suspended,
                        of: id,
                        from: .active,
                        actor: actor
                    )
                }
            ),
            BulkAction(
                name: "resume",
                button: "Resume…",
                question: { "Resume \($0)?" },
                consequences: ["Panels go by their limits again at once."],
                confirm: "Resume them",
                perform: { id, services, actor in
                    _ = try await Licenses(services).setStatus(
                        .active,
                        of: id,
                        from: .suspended,
                        actor: actor
                    )
                }
            ),
        ],
        label: { id, session in try session.license(id).map { "…\($0.keyHint), \($0.planName)" } }
    )
}
