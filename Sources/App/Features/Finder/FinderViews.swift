import Core
import Markup
import Web

/// The field and what it found.
struct FinderView: View {
    let text: String?
    let findings: [Finding]
    let places: [FinderPlace]
    let isForStaff: Bool

    var body: HTML {
        PageHeading("Find")
        Card(isFlush: true) {
            FilterBar(FinderRoutes.find.path(), isActive: text != nil) {
                Filter(search: "Find", "q", text, hint: hint)
            }
            if let text {
                if findings.isEmpty, places.isEmpty { nothing(text) } else { list }
            } else {
                EmptyState("What are you looking for?", hint + ".", icon: "search")
            }
        }
    }

    private var hint: String {
        isForStaff
            ? "An identifier of ours or Stripe’s, number, key, e-mail, domain, user name or name"
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
                row(each.title, each.path(forStaff: isForStaff), each.detail, each.kind.label)
            }
            for each in places { row(each.text, each.path, "", "Page") }
        }
    }

    private func row(_ text: String, _ path: String, _ detail: String, _ kind: String) -> HTML {
        li {
            div(.classes("main")) {
                a(.href(path), .classes("strong"), .data("finding", kind)) { text }
                if !detail.isEmpty { p(.classes("soft", "small")) { detail } }
            }
            Badge(kind)
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
        case .refund: "Refund"
        case .dispute: "Dispute"
        case .subscription: "Subscription"
        case .coupon: "Coupon"
        case .dunning: "Dunning policy"
        case .ledgerAccount: "Account of the books"
        case .check: "Check"
        case .key: "API key"
        case .request: "Request"
        case .customer: "Customer"
        case .account: "Hosting account"
        case .domain: "Domain name"
        case .license: "Licence"
        case .server: "Server"
        case .plan: "Plan"
        case .job: "Job"
        case .repricing: "Price change"
        case .difference: "Difference to Stripe"
        case .brokenRule: "Finding of a check"
        case .taxRule: "Tax rule"
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
        case .order: ConsoleOrderRoutes.show.path(ID(page))
        case .payment, .refund: ConsolePaymentRoutes.show.path(ID(page))
        case .dispute: ConsoleDisputeRoutes.show.path(ID(page))
        case .subscription: ConsoleSubscriptionRoutes.show.path(ID(page))
        case .coupon: CouponRoutes.show.path(ID(page))
        case .dunning: ConsoleDunningRoutes.edit.path(ID(page))
        case .ledgerAccount: BooksRoutes.account.path(ID(page))
        case .check, .brokenRule: BooksRoutes.check.path(ID(page))
        case .difference: ReconciliationRoutes.path(of: ID(page))
        case .repricing: ConsolePlanRoutes.prices.path(ID(page))
        case .taxRule: TaxRoutes.show.path()
        case .key: ConsoleKeyRoutes.askRevoke.path(ID(page))
        case .request: ConsoleRoutes.log(ofRequest: title)
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
        case .order: OrderRoutes.show.path(ID(page))
        case .subscription: SubscriptionRoutes.show.path(ID(page))
        case .payment, .refund, .invoice: InvoiceRoutes.show.path(ID(page))
        case .creditNote: CreditNoteRoutes.show.path(ID(page))
        case .domain: DomainRoutes.list.path()
        case .license: LicenseRoutes.list.path()
        case .account, .customer, .server, .plan, .job, .dispute, .coupon, .dunning, .check, .key,
            .request, .ledgerAccount, .repricing, .difference, .brokenRule, .taxRule:
            DashboardRoutes.show.path()
        }
    }
}
