package import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web

/// Makes accounts for new customers.
package struct Registration: Sendable {
    /// What somebody who registers tells us; the password is checked here.
    package struct Application: Sendable {
        package let email: EmailAddress
        package let password: String
        package let fullName: String
        package let company: String?

        package init(email: EmailAddress, password: String, fullName: String, company: String?) {
            self.email = email
            self.password = password
            self.fullName = fullName
            self.company = company
        }
    }

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Makes an account and logs a program in to it.
    ///
    /// - Throws: ``Web/Problem`` 409 when the address has an account, 422 for a weak password.
    package func byAPI(
        _ application: Application,
        from visit: Visit
    ) async throws -> IssuedTokens {
        let (services, now) = (services, services.clock.now)
        return try await register(application, visit) { session, user in
            try RefreshTokens.issue(for: user, session, services, now: now)
        }
    }

    /// Makes an account and logs a browser in to it.
    ///
    /// - Throws: ``Web/Problem`` 409 when the address has an account, 422 for a weak password.
    package func byPortal(
        _ application: Application,
        from visit: Visit,
        replacing old: String?
    ) async throws -> OpenedSession {
        let (services, now) = (services, services.clock.now)
        return try await register(application, visit) { session, user in
            try PortalSessions.open(
                for: user,
                from: visit,
                replacing: old,
                session,
                services,
                now: now
            )
        }
    }

    private func register<Value: Sendable>(
        _ application: Application,
        _ visit: Visit,
        _ issue: @escaping @Sendable (Session, UserRecord) throws -> Value
    ) async throws -> Value {
        let (services, now) = (services, services.clock.now)
        let hash = try await services.passwords.hashNew(
            application.password,
            email: application.email.text
        )
        let customer = ID<Customer>(services.ids.next())
        let user = UserRecord(
            id: ID(services.ids.next()),
            customer: customer,
            email: application.email.text,
            emailVerifiedAt: nil,
            passwordHash: hash,
            fullName: application.fullName,
            role: .customer,
            isActive: true,
            createdAt: now
        )
        return try await services.database.transaction(for: .system) { session in
            try session.storeCustomer(
                customer,
                name: application.fullName,
                company: application.company,
                email: application.email.text,
                now: now
            )
            guard try session.storeUser(user, emailKey: application.email.key) else {
                throw Problem.emailTaken
            }
            try AccountMails.sendVerification(to: user, session, services, now: now)
            for action in [AccountActions.register, AccountActions.logIn] {
                try session.record(
                    AuditEntry(user.actor(visit), action, user.id, customer: customer),
                    now: now
                )
            }
            return try issue(session, user)
        }
    }
}
