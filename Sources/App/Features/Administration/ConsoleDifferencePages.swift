import Core
import Markup
import Postgres
import Support
import Web

/// Accounts that are not at their panels as they are here, and mails that have not left.
enum ConsoleDifferencePages {
    private static let most = 500

    static func add(to router: inout Router<Services>) {
        router.on(ConsoleServerRoutes.differences, as: StaffContext.self, show)
        router.on(ConsoleCustomerRoutes.clearPlanNote, as: BillingContext.self, clear)
        router.on(ConsoleServerRoutes.sendMailAgain, as: BillingContext.self, sendAgain)
    }

    private static func sendAgain(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Mail>
    ) async throws -> Response {
        try await ConsoleAction.perform(
            context,
            backTo: ConsoleServerRoutes.differences.path(),
            saying: "It is sent again."
        ) {
            try await UnsentMails(context.services)
                .sendAgain(id, actor: context.user.actor(request))
        }
    }

    private static func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let found = try await context.services.database.transaction(for: .system) {
            try $0.differingAccounts(most: most)
        }
        let mails = try await UnsentMails(context.services).list(most: most)
        return PortalPage.console(
            title: "Differences",
            section: .servers,
            request,
            context
        ) {
            DifferencesView(
                accounts: found,
                mails: mails,
                token: context.csrfToken,
                rights: context.rights
            )
        }
    }

    private static func clear(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<HostingAccount>
    ) async throws -> Response {
        let now = context.services.clock.now
        return try await ConsoleAction.perform(
            context,
            backTo: ConsoleServerRoutes.differences.path(),
            saying: "Noted."
        ) {
            let actor = context.user.actor(request)
            try await context.services.database.transaction(for: .system) { session in
                let account = try session.lockHostingAccount(id).orThrow(Problem.notFound)
                guard try session.clearPlanNote(of: id) else { return }
                try session.record(
                    AuditEntry(
                        actor,
                        "hosting_account.plan_set_by_hand",
                        id,
                        customer: account.customer
                    ),
                    now: now
                )
            }
        }
    }
}

/// Leads to what is not at the panels, or not with its reader, as it is here.
struct DifferencesNotice: View {
    let count: Int

    var body: HTML {
        Notice(.warning, "Accounts or mails are not as they should be") {
            p {
                TextLink(
                    "Look at \(counted(Int64(count), "difference"))",
                    to: ConsoleServerRoutes.differences.path()
                )
            }
        }
    }
}

/// Accounts that differ, with what is done about each.
struct DifferencesView: View {
    let accounts: [DifferingAccount]
    let mails: [UnsentMail]
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        PageHeading(
            "Differences",
            lead:
                "Each hour panels are asked how their accounts stand. What differs is told again.",
            back: ("Servers", ConsoleServerRoutes.list.path())
        )
        div(.classes("stack")) {
            ListCard(
                "Accounts",
                accounts,
                none: "Every account is at its panel as it is here.",
                row: row
            ) {
                ["Account", "Here", "At its panel", "What is to be done", .actions]
            }
            ListCard(
                "Mails that have not left",
                mails,
                none: "Every mail about what is owed, or is to be removed, has left.",
                row: row
            ) {
                ["Mail", "To", "Why", "Since", .actions]
            }
        }
    }

    private func row(_ mail: UnsentMail) -> DataTable.Row {
        DataTable.Row {
            mail.subject
            Stacked {
                TextLink(mail.customerName, to: ConsoleCustomerRoutes.show.path(mail.customer))
                span(.classes("soft", "small")) { mail.recipient }
            }
            mail.error ?? "It is still being tried."
            Moment(mail.createdAt)
            HTML {
                if mail.isRefused, rights.movesMoney {
                    ActionForm(
                        "Send it again",
                        to: ConsoleServerRoutes.sendMailAgain.path(mail.id),
                        token: token,
                        size: .small
                    )
                }
            }
        }
    }

    private func row(_ each: DifferingAccount) -> DataTable.Row {
        DataTable.Row {
            Stacked {
                a(
                    .href(ConsoleCustomerRoutes.account.path(each.account.id)),
                    .classes("strong")
                ) { each.account.username }
                span(.classes("soft", "small")) { "\(each.customerName), \(each.serverName)" }
            }
            each.account.status.badge
            Stacked {
                panelState(each)
                if let at = each.seenAt { span(.classes("soft", "small")) { Moment(at) } }
            }
            advice(each)
            HTML {
                if each.planNote != nil, rights.movesMoney {
                    ActionForm(
                        "It is done",
                        to: ConsoleCustomerRoutes.clearPlanNote.path(each.account.id),
                        token: token,
                        size: .small
                    )
                }
            }
        }
    }

    private func panelState(_ each: DifferingAccount) -> Badge {
        switch each.panelState {
        case nil: Badge("Not asked yet")
        case .active: Badge("Active", .success)
        case .suspended: Badge("Suspended", .warning)
        case .missing: Badge("Not there", .failure)
        }
    }

    private func advice(_ each: DifferingAccount) -> String {
        if let note = each.planNote { return note }
        if let wish = each.account.wish, wish.goal == .terminated, let failure = wish.failure {
            return "It was not removed: \(failure)"
        }
        if each.panelState == .missing {
            return "Its panel does not know it. Look there, or remove it here."
        }
        if let wish = each.account.wish, wish.isPending { return "The panel is being told." }
        if let failure = each.account.wish?.failure { return "The panel refused: \(failure)" }
        return "The panel is told again within the hour."
    }
}
