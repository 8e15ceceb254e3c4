import Core
import Web
import Wire

/// The addresses of the staff's console.
enum ConsoleRoutes {
    static let home = Navigation.console
    static let advanceClock = Route(.post, "/console/clock")

    static let auditLog = Route(.get, "/console/audit")
    static let exportAuditLog = Route(.get, "/console/audit.csv")

    static let jobs = Route(.get, "/console/jobs")
    static let exportJobs = Route(.get, "/console/jobs.csv")
    static let askManyJobs = Route(.get, "/console/jobs/many")
    static let manyJobs = Route(.post, "/console/jobs/many")
    static let job = Route(.get, "/console/jobs/:id", ID<Job>.self)
    static let retryJob = Route(.post, "/console/jobs/:id/retry", ID<Job>.self)

    static let settings = Route(.get, "/console/settings")
    static let saveCompany = Route(.post, "/console/settings/company")
    static let saveDocuments = Route(.post, "/console/settings/documents")
    static let saveLogo = Route(.post, "/console/settings/logo")
    static let saveMail = Route(.post, "/console/settings/mail")
    static let saveRenewals = Route(.post, "/console/settings/renewals")
}

/// Staff's pages of orders and payments.
enum ConsoleOrderRoutes {
    static let list = Route(.get, "/console/orders")
    static let export = Route(.get, "/console/orders.csv")
    static let askMany = Route(.get, "/console/orders/many")
    static let many = Route(.post, "/console/orders/many")
    static let show = Route(.get, "/console/orders/:id", ID<Order>.self)
    static let events = Route(.get, "/console/orders/:id/events", ID<Order>.self)
    static let retry = Route(.post, "/console/orders/:id/retry", ID<Order>.self)
    static let askUndo = Route(.get, "/console/orders/:id/undo", ID<Order>.self)
    static let undo = Route(.post, "/console/orders/:id/undo", ID<Order>.self)
    static let askCancel = Route(.get, "/console/orders/:id/cancel", ID<Order>.self)
    static let cancel = Route(.post, "/console/orders/:id/cancel", ID<Order>.self)
    static let checkPayment = Route(.post, "/console/payments/:id/check", ID<Payment>.self)
    static let askReturn = Route(.get, "/console/payments/:id/return", ID<Payment>.self)
    static let returnPayment = Route(.post, "/console/payments/:id/return", ID<Payment>.self)
    static let invoice = Route(.get, "/console/invoices/:id", ID<Invoice>.self)
    static let invoicePDF = Route(.get, "/console/invoices/:id/pdf", ID<Invoice>.self)
}

/// Staff's pages of customers and of what they have.
enum ConsoleCustomerRoutes {
    static let list = Route(.get, "/console/customers")
    static let export = Route(.get, "/console/customers.csv")
    static let show = Route(.get, "/console/customers/:id", ID<Customer>.self)
    static let switchUser = Route(.post, "/console/users/:id/switch", ID<User>.self)

    static let account = Route(.get, "/console/accounts/:id", ID<HostingAccount>.self)
    static let askSuspend = Route(.get, "/console/accounts/:id/suspend", ID<HostingAccount>.self)
    static let suspend = Route(.post, "/console/accounts/:id/suspend", ID<HostingAccount>.self)
    static let unsuspend = Route(.post, "/console/accounts/:id/unsuspend", ID<HostingAccount>.self)
    static let clearPlanNote = Route(
        .post,
        "/console/accounts/:id/plan-is-set",
        ID<HostingAccount>.self
    )
    static let mailRevealLink = Route(
        .post,
        "/console/accounts/:id/reveal-link",
        ID<HostingAccount>.self
    )
    static let askRemove = Route(.get, "/console/accounts/:id/remove", ID<HostingAccount>.self)
    static let remove = Route(.post, "/console/accounts/:id/remove", ID<HostingAccount>.self)

    static let license = Route(.get, "/console/licenses/:id", ID<License>.self)
    static let setLicense = Route(.post, "/console/licenses/:id", ID<License>.self)
}

/// Staff's pages of subscriptions.
enum ConsoleSubscriptionRoutes {
    static let list = Route(.get, "/console/subscriptions")
    static let export = Route(.get, "/console/subscriptions.csv")
    static let rehearsal = Route(.get, "/console/rehearsal")
    static let show = Route(.get, "/console/subscriptions/:id", ID<Subscription>.self)
    static let preview = Route(.get, "/console/subscriptions/:id/change", ID<Subscription>.self)
    static let change = Route(.post, "/console/subscriptions/:id/change", ID<Subscription>.self)
    static let withdrawChange = Route(
        .post,
        "/console/subscriptions/:id/withdraw-change",
        ID<Subscription>.self
    )
    static let askCancel = Route(.get, "/console/subscriptions/:id/cancel", ID<Subscription>.self)
    static let cancel = Route(.post, "/console/subscriptions/:id/cancel", ID<Subscription>.self)
    static let reactivate = Route(
        .post,
        "/console/subscriptions/:id/reactivate",
        ID<Subscription>.self
    )
    static let exempt = Route(.post, "/console/customers/:id/dunning", ID<Customer>.self)
}

/// Staff's pages of what happens to unpaid services.
enum ConsoleDunningRoutes {
    static let list = Route(.get, "/console/dunning")
    static let new = Route(.get, "/console/dunning/new")
    static let create = Route(.post, "/console/dunning")
    static let edit = Route(.get, "/console/dunning/:id", ID<DunningTerms>.self)
    static let change = Route(.post, "/console/dunning/:id", ID<DunningTerms>.self)
    static let askRemove = Route(.get, "/console/dunning/:id/remove", ID<DunningTerms>.self)
    static let remove = Route(.post, "/console/dunning/:id/remove", ID<DunningTerms>.self)
}

/// Staff's pages of all licences.
enum ConsoleLicenseRoutes {
    static let list = Route(.get, "/console/licenses")
    static let export = Route(.get, "/console/licenses.csv")
    static let askMany = Route(.get, "/console/licenses/many")
    static let many = Route(.post, "/console/licenses/many")
}

/// Staff's pages of plans.
enum ConsolePlanRoutes {
    static let list = Route(.get, "/console/plans")
    static let export = Route(.get, "/console/plans.csv")
    static let new = Route(.get, "/console/plans/new")
    static let create = Route(.post, "/console/plans")
    static let edit = Route(.get, "/console/plans/:id", ID<Plan>.self)
    static let change = Route(.post, "/console/plans/:id", ID<Plan>.self)
    static let prices = Route(.get, "/console/plans/:id/prices", ID<Plan>.self)
    static let announcePrice = Route(.post, "/console/plans/:id/prices", ID<Plan>.self)
    static let withdrawPrice = Route(
        .post,
        "/console/repricings/:id/withdraw",
        ID<Repricing>.self
    )
    static let askRetire = Route(.get, "/console/plans/:id/retire", ID<Plan>.self)
    static let retire = Route(.post, "/console/plans/:id/retire", ID<Plan>.self)
}

/// Staff's pages of panel servers.
enum ConsoleServerRoutes {
    static let list = Route(.get, "/console/servers")
    static let differences = Route(.get, "/console/differences")
    static let sendMailAgain = Route(.post, "/console/mails/:id/send", ID<Mail>.self)
    static let export = Route(.get, "/console/servers.csv")
    static let new = Route(.get, "/console/servers/new")
    static let add = Route(.post, "/console/servers")
    static let show = Route(.get, "/console/servers/:id", ID<Server>.self)
    static let exportAccounts = Route(.get, "/console/servers/:id/accounts.csv", ID<Server>.self)
    static let edit = Route(.get, "/console/servers/:id/edit", ID<Server>.self)
    static let change = Route(.post, "/console/servers/:id/edit", ID<Server>.self)
    static let askRemove = Route(.get, "/console/servers/:id/remove", ID<Server>.self)
    static let remove = Route(.post, "/console/servers/:id/remove", ID<Server>.self)
    static let check = Route(.post, "/console/servers/:id/check", ID<Server>.self)
}

/// Staff's pages of panels' keys.
enum ConsoleKeyRoutes {
    static let list = Route(.get, "/console/api-keys")
    static let export = Route(.get, "/console/api-keys.csv")
    static let new = Route(.get, "/console/api-keys/new")
    static let create = Route(.post, "/console/api-keys")
    static let askRevoke = Route(.get, "/console/api-keys/:id/revoke", ID<APIKey>.self)
    static let revoke = Route(.post, "/console/api-keys/:id/revoke", ID<APIKey>.self)
}

extension ConsoleRoutes {
    /// The audit log of one object.
    static func log(of objectID: String) -> String {
        "\(auditLog.path())?object_id=\(objectID)"
    }

    /// What one request changed.
    static func log(ofRequest id: String) -> String {
        "\(auditLog.path())?\(FormFields([.init("request", id)]).encoded)"
    }
}

extension ConsoleOrderRoutes {
    /// The orders that wait for somebody.
    static var attention: String { "\(list.path())?status=\(OrderStatus.attention.rawValue)" }
}
