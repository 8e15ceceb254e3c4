import Core
import Web

/// What the audit log's words are to people.
enum AuditWords {
    /// The kinds of objects that have a history, by the beginning of their identifiers.
    static let objects: [(value: String, text: String)] = [
        (Order.idPrefix, "Orders"), (Invoice.idPrefix, "Invoices"),
        (Payment.idPrefix, "Payments"),
        (Subscription.idPrefix, "Subscriptions"), (DunningTerms.idPrefix, "Dunning policies"),
        (Customer.idPrefix, "Customers"), (User.idPrefix, "Users"),
        (HostingAccount.idPrefix, "Hosting accounts"), (License.idPrefix, "Licences"),
        (DomainRecord.idPrefix, "Domain names"), (Plan.idPrefix, "Plans"),
        (Server.idPrefix, "Servers"), (APIKey.idPrefix, "API keys"), (Job.idPrefix, "Jobs"),
        (Coupon.idPrefix, "Coupons"), (Credit.idPrefix, "Credits"),
        (Verification.idPrefix, "Checks of the books"),
        ("settings", "Settings"), ("clock", "Clock"),
    ]

    private static let sentences = [
        "order.place": "Order placed", "order.cancel": "Order cancelled",
        "order.bill_anew": "Bill follows the tax",
        "order.retry": "Order tried again", "order.undo": "Undoing of the order begun",
        "order.step_failed": "A step of the order failed",
        "order.complete": "Order completed", "order.undone": "Order undone",
        "invoice.draft": "Invoice drafted", "invoice.change": "Draft changed",
        "invoice.remove": "Draft removed", "invoice.void": "Invoice cancelled",
        "invoice.give_up": "Invoice given up", "invoice.send": "Invoice mailed",
        "invoice.credit": "Credit note issued", "document.change": "Look of documents changed",
        "document.change_logo": "Logo of documents changed",
        "invoice.link": "Link to the invoice made",
        "invoice.revoke_links": "Links to the invoice ended",
        "invoice.issue": "Invoice issued", "payment.refund": "Money given back",
        "payment.dispute_inquiry": "Bank asked about the payment",
        "payment.dispute_open": "Payment disputed", "payment.dispute_won": "Dispute won",
        "payment.dispute_lost": "Dispute lost", "payment.dispute_closed": "Dispute closed",
        "reconciliation.ask": "Comparison with the card processor asked for",
        "reconciliation.resolve": "Difference explained",
        "payment.place": "Money made credit",
        "registrar_payment.record": "Payment to a registrar recorded",
        "registrar_payment.reverse": "Payment to a registrar taken back",
        "payment.record": "Payment recorded", "payment.reverse": "Recorded payment taken back",
        "payment.ask_refund": "Refund asked for", "payment.refund_failed": "Refund failed",
        "payment.refund_seen": "Failed refund dealt with",
        "payment.return": "Return of the money begun", "license.issue": "Licence issued",
        "license.cancel": "Licence ended",
        "payment.settle": "Payment received", "payment.park": "Payment set aside for staff",
        "payment.dismiss": "Payment that brought nothing ended",
        "user.register": "Account registered", "user.log_in": "Logged in",
        "user.log_out": "Logged out", "user.update": "Details changed",
        "user.verify_email": "E-mail address verified",
        "user.change_email": "E-mail address changed", "user.change_password": "Password changed",
        "user.reset_password": "Password reset", "user.deactivate": "User deactivated",
        "user.create_admin": "Administrator made",
        "user.refresh_reused": "An old refresh token was used",
        "hosting_account.activate": "Hosting account made",
        "hosting_account.provision": "Hosting account asked for by hand",
        "hosting_account.reveal": "First password shown",
        "hosting_account.refuse": "A panel refused the hosting account",
        "hosting_account.suspend": "Hosting account suspended",
        "hosting_account.unsuspend": "Hosting account resumed",
        "hosting_account.delete": "Hosting account removed",
        "hosting_account.change_failed": "A panel did not change the hosting account",
        "hosting_account.reveal_link": "New link to the first password mailed",
        "license.set_status": "Licence status changed", "license.reveal": "Licence key shown",
        "domain.confirm": "Domain name confirmed", "clock.advance": "Clock moved",
        "api_key.create": "API key made", "api_key.revoke": "API key revoked",
        "job.retry": "Job tried again", "settings.change": "Settings changed",
        "subscription.change": "Subscription changed",
        "subscription.withdraw_change": "Change of the subscription withdrawn",
        "subscription.cancel": "Subscription cancelled",
        "subscription.withdraw_cancellation": "Cancellation withdrawn",
        "subscription.reactivate": "Subscription taken up again",
        "dunning_policy.create": "Dunning policy made",
        "dunning_policy.change": "Dunning policy changed",
        "dunning_policy.remove": "Dunning policy removed",
        "customer.dunning_exemption": "Exemption from dunning changed",
        "invoice.dunning": "Step about an unpaid invoice taken",
        "coupon.create": "Coupon made", "coupon.end": "Coupon ended",
        "credit.grant": "Credit given", "credit.revoke": "Credit taken back",
        "credit.release": "Disputed credit released",
        "credit.write_off": "Credit written off after a lost dispute",
        "plan.announce_price": "New price announced to those who have bought",
        "plan.withdraw_price": "Announced price withdrawn",
        "mail.send_again": "Mail sent again",
        "hosting_account.plan_set_by_hand": "Plan set at the panel by hand",
        "plan.create": "Plan made", "plan.change": "Plan changed",
        "plan.retire": "Plan taken off sale", "server.create": "Server added",
        "server.change": "Server changed", "server.remove": "Server removed",
        "server.check": "Server asked whether it is well",
        "verification.ask": "Check of the books asked for",
        "verification.find": "The books do not add up",
        "payment.check": "Card processor asked about the payment",
        "secrets.reseal": "Secrets sealed anew",
    ]

    /// The actions that have words of their own, to be suggested.
    static var actions: [String] { sentences.keys.sorted() }

    /// An action as a sentence: `order.retry` is "Order tried again".
    static func sentence(_ action: String) -> String {
        if let sentence = sentences[action] { return sentence }
        let words = action.replacing("_", with: " ").replacing(".", with: ": ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// Where an object is shown; nil for those without a page.
    static func path(type: String, id: String) -> String? {
        switch type {
        case Order.idPrefix: ID<Order>(id).map { ConsoleOrderRoutes.show.path($0) }
        case Subscription.idPrefix:
            ID<Subscription>(id).map { ConsoleSubscriptionRoutes.show.path($0) }
        case DunningTerms.idPrefix:
            ID<DunningTerms>(id).map { ConsoleDunningRoutes.edit.path($0) }
        case Invoice.idPrefix: ID<Invoice>(id).map { ConsoleOrderRoutes.invoice.path($0) }
        case RegistrarPayment.idPrefix:
            ID<RegistrarPayment>(id).map { RegistrarRoutes.payment.path($0) }
        case Customer.idPrefix: ID<Customer>(id).map { ConsoleCustomerRoutes.show.path($0) }
        case HostingAccount.idPrefix:
            ID<HostingAccount>(id).map { ConsoleCustomerRoutes.account.path($0) }
        case License.idPrefix: ID<License>(id).map { ConsoleCustomerRoutes.license.path($0) }
        case Coupon.idPrefix: ID<Coupon>(id).map { CouponRoutes.show.path($0) }
        case Plan.idPrefix: ID<Plan>(id).map { ConsolePlanRoutes.edit.path($0) }
        case Server.idPrefix: ID<Server>(id).map { ConsoleServerRoutes.show.path($0) }
        case Payment.idPrefix: ID<Payment>(id).map { ConsolePaymentRoutes.show.path($0) }
        case Job.idPrefix: ID<Job>(id).map { ConsoleRoutes.job.path($0) }
        case Verification.idPrefix: ID<Verification>(id).map { BooksRoutes.check.path($0) }
        case APIKey.idPrefix: ConsoleKeyRoutes.list.path()
        case "settings": ConsoleRoutes.settings.path()
        default: nil
        }
    }
}
