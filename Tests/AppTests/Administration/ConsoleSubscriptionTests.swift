import App
import Core
import Foundation
import Postgres
import Testing
import Wire

@Suite struct ConsoleSubscriptionTests {
    @Test func `staff find a subscription, change it and end it`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, domain: "example.com")
            _ = try await app.savedCard(of: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let staff = try await StaffBrowser("billing", app)
            let list = "/console/subscriptions"
            for query in ["", "?q=example.com", "?q=\(ann.email)", "?status=active&sort=renews"] {
                #expect(try await staff.get(list + query).text.contains(id), "\(query)")
            }
            #expect(try await !staff.get(list + "?cycle=yearly").text.contains(id))
            let file = try await staff.get(list + ".csv")
            #expect(file.text.contains(id) && file.text.contains("29.00"))

            let page = "\(list)/\(id)"
            let shown = try await staff.get(page).text
            #expect(shown.contains("1 month at 29.00 USD = 29.00 USD"))
            #expect(shown.contains("Bought: Starter"))

            let plans = try await app.api.get("/api/v1/plans").json.list
            let other = try #require(
                plans.first { $0["slug"] == "professional" }?["id"]?.string
            )
            let offer = [("offer", "\(other):monthly"), ("quantity", "1")]
            let changed = try await staff.submit("\(page)/change", from: page, offer)
            #expect(changed.status == 303)
            let next = try await app.subscription(of: try await app.logInAgain(ann))
            #expect(next["plan_name"] == "Professional")

            _ = try await staff.submit("\(page)/cancel", from: page, [("end", "period_end")])
            #expect(try await app.subscription(of: ann)["cancel_at_period_end"] == true)
            _ = try await staff.submit("\(page)/reactivate", from: page)
            #expect(try await app.subscription(of: ann)["cancel_at_period_end"] == false)
            _ = try await staff.submit("\(page)/cancel", from: page, [("end", "forfeited")])
            #expect(try await app.subscription(of: ann)["status"] == "cancelled")
            try await app.requireCleanBooks()
        }
    }

    @Test func `support may look at subscriptions and not change them`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann)
            let id = try #require(try await app.subscription(of: ann)["id"]?.string)
            let staff = try await StaffBrowser("support", app)
            let page = "/console/subscriptions/\(id)"
            #expect(try await !staff.get(page).text.contains("Change the plan"))
            #expect(try await staff.get("\(page)/cancel").status == 403)
        }
    }

    @Test func `administrators write policies about unpaid bills`() async throws {
        try await TestApp.run { app in
            let staff = try await StaffBrowser("admin", app)
            let list = "/console/dunning"
            #expect(try await staff.get(list).text.contains("suspended on day 14"))
            let plans = try await app.api.get("/api/v1/plans").json.list
            let plan = try #require(plans[0]["id"]?.string)
            let fields = [
                ("retry_days", "1, 2"), ("reminder_days", ""), ("plan", plan),
                ("notice_day", "6"), ("termination_day", "20"),
            ]
            let made = try await staff.submit(
                list,
                from: "\(list)/new",
                fields + [("name", "Strict"), ("suspension_day", "5")]
            )
            #expect(made.status == 303, "\(made.text)")
            let shown = try await staff.get(list).text
            #expect(shown.contains("suspended on day 5") && shown.contains("Strict"))
            let odd = try await staff.submit(
                list,
                from: "\(list)/new",
                fields + [("name", "Odd"), ("suspension_day", "")]
            )
            #expect(odd.status == 422)
        }
    }
}
