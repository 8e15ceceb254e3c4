import Core
import Foundation
import Postgres
import Support
import Web

/// Mails that have not left although something depends on them: about invoices that are owed, and
/// about accounts that are to be removed, which wait for it.
struct UnsentMails: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Those that were refused, and those of accounts that have waited for a day.
    func list(most: Int) async throws -> [UnsentMail] {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) {
            try UnsentMails.list($0, now: now, most: most)
        }
    }

    /// The same in a transaction of somebody else's.
    static func list(_ session: Session, now: Date, most: Int) throws -> [UnsentMail] {
        try session.unsentMails(waitingSince: now.addingTimeInterval(-86_400), most: most)
    }

    /// Sends a mail again that was refused, to where its customer is reached now. One that tells
    /// the day of a removal is written anew, with another day.
    func sendAgain(_ id: ID<Mail>, actor: Actor) async throws {
        do {
            try await reopen(id, actor: actor)
        } catch let error as DatabaseError where error.isUniqueViolation {
            // The customer has got the same mail there, or gets it.
            throw Problem.mailIsNotRefused
        }
    }

    private func reopen(_ id: ID<Mail>, actor: Actor) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let mail = try session.mail(id).orThrow(Problem.notFound)
            if mail.template == AccountRemovalMails.announcement {
                guard mail.status == .failed,
                    try AccountRemovals.tellAnew(toldBy: id, session, services, now: now)
                else { throw Problem.mailIsNotRefused }
            } else {
                guard try session.reopenFailedMail(id) else { throw Problem.mailIsNotRefused }
                try session.enqueue(.sending(id), ids: services.ids, now: now)
            }
            try session.record(
                AuditEntry(actor, "mail.send_again", id, customer: mail.customer),
                now: now
            )
        }
    }
}

/// A mail that has not left.
struct UnsentMail: Sendable {
    let id: ID<Mail>
    let subject: String
    let recipient: String
    let isRefused: Bool
    let error: String?
    let createdAt: Date
    let customer: ID<Customer>
    let customerName: String
}

extension Problem {
    static let mailIsNotRefused = Problem.conflict(
        "mail_not_refused",
        "This mail has left, is being sent, or is not needed any more."
    )
}
