import Core
import Foundation
import Markup
import Web

/// A customer's licences.
struct LicenseListView: View {
    let page: ListPage<LicenseFilter>
    let token: String

    var body: HTML {
        PageHeading("Licences", lead: "The keys of your panels, and what they use.") {
            if !page.rows.isEmpty { ExportLink(page.address) }
        }
        if page.rows.isEmpty {
            Card {
                EmptyState(
                    "No licences yet",
                    "A licence comes with each plan that you buy.",
                    icon: "key-round"
                ) {
                    ButtonLink("See the plans", to: MarketingRoutes.pricing.path(), .primary)
                }
            }
        }
        for license in page.rows {
            LicenseCard(license: license, now: page.filter.now, token: token, key: nil)
        }
        page.pager
    }
}

/// One licence: its key, how long it is good, and what is used of it.
struct LicenseCard: View {
    let license: LicenseRecord
    let now: Date
    let token: String
    /// The whole key, when somebody asked to see it.
    let key: String?

    var body: HTML {
        Card(license.planName) {
            Facts([
                Facts.Fact("Key") { keyCell },
                Facts.Fact(isOver ? "Ended" : "Good until") {
                    if let end = license.expiresAt {
                        Moment(day: end)
                    } else {
                        "The end of its plan"
                    }
                },
            ])
            for resource in LicensedResource.allCases {
                QuotaBar(
                    resource.label,
                    used: license.used[resource, default: 0],
                    of: license.quotas[resource]
                )
            }
        } actions: {
            license.status(at: now).badge
        }
    }

    private var isOver: Bool { license.expiresAt.map { $0 <= now } ?? false }

    @HTMLBuilder private var keyCell: HTML {
        if let key {
            Copyable(key, name: "licence key")
        } else {
            div(.classes("row")) {
                code { LicenseKey.masked(hint: license.keyHint) }
                ActionForm(
                    "Reveal",
                    to: LicenseRoutes.reveal.path(license.id),
                    token: token,
                    size: .small,
                    icon: "eye"
                )
            }
        }
    }
}

extension LicensedResource {
    /// What it is called on pages.
    var label: String {
        switch self {
        case .accounts: "Hosting accounts"
        case .domains: "Domains"
        case .databases: "Databases"
        case .emails: "Mailboxes"
        }
    }
}
