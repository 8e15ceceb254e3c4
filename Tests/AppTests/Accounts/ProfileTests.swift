import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct ProfileTests {
    @Test func `what is left out of a change stays and null takes away`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let path = "/api/v1/auth/me"
            let first = try await app.api.put(
                path,
                json: [
                    "company": "Example Ltd",
                    "phone": ["country_code": "44", "number": "2079460000"],
                    "address": [
                        "line1": "1 High Street", "city": "London", "postal_code": "N1 1AA",
                        "country": "GB",
                    ],
                ],
                token: person.token
            )
            #expect(first.status == 200, "\(first.text)")
            #expect(first.json["full_name"]?.string == "Ann Example")
            #expect(first.json["address"]?["city"]?.string == "London")
            let second = try await app.api.put(
                path,
                json: ["full_name": "Ann Other", "company": nil],
                token: person.token
            )
            #expect(second.json["full_name"]?.string == "Ann Other")
            #expect(second.json["company"] == .null)
            #expect(second.json["phone"]?["number"]?.string == "2079460000")
        }
    }

    @Test(arguments: ["role", "active", "email_verified", "id", "customer_id"])
    func `what a user may not set is refused`(_ field: String) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let answer = try await app.api.put(
                "/api/v1/auth/me",
                json: .object([JSON.Member(field, "admin")]),
                token: person.token
            )
            #expect(answer.fieldCodes == [field: "unknown_field"])
        }
    }

    @Test func `staff have their account in the console, customers in the shop`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let staff = try await StaffBrowser("support", app)
            let customer = try await StaffBrowser("customer", app)
            for path in ["/account", "/account/password", "/account/email"] {
                let console = try await staff.get(path).text
                #expect(console.contains("class=\"console-side\""), "\(path)")
                let shop = try await customer.get(path)
                #expect(shop.status == 200 && !shop.text.contains("console-side"), "\(path)")
            }
        }
    }

    @Test func `the account page keeps what was typed and says what is missing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            _ = try await app.logInToPortal(person.email, goodPassword)
            let refused = try await app.portal.submit(
                "/account/profile",
                from: "/account",
                [("full_name", "Ann <b>Bold</b>"), ("line1", "1 High Street")]
            )
            #expect(refused.status == 422)
            #expect(refused.text.contains("Ann &lt;b&gt;Bold"))
            #expect(refused.text.contains("Needed for a complete address."))
            let saved = try await app.portal.submit(
                "/account/profile",
                from: "/account",
                [
                    ("full_name", "Ann"), ("phone_country_code", "+44"),
                    ("phone", "(20) 7946-0000"), ("line1", "1 High Street"), ("city", "London"),
                    ("postal_code", "N1 1AA"), ("country", "GB"),
                ]
            )
            #expect(saved.status == 303)
            let me = try await app.api.get("/api/v1/auth/me", token: person.token)
            #expect(me.json["phone"]?["number"]?.string == "2079460000")
            #expect(me.json["address"]?["country"]?.string == "GB")
            let buyer = try await app.services.database.transaction(for: .system) { session in
                try session.buyer(
                    try session.one("SELECT id FROM customers WHERE email = \(person.email)") {
                        try $0.id("id")
                    }
                )
            }
            #expect(buyer.address.last == "United Kingdom")
        }
    }
}
