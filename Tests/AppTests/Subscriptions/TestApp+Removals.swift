import Core
import Cryptography
import Foundation
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

extension TestApp {
    /// Buys a plan, ends it at once, and returns its account, which is stopped.
    func endAtOnce(by person: Person) async throws -> ID<HostingAccount> {
        _ = try await buy(by: person)
        _ = try await savedCard(of: person)
        try await end(by: person)
        return try await account(reaching: "suspended")
    }

    func end(by person: Person) async throws {
        let answer = try await ask("cancel", ["at_period_end": false], by: person)
        try #require(answer.json["status"] == "cancelled", "\(answer.text)")
        _ = try await account(reaching: "suspended")
    }

    func takeUp(by person: Person) async throws -> TestAnswer {
        try await ask("reactivate", [:], by: person)
    }

    func ask(_ verb: String, _ json: JSON, by person: Person) async throws -> TestAnswer {
        let fresh = try await logInAgain(person)
        let id = try await subscription(of: fresh)["id"]?.string ?? ""
        let path = "/api/v1/subscriptions/\(id)/\(verb)"
        return try await api.post(path, json: json, token: fresh.token)
    }

    /// The day on which the account goes, as its customer reads it.
    func removalDay(of person: Person) async throws -> Date? {
        let fresh = try await logInAgain(person)
        return try await subscription(of: fresh)["account_removed_at"]?.string
            .flatMap { Date(rfc3339: $0) }
    }

    /// A turn of the job, once the mails of before have left.
    func lookForEnded() async throws {
        try await mailsHaveLeft()
        _ = try await AccountRemovals(services).run()
        try await mailsHaveLeft()
    }

    private func mailsHaveLeft() async throws {
        _ = try await eventually("mails that have left") {
            let waiting = try await count(
                "SELECT 1 FROM email_outbox WHERE status IN ('queued', 'sending')"
            )
            return waiting == 0 ? true : nil
        }
    }

    /// Moves the time on to some days after the one on which the account goes.
    func passRemovalDay(of person: Person, by days: Double = 0.01) async throws {
        let day = try #require(try await removalDay(of: person))
        try await pass(days: day.timeIntervalSince(clock.now) / 86_400 + days)
    }

    /// How many days are left until the account goes.
    func daysLeft(of person: Person) async throws -> Double {
        let day = try #require(try await removalDay(of: person))
        return day.timeIntervalSince(clock.now) / 86_400
    }

    @discardableResult
    func keepAccounts(days: Int64?) async throws -> TestAnswer {
        let answer = try await setRetention(days.map { .integer($0) } ?? JSON.null)
        try #require(answer.status == 200, "\(answer.text)")
        return answer
    }

    func setRetention(_ days: JSON) async throws -> TestAnswer {
        try await api.put(
            "/api/v1/admin/settings",
            json: ["account_retention": ["days": days]],
            token: try await token(of: "admin")
        )
    }

    func announcements() async throws -> Int64 { try await mails("account_removal") }

    func mails(_ template: String) async throws -> Int64 {
        try await count("SELECT 1 FROM email_outbox WHERE template = \(template)")
    }

    /// What the only mail of a template says.
    func mail(_ template: String, to person: Person) async throws -> String {
        try await services.database.transaction(for: .system) { session in
            let id: ID<Mail> = try session.one(
                """
                SELECT id FROM email_outbox
                WHERE template = \(template) AND recipient = \(person.email)
                """
            ) { try $0.id("id") }
            let mail = try #require(try session.mail(id))
            return try self.services.keyring.openText(
                mail.textSealed,
                context: OutboxMail.context(of: id)
            )
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }
}
