import Core
import Foundation
import Postgres
import Testing
import Web
import Wire

@testable import App

/// What registrars are owed becomes less by what they are paid.
@Suite struct RegistrarPaymentTests {
    private static let path = "/api/v1/registrars/resellerclub/payments"

    private func balance(_ app: TestApp) async throws -> JSON {
        let answer = try await app.api.get(
            "/api/v1/registrars",
            token: try await app.token(of: "support")
        )
        return try #require(answer.json["data"]?[0], "\(answer.text)")
    }

    @Test func `a payment pays what names have cost, and taking it back owes it again`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            _ = try await app.buy(by: ann, domain: "example.com")
            try await app.domainCostsAreKnown()
            #expect(try await balance(app)["balance"]?["amount"] == -1_059)
            let token = try await app.token(of: "billing")
            let bill: JSON = [
                "amount": ["amount": 1_500, "currency": "USD"], "reference": "Bill 7",
            ]
            let paid = try await app.api.post(Self.path, json: bill, token: token)
            #expect(paid.status == 201, "\(paid.text)")
            let twice = try await app.api.post(Self.path, json: bill, token: token)
            #expect(twice.code == "reference_known", "\(twice.text)")
            let now = try await balance(app)
            #expect(now["label"] == "ResellerClub" && now["paid"]?["amount"] == 1_500)
            #expect(now["balance"]?["amount"] == 441)
            #expect(try await app.balance("payables") == 441)
            try await app.requireCleanBooks()

            let id = try #require(paid.json["id"]?.string)
            let path = "/api/v1/registrar-payments/\(id)/reversal"
            let blank = try await app.api.post(path, json: ["reason": ""], token: token)
            #expect(blank.fieldCodes.keys.contains("reason"), "\(blank.text)")
            let back = try await app.api.post(path, json: ["reason": "Mine"], token: token)
            #expect(back.json["reversal_reason"] == "Mine", "\(back.text)")
            let again = try await app.api.post(path, json: ["reason": "Mine"], token: token)
            #expect(again.code == "payment_is_reversed")
            #expect(try await app.balance("payables") == -1_059)
            // The reference is free again.
            #expect(try await app.api.post(Self.path, json: bill, token: token).status == 201)
            let entries = try await app.api.get(
                "/api/v1/admin/ledger/entries?object_id=\(id)",
                token: token
            )
            #expect(entries.json.list.count == 4)
            let history = try await app.history(RegistrarPayment.idPrefix, id)
            #expect(
                history.map(\.action) == ["registrar_payment.record", "registrar_payment.reverse"]
            )
            try await app.requireCleanBooks()
        }
    }

    @Test(arguments: [
        ("amount", 0 as Int64, "A bill", nil as String?), ("amount", -5, "A bill", nil),
        ("reference", 100, "", nil), ("paid_at", 100, "A bill", "2099-01-01T00:00:00Z"),
        ("paid_at", 100, "A bill", "2001-01-01T00:00:00Z"),
    ])
    func `what makes no sense is refused`(
        field: String,
        amount: Int64,
        reference: String,
        day: String?
    ) async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.post(
                Self.path,
                json: [
                    "amount": ["amount": .integer(amount), "currency": "USD"],
                    "reference": .string(reference), "paid_at": day.map { .string($0) } ?? .null,
                ],
                token: try await app.token(of: "billing")
            )
            #expect(answer.fieldCodes.keys.contains(field), "\(answer.text)")
            #expect(try await app.balance("payables") == 0)
        }
    }

    @Test func `staff record, read and take back on pages, and a file says the same`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let page = "/console/registrars/resellerclub/payments"
            let billing = try await StaffBrowser("billing", app)
            let list = try await billing.get("/console/registrars")
            #expect(list.text.contains("ResellerClub") && !list.text.contains(">resellerclub<"))
            let typed = [("amount", "12.50"), ("currency", "USD"), ("reference", "")]
            #expect(try await billing.submit(page, from: page, typed).status == 422)
            let whole = [("amount", "12.50"), ("currency", "USD"), ("reference", "Bill 8")]
            #expect(try await billing.submit(page, from: page, whole).status == 303)
            #expect(try await billing.submit(page, from: page, whole).status == 409)
            let shown = try await billing.get(page).text
            #expect(shown.contains("Bill 8") && shown.contains("Left with it"))
            #expect(try await billing.get("\(page).csv").text.contains("ResellerClub"))
            let support = try await StaffBrowser("support", app)
            let read = try await support.get(page).text
            #expect(read.contains("Bill 8") && !read.contains("Record a payment"))
            let id: ID<RegistrarPayment> = try await app.services.database
                .transaction(for: .system) {
                    try $0.one("SELECT id FROM registrar_payments") { try $0.id("id") }
                }
            let payment = "/console/registrar-payments/\(id.text)"
            let blank = [("reason", " ")]
            let refused = try await billing.submit("\(payment)/reversal", from: payment, blank)
            #expect(refused.status == 422)
            let mine = [("reason", "Mine")]
            #expect(
                try await billing.submit("\(payment)/reversal", from: payment, mine).status == 303
            )
            #expect(try await billing.get(payment).text.contains("Taken back"))
            #expect(try await billing.get("/console/registrars/nobody/payments").status == 404)
            try await app.requireCleanBooks()
        }
    }
}
