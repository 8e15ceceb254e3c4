import App
import Core
import Foundation
import Support
import Testing
import Wire

@testable import App

/// Tax rules as administrators set them.
@Suite struct TaxRuleTests {
    private static let path = "/api/v1/admin/tax-rules"
    private static let rule: JSON = ["component": "VAT", "country": "DE", "rate": "19"]

    @Test func `only administrators set rules, and billing staff read them`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            #expect(try await app.statuses("GET", Self.path) == [401, 403, 403, 200, 200])
            let made = try await app.statuses("POST", Self.path, json: Self.rule)
            #expect(made == [401, 403, 403, 403, 201])
            let id = try await app.api.get(Self.path, token: try await app.token(of: "admin"))
                .list.first?["id"]?.string
            let end = "\(Self.path)/\(try #require(id))/end"
            let ended = try await app.statuses("POST", end, json: [:])
            #expect(ended == [401, 403, 403, 403, 204])
            let actions = try await app.history("txr", try #require(id)).map(\.action)
            #expect(actions == ["tax_rule.create", "tax_rule.end"])
        }
    }

    @Test func `two rules never say different things of one tax`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let first = try await app.setTaxRule("DE", "19")
            let again = try await app.api.post(Self.path, json: Self.rule, token: token)
            #expect(again.status == 409)
            #expect(again.json["code"] == "tax_rule_overlaps")
            _ = try await app.setTaxRule("DE", "7", more: [("product", "domain")])
            _ = try await app.setTaxRule("DE", "3", component: "Levy")
            let start = app.services.clock.now.addingTimeInterval(86_400)
            let end = try await app.api.post(
                "\(Self.path)/\(first)/end",
                json: ["at": .string(start.rfc3339)],
                token: token
            )
            #expect(end.status == 204, "\(end.text)")
            let next = try await app.setTaxRule(
                "DE",
                "20",
                more: [("valid_from", .string(start.rfc3339))]
            )
            let list = try await app.api.get(Self.path, token: token).list
            #expect(list.count == 4)
            #expect(list.first?["standing"] == "upcoming")
            try await app.endTaxRule(next)
            let gone = try await app.api.get("\(Self.path)/\(next)", token: token)
            #expect(gone.status == 404, "a rule that never began is taken away")
        }
    }

    @Test func `a rule does not end in the past, nor twice`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let rule = try await app.setTaxRule("DE", "19")
            let path = "\(Self.path)/\(rule)/end"
            let past = try await app.api.post(
                path,
                json: ["at": "2020-01-01T00:00:00Z"],
                token: token
            )
            #expect(past.fieldCodes == ["at": "in_the_past"])
            try await app.endTaxRule(rule)
            let twice = try await app.api.post(path, json: [:], token: token)
            #expect(twice.json["code"] == "tax_rule_ended", "\(twice.text)")
        }
    }

    @Test(arguments: [
        ("rate", "101", "rate"), ("rate", "19.00001", "rate"), ("rate", "-1", "rate"),
        ("rate", "1e1", "rate"), ("country", "XX", "country"), ("country", "de", "country"),
        ("region", "Bavaria", "region"), ("component", "", "component"),
    ])
    func `what makes no sense is refused`(field: String, value: String, wrong: String)
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.post(
                Self.path,
                json: Self.rule.setting(field, .string(value)),
                token: try await app.token(of: "admin")
            )
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.fieldCodes.keys.contains(wrong))
        }
    }

    @Test func `the console's pages set a rule, end it and exempt a customer`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let page = "/console/settings/tax"
            #expect(try await admin.get(page).text.contains("There is no rule"))
            let wrong = try await admin.submit(
                "\(page)/rules",
                from: "\(page)/rules/new",
                [("component", "VAT"), ("country", "DE"), ("rate", "abc")]
            )
            #expect(wrong.status == 422)
            let made = try await admin.submit(
                "\(page)/rules",
                from: "\(page)/rules/new",
                [("component", "VAT"), ("country", "DE"), ("rate", "19"), ("product", "hosting")]
            )
            #expect(made.location == page, "\(made.text)")
            #expect(try await admin.get(page).text.contains("Germany"))
            let saved = try await admin.submit(
                page,
                from: page,
                [
                    ("tax_id", "DE136695976"), ("registrations", "fr, it"),
                    ("rounding_unit", "invoice"), ("rounding", "half_away_from_zero"),
                ]
            )
            #expect(saved.location == page, "\(saved.text)")
            let policy = try await Settings(app.services).show().tax
            #expect(policy.registrations == ["FR", "IT"])
            #expect(policy.settings.unit == .invoice)

            let customer = try await app.demoCustomer
            let file = "/console/customers/\(customer)"
            let billing = try await StaffBrowser("billing", app)
            let granted = try await billing.submit(
                "\(file)/exemptions",
                from: "\(file)/exemptions/new",
                [("reason", "Certificate 9"), ("components", "VAT")]
            )
            #expect(granted.location == file, "\(granted.text)")
            #expect(try await billing.get(file).text.contains("Certificate 9"))
            #expect(try await StaffBrowser("support", app).get(page).status == 403)
        }
    }
}
