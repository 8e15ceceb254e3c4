import Core
import Web

/// A page that is reached by what one wants there.
struct FinderPlace: Sendable {
    let text: String
    let path: String

    /// The pages of a reader whose names have all of the words that were typed.
    static func all(fitting text: String, for role: Role) -> [FinderPlace] {
        let words = text.lowercased().split(separator: " ")
        return all(for: role).filter { place in
            let name = place.text.lowercased()
            return words.allSatisfy { name.contains($0) }
        }
    }

    static func all(for role: Role) -> [FinderPlace] {
        guard role.isStaff else { return ofCustomers }
        let sections = ConsoleSection.allCases.filter { $0.isOpen(to: role) }.map(\.item)
        return sections.map { FinderPlace($0.text, $0.path) } + ofStaff
            + (BillingLevel.admits(role) ? ofBilling : [])
            + (AdminLevel.admits(role) ? ofAdministrators : [])
    }

    private init(_ text: String, _ path: String) {
        self.text = text
        self.path = path
    }

    private init(_ text: String, _ route: Route<>) { self.init(text, route.path()) }

    private static let ofCustomers =
        Navigation.customer.map { FinderPlace($0.text, $0.path) } + [
            FinderPlace("New order", CartRoutes.new),
            FinderPlace("Plans and prices", MarketingRoutes.pricing),
            FinderPlace("Look for a domain name", SearchRoutes.search),
            FinderPlace("Cart", CartRoutes.show),
            FinderPlace("Saved cards", CardRoutes.list),
            FinderPlace("Your account", AccountRoutes.account),
            FinderPlace("Change the password", AccountRoutes.passwordPage),
            FinderPlace("Change the e-mail address", AccountRoutes.emailPage),
        ]

    private static let ofStaff = [
        FinderPlace("Orders that need attention", ConsoleOrderRoutes.attention),
        FinderPlace("Differences to the panels", ConsoleServerRoutes.differences),
        FinderPlace("Dunning policies", ConsoleDunningRoutes.list),
        FinderPlace("Disputes", ConsoleDisputeRoutes.list),
        FinderPlace("Reconciliation", ReconciliationRoutes.show),
        FinderPlace("Entries of the books", BooksRoutes.entries),
        FinderPlace("Trial balance", BooksRoutes.trialBalance),
        FinderPlace("Checks of the books", BooksRoutes.checks),
        FinderPlace("Rehearsal: what will happen", ConsoleSubscriptionRoutes.rehearsal),
        FinderPlace("Your account", AccountRoutes.account),
    ]

    private static let ofBilling = [
        FinderPlace("Write an invoice", ConsoleInvoiceRoutes.new),
        FinderPlace("New coupon", CouponRoutes.new),
    ]

    private static let ofAdministrators = [
        FinderPlace("New plan", ConsolePlanRoutes.new),
        FinderPlace("New server", ConsoleServerRoutes.new),
        FinderPlace("New API key", ConsoleKeyRoutes.new),
        FinderPlace("New dunning policy", ConsoleDunningRoutes.new),
        FinderPlace("New tax rule", TaxRoutes.newRule),
        FinderPlace("Taxes", TaxRoutes.show),
    ]
}
