import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

extension TestApp {
    static let invoicesPath = "/api/v1/invoices/"

    /// Writes an invoice as the staff's billing department.
    func writeInvoice(
        for customer: ID<Customer>? = nil,
        lines: [JSON] = [TestApp.line("Consulting", 2, 4_950)],
        currency: String = "USD",
        more: [String: JSON] = [:]
    ) async throws -> TestAnswer {
        let payer: ID<Customer>
        if let customer { payer = customer } else { payer = try await demoCustomer }
        var body: JSON = [
            "customer_id": .string(payer.text), "currency": .string(currency),
            "lines": .array(lines),
        ]
        for (name, value) in more { body = body.setting(name, value) }
        return try await api.post(
            Self.invoicesPath,
            json: body,
            token: try await token(of: "billing")
        )
    }

    /// The same, issued at once; its identifier.
    func issueInvoice(
        for customer: ID<Customer>? = nil,
        lines: [JSON] = [TestApp.line("Consulting", 2, 4_950)]
    ) async throws -> ID<Invoice> {
        let answer = try await writeInvoice(for: customer, lines: lines, more: ["issue": true])
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(ID<Invoice>(answer.json["id"]?.string ?? ""))
    }

    static func line(_ text: String, _ quantity: Int64, _ price: Int64, _ code: String = "USD")
        -> JSON
    {
        [
            "description": .string(text), "quantity": .integer(quantity),
            "unit_price": ["amount": .integer(price), "currency": .string(code)],
        ]
    }

    /// Does something to an invoice as a member of staff.
    func doTo(
        _ invoice: ID<Invoice>,
        _ verb: String,
        json: JSON? = nil,
        as name: String = "billing"
    ) async throws -> TestAnswer {
        try await api.post(
            "\(Self.invoicesPath)\(invoice.text)/\(verb)",
            json: json,
            token: try await token(of: name)
        )
    }

    func invoice(_ id: ID<Invoice>) async throws -> JSON {
        try await api.get(Self.invoicesPath + id.text, token: try await token(of: "support")).json
    }

    /// The path of a new link to an invoice.
    func link(to invoice: ID<Invoice>) async throws -> String {
        let answer = try await doTo(invoice, "links")
        try #require(answer.status == 201, "\(answer.text)")
        let url = try #require(answer.json["url"]?.string)
        return "/pay/" + (try #require(url.split(separator: "/").last))
    }
}
