import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

/// Who sees which page of the console; the pages are rendered with something on them.
@Suite struct ConsoleAccessTests {
    @Test func `staff see what their role may see, and customers nothing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let pages = try await ConsoleAddresses(app)
            let support = try await StaffBrowser("support", app)
            let billing = try await StaffBrowser("billing", app)
            let admin = try await StaffBrowser("admin", app)
            let customer = try await StaffBrowser("customer", app)
            for path in pages.forStaff + pages.forBilling + pages.forAdmins {
                let isForStaff = pages.forStaff.contains(path)
                let isForBilling = pages.forBilling.contains(path)
                #expect(try await support.get(path).status == (isForStaff ? 200 : 403), "\(path)")
                #expect(
                    try await billing.get(path).status == (isForStaff || isForBilling ? 200 : 403),
                    "\(path)"
                )
                let page = try await admin.get(path)
                #expect(page.status == 200, "\(path): \(page.text.prefix(2_000))")
                #expect(page.text.contains("</html>"))
                #expect(try await customer.get(path).status == 403, "\(path)")
            }
        }
    }

    @Test func `actions are refused to roles that may not do them`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let pages = try await ConsoleAddresses(app)
            let support = try await StaffBrowser("support", app)
            let billing = try await StaffBrowser("billing", app)
            for path in pages.billingActions {
                #expect(try await support.submit(path).status == 403, "\(path)")
            }
            for path in pages.adminActions {
                #expect(try await billing.submit(path).status == 403, "\(path)")
            }
        }
    }

    @Test func `nobody is shown a door that stays shut`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let server = try #require(try await app.servers().first).id
            let account = try await app.storeAccount(on: server)
            let path = "/console/accounts/\(account.text)"
            for name in ["support", "billing", "admin"] {
                let page = try await StaffBrowser(name, app).get(path).text
                #expect(page.contains("\(path)/remove") == (name == "admin"), "\(name)")
                #expect(page.contains("/console/audit") == (name == "admin"), "\(name)")
                #expect(page.contains("\(path)/suspend") == (name != "support"), "\(name)")
            }
        }
    }

    @Test func `what staff ask servers and the processor is in the audit log`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let server = try #require(try await app.servers().first).id.text
            let admin = try await StaffBrowser("admin", app)
            _ = try await admin.submit("/console/servers/\(server)/check")
            #expect(try await app.auditActions(of: "srv", server) == ["server.check"])
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let order = try #require(placed["id"]?.string)
            _ = try await app.openCheckout(order, by: ann)
            let payment = try #require(try await app.payment(of: order, by: ann)["id"]?.string)
            let billing = try await StaffBrowser("billing", app)
            let answer = try await billing.submit("/console/payments/\(payment)/check")
            #expect(answer.status == 303)
            #expect(try await app.auditActions(of: "pay", payment) == ["payment.check"])
        }
    }

    @Test func `a form without its token changes nothing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let ofAVisitor = try #require(try await app.portal.get("/login").csrfToken)
            for token in ["", "made-up", ofAVisitor] {
                let answer = try await admin.submit(
                    "/console/settings/mail",
                    token: token,
                    [("welcome_mail_shows_password", "yes")]
                )
                #expect(answer.status == 403)
                #expect(try await !Settings(app.services).show().welcomeMailShowsPassword)
            }
        }
    }

    @Test func `strangers are asked to log in and come back`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.portal.get("/console/orders?status=attention")
            #expect(answer.status == 303)
            #expect(answer.location?.hasPrefix("/login?next=") == true)
        }
    }
}

/// The console's addresses, with things that are there.
private struct ConsoleAddresses {
    let forStaff: [String]
    let forBilling: [String]
    let forAdmins: [String]
    let billingActions: [String]
    let adminActions: [String]

    init(_ app: TestApp) async throws {
        let order = try await app.placeDemoOrder()
        let license = try await app.makeLicense()
        let customer = try await app.demoCustomer.text
        let found = try await app.services.database.transaction(for: .system) { session in
            (
                plan: try #require(try session.plans(onlyActive: true, currency: .usd).first).id,
                server: try #require(try session.servers().first).id,
                key: try #require(try session.apiKeys(before: nil, most: 1).first).id,
                invoice: try #require(try session.invoice(ofOrder: order)).id
            )
        }
        let account = try await app.storeAccount(on: found.server)
        let job = try await app.storeDeadJob()
        let (plan, server, key) = (found.plan.text, found.server.text, found.key.text)
        forStaff = [
            "/console", "/console/orders", "/console/orders?q=10001&status=pending",
            "/console/orders/\(order.text)", "/console/invoices/\(found.invoice.text)",
            "/console/invoices", "/console/invoices?q=INV&status=overdue&issued_from=2026-01-01",
            "/console/customers", "/console/customers/\(customer)",
            "/console/accounts/\(account.text)", "/console/licenses/\(license.id.text)",
            "/console/plans", "/console/servers", "/console/servers/\(server)",
            "/console/jobs", "/console/jobs?status=queued", "/console/jobs/\(job.text)",
        ]
        forBilling = [
            "/console/invoices/new", "/console/invoices/\(found.invoice.text)/issue",
            "/console/invoices/\(found.invoice.text)/void",
            "/console/invoices/\(found.invoice.text)/uncollectible",
            "/console/invoices/\(found.invoice.text)/remove",
            "/console/orders/\(order.text)/undo", "/console/orders/\(order.text)/cancel",
            "/console/accounts/\(account.text)/suspend",
        ]
        forAdmins = [
            "/console/audit", "/console/accounts/\(account.text)/remove",
            "/console/plans/new", "/console/plans/\(plan)", "/console/plans/\(plan)/retire",
            "/console/servers/new", "/console/servers/\(server)/edit",
            "/console/servers/\(server)/remove", "/console/api-keys", "/console/api-keys/new",
            "/console/api-keys/\(key)/revoke", "/console/settings",
        ]
        billingActions = [
            "/console/invoices", "/console/invoices/\(found.invoice.text)/issue",
            "/console/invoices/\(found.invoice.text)/send",
            "/console/invoices/\(found.invoice.text)/void",
            "/console/orders/\(order.text)/retry", "/console/orders/\(order.text)/undo",
            "/console/orders/\(order.text)/cancel", "/console/accounts/\(account.text)/suspend",
            "/console/accounts/\(account.text)/unsuspend",
            "/console/accounts/\(account.text)/reveal-link", "/console/licenses/\(license.id.text)",
            "/console/jobs/\(job.text)/retry",
        ]
        adminActions = [
            "/console/clock", "/console/accounts/\(account.text)/remove", "/console/plans",
            "/console/plans/\(plan)",
            "/console/plans/\(plan)/retire", "/console/servers",
            "/console/servers/\(server)/edit", "/console/servers/\(server)/remove",
            "/console/servers/\(server)/check", "/console/api-keys",
            "/console/api-keys/\(key)/revoke", "/console/settings/company",
            "/console/settings/mail",
        ]
    }
}
