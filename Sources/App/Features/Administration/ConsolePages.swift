import Web

/// Every page of the staff's console.
enum ConsolePages {
    static func add(to router: inout Router<Services>) {
        ConsoleHomePages.add(to: &router)
        ConsoleOrderPages.add(to: &router)
        ConsolePaymentListPages.add(to: &router)
        ConsolePaymentPages.add(to: &router)
        ConsoleRecordedPaymentPages.add(to: &router)
        ConsoleSubscriptionPages.add(to: &router)
        ConsoleDunningPages.add(to: &router)
        ConsoleRehearsalPages.add(to: &router)
        ConsoleInvoicePages.add(to: &router)
        CreditNotePages.addConsole(to: &router)
        ConsoleCustomerPages.add(to: &router)
        ConsoleAccountPages.add(to: &router)
        ConsoleLicensePages.add(to: &router)
        ConsoleLicenseListPages.add(to: &router)
        ConsolePlanPages.add(to: &router)
        CouponPages.add(to: &router)
        ConsoleCreditPages.add(to: &router)
        ConsoleHeldCreditPages.add(to: &router)
        ConsoleRepricingPages.add(to: &router)
        ConsoleServerPages.add(to: &router)
        ConsoleDifferencePages.add(to: &router)
        BooksPages.add(to: &router)
        ConsoleJobPages.add(to: &router)
        ConsoleBulkPages.add(to: &router)
        ConsoleAuditPages.add(to: &router)
        ConsoleKeyPages.add(to: &router)
        ConsoleSettingPages.add(to: &router)
        TaxPages.add(to: &router)
    }
}

/// What somebody of the staff may do, so that pages show no button that would be refused.
struct ConsoleRights: Sendable {
    /// Orders and money.
    let movesMoney: Bool
    /// Plans, servers, keys and settings.
    let administers: Bool

    init(_ user: SignedInUser) {
        movesMoney = BillingLevel.admits(user.role)
        administers = AdminLevel.admits(user.role)
    }

    /// Where the audit log shows what happened to an object; nil for those who may not read it.
    func log(of objectID: String) -> String? {
        administers ? ConsoleRoutes.log(of: objectID) : nil
    }
}

extension UserContext {
    var rights: ConsoleRights { ConsoleRights(user) }
}
