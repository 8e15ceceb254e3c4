import Core
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct ConsoleCatalogueTests {
    private static let plan = [
        ("name", "Tiny"), ("slug", "tiny"), ("description", "For a <first> try."),
        ("price_monthly", "5"), ("price_yearly", "49.50"), ("max_domains", "1"),
        ("features", "1 domain\n\nMail"), ("active", "yes"),
    ]

    @Test func `a plan is made, repriced without touching what was sold, and retired`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let made = try await admin.submit("/console/plans", Self.plan)
            #expect(made.status == 303, "\(made.text)")
            let plan = try await Plans(app.services).show(.slug("tiny"))
            #expect(plan.price(.yearly)?.amount.minorUnits == 4_950)
            #expect(plan.quotas == Quotas(accounts: nil, domains: 1, databases: nil, emails: nil))
            #expect(plan.features == ["1 domain", "Mail"])
            let path = "/console/plans/\(plan.id.text)"
            let form = try await admin.get(path)
            #expect(form.text.contains("value=\"49.50\""))
            #expect(form.text.contains("keeps the price it was sold for"))
            let old = try #require(plan.price(.monthly)).id
            let dearer = Self.plan.map { $0.0 == "price_monthly" ? ($0.0, "6.00") : $0 }
            #expect(try await admin.submit(path, dearer).status == 303)
            let changed = try await Plans(app.services).show(plan.id)
            #expect(changed.price(.monthly)?.amount.minorUnits == 600)
            #expect(changed.price(.monthly)?.id != old)
            #expect(try await admin.get("\(path)/retire").text.contains("off sale"))
            #expect(try await admin.submit("\(path)/retire").location == "/console/plans")
            #expect(try await !Plans(app.services).show(plan.id).isActive)
            #expect(
                try await app.auditActions(of: "pln", plan.id.text)
                    == ["plan.create", "plan.change", "plan.retire"]
            )
        }
    }

    @Test func `a plan's form keeps what was typed beside what is wrong`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let answer = try await admin.submit(
                "/console/plans",
                [
                    ("name", "Odd"), ("slug", "Not A Slug"), ("price_monthly", "-1"),
                    ("max_domains", "-1"), ("features", "One\nTwo"),
                ]
            )
            #expect(answer.status == 422)
            #expect(answer.text.contains("value=\"Not A Slug\""))
            #expect(answer.text.contains("Use small letters, digits and single hyphens."))
            #expect(answer.text.contains("Enter an amount such as 29 or 29.50"))
            #expect(answer.text.contains("or nothing for unlimited"))
            #expect(answer.text.contains("One\nTwo"))
            let taken = try await admin.submit(
                "/console/plans",
                Self.plan.map { $0.0 == "slug" ? ($0.0, "starter") : $0 }
            )
            #expect(taken.status == 422)
            #expect(taken.text.contains("Another plan has this already."))
        }
    }

    @Test func `a server is removed, added again, edited and asked`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let old = try #require(try await Servers(app.services).list().last)
            #expect(old.name == "Sandbox panel 3")
            let gone = try await admin.submit("/console/servers/\(old.id.text)/remove")
            #expect(gone.location == "/console/servers")
            let fields = [
                ("name", "Third"), ("capacity", "40"), ("tags", "eu, fast"),
                ("base_url", old.baseURL), ("api_key", "npk_sandbox_3"),
                ("api_secret", "nps_sandbox_secret_3"),
            ]
            let added = try await admin.submit("/console/servers", fields)
            #expect(added.status == 303, "\(added.text)")
            let server = try #require(
                try await Servers(app.services).list().first { $0.name == "Third" }
            )
            #expect(server.tags == ["eu", "fast"] && server.capacity == 40)
            let path = "/console/servers/\(server.id.text)"
            let form = try await admin.get("\(path)/edit")
            #expect(!form.text.contains("nps_sandbox_secret_3"))
            #expect(!form.text.contains("npk_sandbox_3"))
            let edited = try await admin.submit(
                "\(path)/edit",
                [
                    ("name", "Third"), ("capacity", "41"), ("base_url", old.baseURL),
                    ("api_key", ""), ("api_secret", ""), ("location", "Frankfurt"),
                ]
            )
            #expect(edited.location == path, "\(edited.text)")
            let stored = try await Servers(app.services).show(server.id)
            #expect(stored.capacity == 41 && stored.location == "Frankfurt" && !stored.isActive)
            #expect(stored.secretSealed == server.secretSealed)
            let checked = try await admin.submit("\(path)/check")
            #expect(checked.flash?.contains("answers.") == true)
            #expect(
                try await app.auditActions(of: "srv", server.id.text)
                    == ["server.create", "server.change", "server.check"]
            )
        }
    }

    @Test func `a server that does not answer is not added, and its secret is not shown again`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let answer = try await admin.submit(
                "/console/servers",
                [
                    ("name", "Fourth"), ("capacity", "many"), ("base_url", "ftp://x"),
                    ("api_key", "npk_x"), ("api_secret", "very-secret"),
                ]
            )
            #expect(answer.status == 422)
            #expect(answer.text.contains("value=\"Fourth\""))
            #expect(answer.text.contains("value=\"many\""))
            #expect(answer.text.contains("value=\"npk_x\""))
            #expect(!answer.text.contains("very-secret"))
            let silent = try await admin.submit(
                "/console/servers",
                [
                    ("name", "Fourth"), ("capacity", "1"), ("base_url", "http://127.0.0.1:9"),
                    ("api_key", "npk_x"), ("api_secret", "very-secret"),
                ]
            )
            #expect(silent.status == 422)
            #expect(silent.text.contains("does not answer"))
            #expect(!silent.text.contains("very-secret"))
            #expect(try await Servers(app.services).list().count == 3)
        }
    }
}
