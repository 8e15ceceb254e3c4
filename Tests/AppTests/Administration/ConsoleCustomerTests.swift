import Core
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct ConsoleCustomerTests {
    @Test func `customers are found by part of a name and shown with all they have`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let order = try await app.placeDemoOrder()
            let license = try await app.makeLicense()
            let customer = try await app.demoCustomer
            let staff = try await StaffBrowser("support", app)
            let list = try await staff.get("/console/customers?q=CARLA")
            #expect(list.text.contains("/console/customers/\(customer.text)"))
            #expect(
                try await staff.get("/console/customers?q=nobody").text.contains("Nobody fits")
            )
            let page = try await staff.get("/console/customers/\(customer.text)")
            #expect(page.text.contains("/console/orders/\(order.text)"))
            #expect(page.text.contains("/console/licenses/\(license.id.text)"))
            #expect(page.text.contains("Order placed"))
            #expect(!page.text.contains(license.key.text))
        }
    }

    @Test func `a log-in is switched off and on by administrators alone`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let customer = try await app.demoCustomer
            let user = try await app.services.database.transaction(for: .system) {
                try #require(try $0.users(of: customer).first)
            }
            let browser = try await StaffBrowser("customer", app)
            let admin = try await StaffBrowser("admin", app)
            let path = "/console/users/\(user.id.text)/switch"
            let page = "/console/customers/\(customer.text)"
            #expect(try await admin.get(page).text.contains("Switch off"))
            let off = try await admin.submit(path, [("active", "no")])
            #expect(off.location == page)
            #expect(try await browser.get("/dashboard").location?.hasPrefix("/login") == true)
            #expect(try await admin.get(page).text.contains("Switched off"))
            let billing = try await StaffBrowser("billing", app)
            #expect(!(try await billing.get(page).text.contains("Switch on")))
            #expect(try await billing.submit(path, [("active", "yes")]).status == 403)
            _ = try await admin.submit(path, [("active", "yes")])
            #expect(try await StaffBrowser("customer", app).get("/dashboard").status == 200)
            #expect(
                try await app.auditActions(of: "usr", user.id.text).suffix(2) == [
                    "user.deactivate", "user.update",
                ]
            )
        }
    }

    @Test func `an account is suspended with a reason, resumed and removed`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let order = try await app.buy(by: person)
            let id = try #require(ID<Order>(order["id"]?.string ?? ""))
            let account = try await app.services.database.transaction(for: .system) { session in
                let item = try #require(try session.items(of: id).first)
                return try #require(try session.hostingAccount(ofItem: item.id)).id
            }
            let path = "/console/accounts/\(account.text)"
            let billing = try await StaffBrowser("billing", app)
            #expect(try await billing.get(path).text.contains("Storage"))
            let empty = try await billing.submit("\(path)/suspend", [("reason", " ")])
            #expect(empty.status == 422)
            #expect(empty.text.contains("Please fill this in."))
            let suspended = try await billing.submit(
                "\(path)/suspend",
                [("reason", "Sends <spam>")]
            )
            #expect(suspended.status == 303, "\(suspended.text)")
            #expect(try await billing.get(path).text.contains("Sends &lt;spam&gt;"))
            _ = try await billing.submit("\(path)/unsuspend")
            let admin = try await StaffBrowser("admin", app)
            #expect(try await admin.get("\(path)/remove").text.contains("for good"))
            let early = try await admin.submit("\(path)/remove")
            #expect(early.flash?.contains("failure:The subscription of this account") == true)
            let subscription = try #require(try await app.subscription(of: person)["id"]?.string)
            _ = try await app.api.post(
                "/api/v1/subscriptions/\(subscription)/cancel",
                json: ["at_period_end": false],
                token: person.token
            )
            _ = try await app.account(reaching: "suspended")
            _ = try await admin.submit("\(path)/remove")
            #expect(
                try await app.auditActions(of: "acc", account.text) == [
                    "hosting_account.activate", "hosting_account.suspend",
                    "hosting_account.unsuspend", "hosting_account.suspend",
                    "hosting_account.delete",
                ]
            )
            #expect(try await billing.get(path).text.contains("Ended"))
            let again = try await billing.submit("\(path)/unsuspend")
            #expect(again.flash?.contains("failure:The account is not") == true)
        }
    }

    @Test func `a licence changes its status once somebody is sure`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let path = "/console/licenses/\(license.id.text)"
            let billing = try await StaffBrowser("billing", app)
            let unsure = try await billing.submit(path, [("status", "suspended")])
            #expect(unsure.status == 422)
            #expect(unsure.text.contains("Tick this to go on."))
            let unknown = try await billing.submit(path, [("status", "gone"), ("sure", "yes")])
            #expect(unknown.status == 422)
            let sure = try await billing.submit(path, [("status", "suspended"), ("sure", "yes")])
            #expect(sure.status == 303)
            let stored = try await Licenses(app.services).show(license.id, for: .system)
            #expect(stored.status == .suspended)
            #expect(
                try await app.auditActions(of: "lic", license.id.text) == ["license.set_status"]
            )
            let page = try await billing.get(path)
            #expect(page.text.contains("<del>active</del>"))
            #expect(page.text.contains("<ins>suspended</ins>"))
        }
    }
}
