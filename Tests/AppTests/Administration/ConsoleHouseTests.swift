import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct ConsoleHouseTests {
    @Test func `a dead job is listed, read and tried again`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.storeDeadJob()
            let path = "/console/jobs/\(id.text)"
            let support = try await StaffBrowser("support", app)
            let list = try await support.get("/console/jobs")
            #expect(list.text.contains("the &lt;mail&gt; server said no"))
            #expect(!list.text.contains("\(path)/retry"))
            #expect(
                try await support.get("/console/jobs?kind=order.undo").text.contains("No job of")
            )
            let billing = try await StaffBrowser("billing", app)
            #expect(try await billing.get(path).text.contains("\(path)/retry"))
            #expect(try await billing.submit("\(path)/retry").location == path)
            #expect(try await JobBoard(app.services).show(id).status == .queued)
            #expect(try await app.auditActions(of: "job", id.text) == ["job.retry"])
        }
    }

    @Test func `the audit log is filtered by object, action and person`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let order = try await app.placeDemoOrder()
            let admin = try await StaffBrowser("admin", app)
            _ = try await admin.submit(
                "/console/settings/mail",
                [("welcome_mail_shows_password", "yes")]
            )
            let person = try await admin.get("/console/audit?actor=ADMIN%40example")
            #expect(person.text.contains("Settings changed"))
            #expect(!person.text.contains("Order placed"))
            let object = try await admin.get("/console/audit?object_id=\(order.text)")
            #expect(object.text.contains("Order placed"))
            #expect(object.text.contains("/console/orders/\(order.text)"))
            let action = try await admin.get(
                "/console/audit?action=settings.change&object_type=ord"
            )
            #expect(action.text.contains("Nothing fits these filters"))
        }
    }

    @Test func `a key's secret is shown once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let wrong = try await admin.submit(
                "/console/api-keys",
                [("name", "Panel"), ("scopes", "usage:write"), ("addresses", "10.0.0.1\nhome")]
            )
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("“home” is not an address"))
            #expect(wrong.text.contains("10.0.0.1\nhome"))
            let none = try await admin.submit("/console/api-keys", [("name", "Panel")])
            #expect(none.text.contains("Choose at least one."))
            let made = try await admin.submit(
                "/console/api-keys",
                [("name", "Panel"), ("scopes", "usage:write"), ("addresses", "10.0.0.0/8")]
            )
            #expect(made.status == 200)
            #expect(made.headers["Cache-Control"] == "no-store")
            let secret = try #require(made.text.firstMatch(of: #/data-copy="(nps_[^"]+)"/#)).1
            let key = try #require(
                try await APIKeys(app.services).list(before: nil, most: 1).first
            )
            #expect(key.scopes == ["usage:write"] && key.allowedAddresses == ["10.0.0.0/8"])
            #expect(try await !admin.get("/console/api-keys").text.contains(secret))
            let path = "/console/api-keys/\(key.id.text)/revoke"
            #expect(try await admin.get(path).text.contains("refused at once"))
            #expect(try await admin.submit(path).location == "/console/api-keys")
            #expect(
                try await app.auditActions(of: "key", key.id.text)
                    == ["api_key.create", "api_key.revoke"]
            )
        }
    }

    @Test func `the company is saved as a whole, or the form tells what is missing`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let fields = [
                ("name", "Hosters"), ("email", "billing@hosters.example"), ("line1", "High St 1"),
                ("postal_code", "AB1"), ("city", "Leeds"), ("country", "GB"),
                ("phone_country_code", "+44"), ("phone", "113 496 0000"),
            ]
            let bad = fields.map { $0.0 == "email" ? ($0.0, "nowhere") : $0 }
            let refused = try await admin.submit("/console/settings/company", bad)
            #expect(refused.status == 422)
            #expect(refused.text.contains("Enter an e-mail address."))
            #expect(refused.text.contains("value=\"High St 1\""))
            let saved = try await admin.submit("/console/settings/company", fields)
            #expect(saved.location == "/console/settings")
            let company = try await Settings(app.services).show().company
            #expect(company.name == "Hosters" && company.phone.number == "1134960000")
            #expect(try await app.auditActions(of: "settings", "all") == ["settings.change"])
        }
    }

    @Test func `the clock moves in the sandbox for administrators alone`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let support = try await StaffBrowser("support", app)
            #expect(try await !support.get("/console").text.contains("Sandbox clock"))
            let admin = try await StaffBrowser("admin", app)
            #expect(try await admin.get("/console").text.contains("Sandbox clock"))
            let wrong = try await admin.submit("/console/clock", [("days", "-1"), ("hours", "0")])
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("Enter a whole number from 0 to 3650."))
        }
    }
}

@Suite struct ConsoleWordTests {
    @Test func `only what differs is shown of a change`() {
        let changes = AuditChange.between(
            ["status": "active", "price": 1, "name": "A"],
            ["status": "retired", "price": 1, "tags": ["x", "y"], "is_new": true]
        )
        #expect(
            changes == [
                AuditChange(name: "Status", before: "active", after: "retired"),
                AuditChange(name: "Name", before: "A", after: nil),
                AuditChange(name: "Tags", before: nil, after: "x, y"),
                AuditChange(name: "Is new", before: nil, after: "yes"),
            ]
        )
        #expect(AuditChange.between(nil, nil).isEmpty)
        #expect(AuditWords.sentence("order.place") == "Order placed")
        #expect(AuditWords.sentence("some_thing.was_done") == "Some thing: was done")
    }

    @Test(arguments: [
        ("29", 2_900 as Int64?), ("29.5", 2_950), ("29.50", 2_950), ("0", 0), ("0.01", 1),
        ("29.505", nil), ("29,50", nil), (".5", nil), ("5.", nil), ("-1", nil), ("", nil),
        ("1e3", nil), ("٣", nil), ("99999999999", nil),
    ])
    func `amounts are read as people type them`(text: String, minorUnits: Int64?) {
        #expect(Money(typed: text, .usd)?.minorUnits == minorUnits)
    }

    @Test func `a currency without decimals takes none`() {
        #expect(Money(typed: "500", .jpy)?.minorUnits == 500)
        #expect(Money(typed: "500.0", .jpy) == nil)
        #expect(Money(typed: "1.234", .kwd)?.minorUnits == 1_234)
    }

    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_000, "1.0 kB"), (1_450_000, "1.4 MB"),
    ])
    func `sizes are told in steps of a thousand`(bytes: Int64, text: String) {
        #expect(bytes.bytesText == text)
    }
}
