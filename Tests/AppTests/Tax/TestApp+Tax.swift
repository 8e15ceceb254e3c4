import App
import Core
import Foundation
import Simulators
import Testing
import Wire

@testable import App

extension TestApp {
    /// Sets a tax rule as an administrator would.
    func setTaxRule(
        _ country: String,
        _ rate: String,
        component: String = "VAT",
        more: [(String, JSON)] = []
    ) async throws -> String {
        var rule: JSON = [
            "component": .string(component), "country": .string(country), "rate": .string(rate),
        ]
        for (name, value) in more { rule = rule.setting(name, value) }
        let answer = try await api.post(
            "/api/v1/admin/tax-rules",
            json: rule,
            token: try await token(of: "admin")
        )
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer.json["id"]?.string)
    }

    func endTaxRule(_ id: String) async throws {
        let answer = try await api.post(
            "/api/v1/admin/tax-rules/\(id)/end",
            json: [:],
            token: try await token(of: "admin")
        )
        try #require(answer.status == 204, "\(answer.text)")
    }

    /// Puts the seller into a country, with its taxes.
    func setSeller(_ country: String, _ changes: [(String, JSON)] = []) async throws {
        var policy: JSON = [
            "registrations": [], "one_stop_shop": false, "prices_include_tax": false,
            "rounding_unit": "line", "rounding": "half_even", "tax_id": "DE136695976",
        ]
        for (name, value) in changes { policy = policy.setting(name, value) }
        let company: JSON = [
            "name": "Acme Hosting", "email": "billing@acme.example", "line1": "2 High Street",
            "city": "Berlin", "postal_code": "10115", "country": .string(country),
            "phone": ["country_code": "49", "number": "301234567"],
        ]
        let answer = try await api.put(
            "/api/v1/admin/settings",
            json: ["company": company, "tax": policy],
            token: try await token(of: "admin")
        )
        try #require(answer.status == 200, "\(answer.text)")
    }

    /// Registers somebody with an address in a country, and a VAT number when given.
    func register(in country: String, vatNumber: String? = nil) async throws -> Person {
        let person = try await register()
        var details: JSON = [
            "company": "Beispiel GmbH",
            "address": [
                "line1": "1 Main Street", "city": "Somewhere", "postal_code": "12345",
                "country": .string(country),
            ],
        ]
        if let vatNumber { details = details.setting("vat_number", .string(vatNumber)) }
        let answer = try await api.put(
            "/api/v1/auth/me",
            json: details,
            token: person.token
        )
        try #require(answer.status == 200, "\(answer.text)")
        return person
    }

    /// What staff see of somebody's taxes.
    func taxFile(of person: Person) async throws -> (customer: String, JSON) {
        let token = try await token(of: "billing")
        let found = try await api.get(
            "/api/v1/admin/customers?q=\(person.email)",
            token: token
        )
        let customer = try #require(found.list.first?["id"]?.string, "\(found.text)")
        let answer = try await api.get("/api/v1/admin/customers/\(customer)/tax", token: token)
        try #require(answer.status == 200, "\(answer.text)")
        return (customer, answer.json)
    }

    /// Waits until the register has said something of somebody's number.
    func vatNumber(of person: Person, reaching status: String) async throws -> JSON {
        try await eventually("VAT number \(status)") {
            let check = try await taxFile(of: person).1["vat_number"]
            return check?["status"]?.string == status ? check : JSON?.none
        }
    }

    /// The invoice of an order, as its customer sees it.
    func invoice(ofOrder order: JSON, by person: Person) async throws -> JSON {
        let id = try #require(order["invoice_id"]?.string)
        let answer = try await api.get("/api/v1/invoices/\(id)", token: person.token)
        try #require(answer.status == 200, "\(answer.text)")
        return answer.json
    }
}

extension JSON {
    /// The amount of a money.
    func amount(_ name: String) -> Int64? { self[name]?["amount"]?.integer }

    /// `VAT 19 DE 2900 551` for each tax.
    var taxes: [String] {
        (self["taxes"]?.array ?? []).map { tax in
            let place = [tax["country"]?.string, tax["region"]?.string].compactMap { $0 }
            return [
                tax["component"]?.string ?? "", tax["rate"]?.string ?? "",
                place.joined(separator: "-"), "\(tax.amount("base") ?? 0)",
                "\(tax.amount("amount") ?? 0)",
            ].joined(separator: " ")
        }
    }
}

extension TestAnswer {
    /// The elements of a list's `data`.
    var list: [JSON] { json.list }
}
