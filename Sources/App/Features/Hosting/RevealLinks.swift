package import Core
import Foundation
import Postgres
import Support
import Web

extension HostingAccounts {
    /// Mails the owner of an account a new link to its initial password, in place of one that was
    /// lost or is too old.
    ///
    /// - Throws: a conflict when the password is no longer kept.
    package func mailRevealLink(_ id: ID<HostingAccount>, actor: Actor) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let account = try session.lockHostingAccount(id).orThrow(Problem.notFound)
            guard account.canBeChanged else { throw Problem.accountIsNotThere }
            guard account.passwordSealed != nil else { throw Problem.passwordIsNotKept }
            try RevealMails.sendAnother(for: account, session, services, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "hosting_account.reveal_link",
                    id,
                    customer: account.customer
                ),
                now: now
            )
        }
    }
}

extension Problem {
    static let passwordIsNotKept = Problem.conflict(
        "password_not_kept",
        "The first password was shown, or is no longer kept. The panel makes a new one."
    )
}
