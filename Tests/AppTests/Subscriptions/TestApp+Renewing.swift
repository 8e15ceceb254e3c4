import Core
import Foundation
import HTTPClient
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

extension TestApp {
    /// Moves the time on by some days, here and at the outside parties.
    func pass(days: Double) async throws {
        clock.advance(seconds: days * 86_400)
        let offset = Int64(clock.now.timeIntervalSince(Date()).rounded())
        let answer = try await services.http.send(
            OutgoingRequest(
                "POST",
                simulators.stripe.host.baseURL + "/_sandbox/clock",
                headers: ["Content-Type": "application/json"],
                body: (["offset_seconds": .integer(offset)] as JSON).bytes
            )
        )
        try #require(answer.status == 200, "\(answer.text)")
    }

    /// The only subscription of somebody, as the API shows it.
    func subscription(of person: Person) async throws -> JSON {
        let answer = try await api.get("/api/v1/subscriptions", token: person.token)
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(answer.json["data"]?[0])
    }

    /// A subscription once it stands in a state.
    func subscription(of person: Person, reaching status: String) async throws -> JSON {
        let fresh = try await logInAgain(person)
        return try await eventually("subscription \(status)") {
            let found = try await subscription(of: fresh)
            return found["status"]?.string == status ? found : JSON?.none
        }
    }

    /// The invoices of somebody, newest first, once there are so many of a state.
    func invoices(
        of person: Person,
        count: Int,
        status: String = "paid"
    ) async throws -> [JSON] {
        let fresh = try await logInAgain(person)
        return try await eventually("\(count) \(status) invoices") {
            let path = "/api/v1/invoices?limit=100&status=\(status)"
            let answer = try await api.get(path, token: fresh.token)
            let found = answer.json["data"]?.array ?? []
            return found.count >= count ? found : nil
        }
    }

    /// Waits until the cards of a customer are known.
    func savedCard(of person: Person) async throws -> JSON {
        try await eventually("a saved card") {
            let answer = try await api.get("/api/v1/payment-methods", token: person.token)
            return answer.json["data"]?[0]
        }
    }

    /// Puts another card in the place of all that are saved, as the processor's page would.
    func saveCard(_ number: String, of person: Person) async throws {
        let old = try await savedCard(of: person)
        let method = try await callStripe(
            "/v1/payment_methods",
            [
                ("type", "card"), ("card[number]", number), ("card[exp_month]", "12"),
                ("card[exp_year]", "2040"), ("card[cvc]", "123"),
            ]
        )
        let remote = try #require(
            simulators.stripe.host.state["customers"]?[0]?["id"]?.string
        )
        let id = try #require(method["id"]?.string)
        _ = try await callStripe("/v1/payment_methods/\(id)/attach", [("customer", remote)])
        try await learnCards()
        let list = try await api.get("/api/v1/payment-methods", token: person.token)
        let oldID = try #require(old["id"]?.string)
        let new = try #require(
            list.json["data"]?.array?.first { $0["id"]?.string != oldID }?["id"]?.string
        )
        let chosen = try await api.post(
            "/api/v1/payment-methods/\(new)/default",
            json: [:],
            token: person.token
        )
        try #require(chosen.status == 200, "\(chosen.text)")
    }

    /// Has every customer's cards be read again.
    func learnCards() async throws {
        let customers = try await services.database.transaction(for: .system) { session in
            try session.all("SELECT customer_id FROM gateway_customers") {
                ID<Customer>(try $0.get("customer_id"))
            }
        }
        for customer in customers { try await PaymentMethods(services).refresh(customer) }
    }

    /// Whether the books add up, once nothing is on its way any more.
    func requireCleanBooks() async throws {
        var findings: [VerificationFinding] = []
        for _ in 0..<50 {
            findings = try await Verifications(services).check().findings
            if findings.isEmpty { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        try #require(findings == [])
    }

    /// The same person after time has passed: tokens live for minutes.
    func logInAgain(_ person: Person) async throws -> Person {
        let answer = try await api.post(
            "/api/v1/auth/login",
            json: ["email": .string(person.email), "password": "correct horse battery"]
        )
        try #require(answer.status == 200, "\(answer.text)")
        return Person(
            email: person.email,
            token: try #require(answer.json["access_token"]?.string),
            refreshToken: try #require(answer.json["refresh_token"]?.string)
        )
    }

    /// The sum of a kind of account of the books.
    func balance(_ kinds: String...) async throws -> Int64 {
        try await services.database.transaction(for: .system) { session in
            try session.one(
                """
                SELECT coalesce(sum(amount_minor), 0)::bigint AS amount FROM ledger_entries
                JOIN ledger_accounts ON ledger_accounts.id = account_id WHERE kind = ANY(\(kinds))
                """
            ) { try $0.get("amount") }
        }
    }

    /// What the processor holds and what it has kept for itself, whenever it tells of that.
    func balanceAtProcessor() async throws -> Int64 { try await balance("clearing", "fees") }
}
