import Core
import Markup
import Web

/// One hosting account, what it uses, and what can be done with it.
struct AccountFileView: View {
    let file: AccountFile
    /// Nil when its panel did not tell.
    let usage: PanelStatistics?
    let token: String
    let rights: ConsoleRights

    private var account: HostingAccountRecord { file.account }

    var body: HTML {
        PageHeading(
            account.username,
            badge: account.status.badge,
            back: (file.customer.name, ConsoleCustomerRoutes.show.path(account.customer))
        ) { if rights.movesMoney && account.canBeChanged { actions } }
        div(.classes("stack")) {
            if let change { change }
            if let reason = account.suspendedReason {
                Notice(.warning, "This account is suspended") { p { reason } }
            }
            div(.classes("grid")) {
                Card("Account") { Facts(facts) }
                Card("What it uses") {
                    if let usage {
                        Facts(use(usage))
                    } else {
                        p(.classes("soft")) {
                            account.canBeChanged
                                ? "Its panel does not answer right now."
                                : "The account is not on a panel."
                        }
                    }
                }
            }
            AuditCard(entries: file.history, log: rights.log(of: account.id.text))
        }
    }

    @HTMLBuilder private var actions: HTML {
        if account.passwordSealed != nil {
            ActionForm(
                "Mail a password link",
                to: ConsoleCustomerRoutes.mailRevealLink.path(account.id),
                token: token,
                icon: "mail"
            )
        }
        if account.status == .suspended {
            ActionForm(
                "Resume",
                to: ConsoleCustomerRoutes.unsuspend.path(account.id),
                token: token,
                .primary,
                icon: "play"
            )
        } else {
            ButtonLink(
                "Suspend…",
                to: ConsoleCustomerRoutes.askSuspend.path(account.id),
                icon: "pause"
            )
        }
        if rights.administers {
            ButtonLink(
                "Remove…",
                to: ConsoleCustomerRoutes.askRemove.path(account.id),
                .danger,
                icon: "trash-2"
            )
        }
    }

    /// What is under way at the panel, or why it did not do the last thing it was asked.
    private var change: Notice? {
        guard let wish = account.wish, account.status.takesRoom else { return nil }
        if wish.isPending {
            return Notice(.info, "A change is on its way") {
                p { "The panel is asked to \(wish.goal.words)." }
            }
        }
        return wish.failure.map { failure in
            Notice(.failure, "The panel did not \(wish.goal.words)") { p { failure } }
        }
    }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("Customer") {
                a(.href(ConsoleCustomerRoutes.show.path(account.customer))) { file.customer.name }
            },
            Facts.Fact("Server") {
                if file.server.isThere {
                    a(.href(ConsoleServerRoutes.show.path(account.server))) { file.server.name }
                } else {
                    file.server.name
                }
            },
            Facts.Fact("E-mail") { EmailText(account.email, classNames: "") },
            Facts.Fact("Kind") { account.type.rawValue },
            Facts.Fact("On the panel") { onPanel },
            Facts.Fact("First password") {
                firstPassword
            },
            Facts.Fact("Licence in the panel") { licenseState },
            Facts.Fact("Made") { Moment(account.createdAt) },
        ]
        if let order = file.order {
            facts.append(
                Facts.Fact("Order") {
                    a(.href(ConsoleOrderRoutes.show.path(order))) { "Show the order" }
                }
            )
        }
        facts.append(Facts.Fact("Identifier") { ShortID(account.id.text) })
        return facts
    }

    private var onPanel: String {
        if let id = account.remoteUserID { return "User \(id)" }
        return account.status == .provisioning ? "Not yet" : "Never"
    }

    private var firstPassword: String {
        guard account.canBeChanged else { return "–" }
        return account.passwordSealed == nil
            ? "Seen by its owner, or no longer kept" : "Not seen yet"
    }

    private var licenseState: String {
        switch account.panelLicenseStatus {
        case "accepted": "Accepted"
        case "not_supported": "This panel's version has none"
        default: "Not told"
        }
    }

    private func use(_ usage: PanelStatistics) -> [Facts.Fact] {
        [
            Facts.Fact("Domains") { String(usage.totalDomains) },
            Facts.Fact("Databases") { String(usage.totalDatabases) },
            Facts.Fact("Mailboxes") { String(usage.totalEmailAccounts) },
            Facts.Fact("Certificates") { String(usage.totalSSLCertificates) },
            Facts.Fact("Storage") { usage.storageUsed.bytesText },
            Facts.Fact("Last log-in") { usage.lastLogin ?? "Never" },
            Facts.Fact("Age") { counted(usage.accountAgeDays, "day") },
        ]
    }
}

extension AccountWish.Goal {
    /// What a panel is asked to do.
    fileprivate var words: String {
        switch self {
        case .active: "let the account go on"
        case .suspended: "suspend the account"
        case .terminated: "remove the account"
        }
    }
}

extension Int64 {
    /// `512 bytes`, `1.4 MB`: a size in steps of a thousand.
    var bytesText: String {
        guard self >= 1_000 else { return counted(self, "byte") }
        var tenths = self * 10
        var unit = ""
        for next in ["kB", "MB", "GB", "TB"] where tenths >= 10_000 {
            tenths /= 1_000
            unit = next
        }
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}
