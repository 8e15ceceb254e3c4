import Core
import Foundation
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

/// Numbers have no gaps and no doubles, whoever issues at the same time.
@Suite struct InvoiceNumberTests {
    @Test(.long) func `two hundred issues at once over two series leave no gap and no double`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let drafts = InvoiceDrafts(app.services)
            let customer = try await app.demoCustomer
            let bill = ManualInvoice(
                currency: .usd,
                lines: [
                    ManualLine(
                        description: "Work",
                        quantity: 1,
                        unitPrice: Money(minorUnits: 500, .usd)
                    )
                ]
            )
            for year in 0..<2 {
                _ = try await atOnce(100) { turn in
                    let id = try await drafts.create(bill, for: customer, actor: .system)
                    // Of two who issue one draft, one does.
                    let outcomes = try await atOnce(2) { _ in
                        do {
                            try await drafts.issue(id, actor: .system)
                            return true
                        } catch let problem as Problem where problem.status == 409 {
                            return false
                        }
                    }
                    #expect(outcomes.count { $0 } == 1)
                    return turn
                }
                if year == 0 { app.clock.advance(seconds: 366 * 86_400) }
            }
            let series = try await app.services.database.transaction(for: .system) { session in
                try session.all(
                    """
                    SELECT series_id, min(number) AS first, max(number) AS last,
                        count(DISTINCT number) AS numbers, count(*) AS invoices
                    FROM invoices GROUP BY 1 ORDER BY 1
                    """
                ) { row in
                    [
                        try row.get("first", as: Int64.self), try row.get("last"),
                        try row.get("numbers"), try row.get("invoices"),
                    ]
                }
            }
            #expect(series == [[1, 100, 100, 100], [1, 100, 100, 100]])
            // Nobody works on jobs here, so that these are late.
            let findings = try await Verifications(app.services).check().findings
            #expect(findings.filter { !$0.name.hasPrefix("job.") } == [])
        }
    }

    @Test func `of paying and cancelling at once, one wins`() async throws {
        try await TestApp.run { app in
            for turn in 0..<6 {
                let id = try await app.issueInvoice()
                let page = try await Checkouts(app.services).open(
                    id,
                    for: .system,
                    returningTo: Checkouts.ReturnAddresses(
                        success: "http://127.0.0.1/",
                        cancel: "http://127.0.0.1/"
                    ),
                    keepingCard: true
                )
                async let voided = app.doTo(id, "void")
                if turn.isMultiple(of: 2) { try await Task.sleep(for: .milliseconds(turn * 10)) }
                app.pay(page.sessionID)
                let answer = try await voided
                #expect([200, 409].contains(answer.status), "\(answer.text)")
                let ended = try await eventually("an end") {
                    let status = try await app.invoice(id)["status"]?.string
                    return ["paid", "void"].contains(status) ? status : nil
                }
                #expect((ended == "void") == (answer.status == 200))
            }
            try await app.requireCleanBooks()
            #expect(try await app.balance("receivable") == 0)
        }
    }
}
