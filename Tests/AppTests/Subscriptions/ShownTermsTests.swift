import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// Whoever was shown a price pays that price, or is told of the new one first.
@Suite struct ShownTermsTests {
    private func subscribed(_ app: TestApp) async throws -> (Person, path: String) {
        let ann = try await app.register()
        _ = try await app.buy(by: ann)
        _ = try await app.savedCard(of: ann)
        let id = try #require(try await app.subscription(of: ann)["id"]?.string)
        return (ann, "/api/v1/subscriptions/\(id)")
    }

    @Test func `a change whose price has changed since it was shown is not made`() async throws {
        try await TestApp.run { app in
            let (ann, path) = try await subscribed(app)
            let wish: JSON = [
                "plan_id": .string(try await app.plan("professional")), "when": "now",
            ]
            let shown = try await app.api.post("\(path)/preview", json: wish, token: ann.token)
            let terms = try #require(shown.json["terms"], "\(shown.text)")
            try await app.setPrice(of: try await app.plan("professional"), to: 19_900)
            let asked = wish.setting("terms", terms)
            let refused = try await app.api.put(path, json: asked, token: ann.token)
            #expect(refused.status == 409 && refused.code == "price_changed", "\(refused.text)")
            #expect(refused.json["detail"]?.string?.contains("199.00") == true, "\(refused.text)")
            #expect(try await app.count("SELECT 1 FROM subscription_events") == 1)
            #expect(try await app.count("SELECT 1 FROM invoices") == 1)
            let again = try await app.api.post("\(path)/preview", json: asked, token: ann.token)
            let made = try await app.api.put(
                path,
                json: wish.setting("terms", try #require(again.json["terms"])),
                token: ann.token
            )
            #expect(made.status == 200, "\(made.text)")
        }
    }

    @Test func `hours that pass between preview and change refuse nothing`() async throws {
        try await TestApp.run { app in
            let (ann, path) = try await subscribed(app)
            try await app.pass(days: 10)
            let fresh = try await app.logInAgain(ann)
            for wish in [
                ["quantity": 3, "when": "now"], ["quantity": 2],
                ["billing_cycle": "yearly", "when": "now"],
            ] as [JSON] {
                let shown = try await app.api.post(
                    "\(path)/preview",
                    json: wish,
                    token: try await app.logInAgain(fresh).token
                )
                let terms = try #require(shown.json["terms"], "\(shown.text)")
                try await app.pass(days: 0.2)
                let made = try await app.api.put(
                    path,
                    json: wish.setting("terms", terms),
                    token: try await app.logInAgain(fresh).token
                )
                #expect(made.status == 200, "\(made.text)")
            }
        }
    }

    @Test func `coming back costs what was shown`() async throws {
        try await TestApp.run { app in
            let (ann, path) = try await subscribed(app)
            let left = try await app.api.post(
                "\(path)/cancel",
                json: ["at_period_end": false],
                token: ann.token
            )
            #expect(left.json["status"] == "cancelled", "\(left.text)")
            let shown = try await app.api.get("\(path)/reactivate", token: ann.token)
            #expect(shown.json["total"]?["amount"] == 2_900, "\(shown.text)")
            let terms = try #require(shown.json["terms"])
            try await app.setPrice(of: try await app.plan("starter"), to: 3_900)
            let refused = try await app.api.post(
                "\(path)/reactivate",
                json: ["terms": terms],
                token: ann.token
            )
            #expect(refused.code == "price_changed", "\(refused.text)")
            let browser = try await StaffBrowser(ann.email, app)
            let page = path.replacing("/api/v1", with: "")
            #expect(try await browser.get(page).text.contains("$39.00 now"))
            // As a page does that was opened before the end, and says "Do not cancel".
            let stale = try await browser.submit("\(page)/reactivate", from: page)
            #expect(stale.flash?.contains("costs something else now") == true)
            #expect(try await app.subscription(of: ann)["status"] == "cancelled")
            let now = try #require(try await browser.get(page).hidden("terms"))
            _ = try await browser.submit("\(page)/reactivate", from: page, [("terms", now)])
            #expect(try await app.subscription(of: ann)["status"] == "active")
            #expect(try await app.count("SELECT 1 FROM invoices WHERE total_minor = 3900") == 1)
        }
    }

    @Test func `coming back costs the same in the very second of the purchase and after it`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, path) = try await subscribed(app)
            _ = try await app.api.post(
                "\(path)/cancel",
                json: ["at_period_end": false],
                token: ann.token
            )
            // What ended was bought in the second in which the first of the two is asked for.
            let pair = try await eventually("two previews of one second") {
                let after = try await app.api.get("\(path)/reactivate", token: ann.token).json
                let end = try #require(after["next_bill_at"]?.string)
                try await app.run(
                    "UPDATE subscriptions SET current_period_end = \(end)::text::timestamptz"
                )
                let within = try await app.api.get("\(path)/reactivate", token: ann.token).json
                return within["next_bill_at"]?.string == end ? (within, after) : nil
            }
            #expect(pair.0["terms"] == pair.1["terms"])
        }
    }

    @Test func `staff who take up an ended one again are shown its price and held to it`()
        async throws
    {
        try await TestApp.run { app in
            let (ann, path) = try await subscribed(app)
            let left = try await app.api.post(
                "\(path)/cancel",
                json: ["at_period_end": false],
                token: ann.token
            )
            #expect(left.json["status"] == "cancelled", "\(left.text)")
            let staff = try await StaffBrowser("billing", app)
            let page = path.replacing("/api/v1", with: "/console")
            let shown = try await staff.get(page)
            #expect(shown.text.contains("Its customer pays $29.00 now, $29.00 monthly."))
            let terms = try #require(shown.hidden("terms"))
            try await app.setPrice(of: try await app.plan("starter"), to: 3_900)
            for fields in [[("terms", terms)], []] {
                let refused = try await staff.submit("\(page)/reactivate", from: page, fields)
                #expect(refused.flash?.contains("costs something else now") == true)
            }
            #expect(try await app.subscription(of: ann)["status"] == "cancelled")
            let now = try #require(try await staff.get(page).hidden("terms"))
            _ = try await staff.submit("\(page)/reactivate", from: page, [("terms", now)])
            #expect(try await app.subscription(of: ann)["status"] == "active")
        }
    }

    @Test func `coming back may be asked for without a body`() async throws {
        try await TestApp.run { app in
            let (ann, path) = try await subscribed(app)
            let back = try await app.api.post("\(path)/reactivate", token: ann.token)
            #expect(back.status == 409 && back.code == "nothing_to_withdraw", "\(back.text)")
        }
    }
}
