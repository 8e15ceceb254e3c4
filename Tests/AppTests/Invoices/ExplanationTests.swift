import Core
import Foundation
import Testing
import Wire

/// How an amount was computed stands wherever the invoice is read.
@Suite struct ExplanationTests {
    /// Buys a plan with a name, upgrades ten days later; the invoice of the upgrade.
    private func upgraded(_ app: TestApp, by person: Person) async throws -> ID<Invoice> {
        _ = try await app.buy(by: person, domain: "explained.com")
        _ = try await app.savedCard(of: person)
        let subscription = try #require(try await app.subscription(of: person)["id"]?.string)
        try await app.pass(days: 10)
        let changed = try await app.api.put(
            "/api/v1/subscriptions/\(subscription)",
            json: ["plan_id": .string(try await app.plan("professional"))],
            token: try await app.logInAgain(person).token
        )
        try #require(changed.status == 200, "\(changed.text)")
        let invoices = try await app.invoices(of: person, count: 2)
        // What is listed says of each line what the invoice by itself says.
        for listed in invoices {
            let id = try #require(ID<Invoice>(listed["id"]?.string ?? ""))
            #expect(listed["lines"] == (try await app.invoice(id))["lines"])
        }
        let first = invoices[1]["lines"]?.array?.map { $0["explanation"] ?? "missing" }
        #expect(first == ["1 month at 29.00 USD = 29.00 USD", .null])
        return try #require(ID<Invoice>(invoices[0]["id"]?.string ?? ""))
    }

    @Test func `an upgrade is explained in the API, on both pages and in the file`() async throws {
        try await TestApp.run { app in
            let ann = try await app.register()
            let id = try await upgraded(app, by: ann)
            let lines = try #require(try await app.invoice(id)["lines"]?.array)
            let sentences = lines.compactMap { $0["explanation"]?.string }
            try #require(sentences.count == 2)
            #expect(sentences[0].hasPrefix("Unused: "))
            #expect(sentences[0].contains(" at 29.00 USD = "))
            #expect(sentences[1].contains(" at 99.00 USD = "))

            let behindLink = try await app.portal.get(try await app.link(to: id))
            let login = [("email", ann.email), ("password", "correct horse battery")]
            try #require(try await app.portal.submit("/login", login).status == 303)
            let page = try await app.portal.get("/invoices/\(id.text)")
            let answer = try await app.portal.get("/invoices/\(id.text)/pdf")
            let file = try PDFFile(answer.body)
            let embedded = try JSON(reading: Array(try file.attachment().utf8))
            #expect(embedded["lines"]?.array?.compactMap { $0["explanation"]?.string } == sentences)
            let words = try file.words()
            for sentence in sentences {
                #expect(behindLink.text.contains(sentence), "\(sentence)")
                #expect(page.text.contains(sentence), "\(sentence)")
                #expect(words.contains(sentence), "\(sentence) is not in \(words)")
            }
        }
    }
}
