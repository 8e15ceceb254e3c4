import Core
import Foundation
import Simulators
import Support
import Testing
import Wire

/// The password that registered people have.
let goodPassword = "correct horse battery"

extension TestApp {
    /// The newest mail to an address with a subject, once it has arrived.
    func mail(to address: String, about subject: String) async throws -> ReceivedMail {
        try await eventually("a mail about \(subject)") {
            simulators.mail.messages
                .last {
                    $0.recipients.contains(address)
                        && $0.header("Subject")?.contains(subject) == true
                }
        }
    }

    /// The path of the first link in a mail that starts with a path.
    func link(_ path: String, in mail: ReceivedMail) throws -> String {
        let text = try #require(mail.text)
        let start = try #require(text.range(of: path), "\(text)")
        return String(
            text[start.lowerBound...].prefix { !$0.isWhitespace && $0 != ")" && $0 != ">" }
        )
    }

    /// The last part of a link.
    func token(_ path: String, in mail: ReceivedMail) throws -> String {
        String(try link(path, in: mail).dropFirst(path.count))
    }

    func logIn(_ email: String, _ password: String, from address: String? = nil) async throws
        -> TestAnswer
    {
        try await api.post(
            "/api/v1/auth/login",
            json: ["email": .string(email), "password": .string(password)],
            headers: address.map { ["X-Forwarded-For": $0] } ?? [:]
        )
    }

    func refresh(_ token: String) async throws -> TestAnswer {
        try await api.post("/api/v1/auth/refresh", json: ["refresh_token": .string(token)])
    }

    /// Logs the portal's browser in by the form.
    func logInToPortal(_ email: String, _ password: String) async throws -> TestAnswer {
        try await portal.submit("/login", [("email", email), ("password", password)])
    }
}
