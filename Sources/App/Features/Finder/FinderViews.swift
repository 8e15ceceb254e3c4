import Core
import Markup
import Web

/// The field and what it found.
struct FinderView: View {
    let text: String?
    let findings: [Finding]
    let isForStaff: Bool

    var body: HTML {
        PageHeading("Find")
        Card(isFlush: true) {
            FilterBar(FinderRoutes.find.path(), isActive: text != nil) {
                Filter(search: "Find", "q", text, hint: hint)
            }
            if let text {
                if findings.isEmpty { nothing(text) } else { list }
            } else {
                EmptyState("What are you looking for?", hint + ".", icon: "search")
            }
        }
    }

    private var hint: String {
        isForStaff
            ? "An identifier, number, licence key, e-mail, domain, user name or name"
            : "An identifier, number, licence key, domain or user name"
    }

    private func nothing(_ text: String) -> EmptyState {
        EmptyState(
            "Nothing fits “\(text)”",
            "Identifiers, numbers, keys and user names must be whole; of names, addresses and "
                + "domains a part is enough.",
            icon: "search"
        )
    }

    private var list: HTML {
        ul(.classes("listing"), .role("list")) {
            for each in findings {
                li {
                    div(.classes("main")) {
                        a(
                            .href(each.path(forStaff: isForStaff)),
                            .classes("strong"),
                            .data("finding", each.kind.label)
                        ) { each.title }
                        p(.classes("soft", "small")) { each.detail }
                    }
                    Badge(each.kind.label)
                }
            }
        }
    }
}

extension Finding.Kind {
    var label: String {
        switch self {
        case .order: "Order"
        case .invoice: "Invoice"
        case .creditNote: "Credit note"
        case .payment: "Payment"
        case .customer: "Customer"
        case .account: "Hosting account"
        case .domain: "Domain name"
        case .license: "Licence"
        case .server: "Server"
        case .plan: "Plan"
        case .job: "Job"
        }
    }
}

extension Finding {
    /// The page that shows it.
    func path(forStaff: Bool) -> String {
        forStaff ? pathForStaff : pathForCustomer
    }

    private var pathForStaff: String {
        switch kind {
        case .order, .payment: ConsoleOrderRoutes.show.path(ID(page))
        case .invoice: ConsoleOrderRoutes.invoice.path(ID(page))
        case .creditNote: ConsoleCreditNoteRoutes.show.path(ID(page))
        case .customer, .domain: ConsoleCustomerRoutes.show.path(ID(page))
        case .account: ConsoleCustomerRoutes.account.path(ID(page))
        case .license: ConsoleCustomerRoutes.license.path(ID(page))
        case .server: ConsoleServerRoutes.show.path(ID(page))
        case .plan: ConsolePlanRoutes.edit.path(ID(page))
        case .job: ConsoleRoutes.job.path(ID(page))
        }
    }

    private var pathForCustomer: String {
        switch kind {
        case .order, .payment: OrderRoutes.show.path(ID(page))
        case .invoice: InvoiceRoutes.show.path(ID(page))
        case .creditNote: CreditNoteRoutes.show.path(ID(page))
        case .domain: DomainRoutes.list.path()
        case .license: LicenseRoutes.list.path()
        case .account, .customer, .server, .plan, .job: DashboardRoutes.show.path()
        }
    }
}
