import App
import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

/// Somebody who is logged in to the API.
struct Person: Sendable {
    let email: String
    let token: String
    let refreshToken: String
}

extension TestApp {
    /// Registers a new customer.
    func register(email: String? = nil) async throws -> Person {
        let email = email ?? "customer-\(Hex.encode(randomBytes(5)))@example.org"
        let answer = try await api.post(
            "/api/v1/auth/register",
            json: [
                "email": .string(email), "password": "correct horse battery",
                "full_name": "Ann Example",
            ]
        )
        try #require(answer.status == 201, "\(answer.text)")
        return try person(email, answer)
    }

    /// Logs a demo user in: `admin`, `billing`, `support` or `customer`.
    func logIn(_ name: String) async throws -> Person {
        let email = "\(name)@example.com"
        let answer = try await api.post(
            "/api/v1/auth/login",
            json: ["email": .string(email), "password": "sandbox-password"]
        )
        try #require(answer.status == 200, "\(answer.text)")
        return try person(email, answer)
    }

    private func person(_ email: String, _ answer: TestAnswer) throws -> Person {
        Person(
            email: email,
            token: try #require(answer.json["access_token"]?.string),
            refreshToken: try #require(answer.json["refresh_token"]?.string)
        )
    }

    /// The identifier of a seeded plan.
    func plan(_ slug: String = "starter") async throws -> String {
        let services = services
        return try await services.database.transaction(for: .system) { session in
            try session.one("SELECT id FROM plans WHERE slug = \(slug)") {
                ID<Plan>(try $0.get("id")).text
            }
        }
    }
}
