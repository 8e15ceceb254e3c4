import Core
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

extension TestApp {
    /// The customer that somebody is.
    func customer(of person: Person) async throws -> ID<Customer> {
        try await services.database.transaction(for: .system) { session in
            try session.one("SELECT customer_id FROM users WHERE email_key = \(person.email)") {
                try $0.id("customer_id")
            }
        }
    }

    /// Gives somebody credit as staff would.
    @discardableResult
    func grant(
        _ minorUnits: Int64,
        to person: Person,
        expiresAt: Date? = nil
    ) async throws -> ID<Credit> {
        let customer = try await customer(of: person)
        let (services, now) = (services, services.clock.now)
        return try await services.database.transaction(for: .system) { session in
            try Credits.add(
                Money(minorUnits: minorUnits, .usd),
                to: customer,
                from: .grant(reason: "We are sorry.", by: nil, expiresAt: expiresAt),
                session,
                services,
                now: now
            )
        }
    }

    /// What is left of somebody's credit and not kept for an order.
    func freeCredit(of person: Person) async throws -> Int64 {
        let customer = try await customer(of: person)
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            try session.availableCredits(of: customer, now: now).reduce(0) {
                $0 + $1.remaining.minorUnits
            }
        }
    }
}
