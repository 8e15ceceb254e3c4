import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web
import Wire

/// Tells panels of the plan that an account has now.
///
/// A panel's interface takes a licence with its limits again, and knows no way to give an account
/// another package. Where that is needed, or a panel takes no licences, somebody has to do it by
/// hand; staff are shown where, until they say that it is done.
struct PlanTelling {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// Notes that an account's plan has changed, with the job that tells its panel.
    static func wish(
        for account: ID<HostingAccount>,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        try session.wishPlan(of: account)
        let job = NewJob(
            .tellPlan,
            payload: ["account": .string(account.text)],
            dedupKey: account.text
        )
        // A job that is there already goes on to this change before it ends.
        if try !session.enqueue(job, ids: services.ids, now: now) {
            try session.hurryJob(.tellPlan, key: account.text, now: now)
        }
    }

    /// The job that tells a panel until it knows.
    func perform(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("account", of: HostingAccount.self)
        while let (account, number) = try await next(id, job) {
            let note = try await tell(account)
            try await services.database.transaction(for: .system) { session in
                _ = try session.lockHostingAccount(id)
                try session.settlePlan(number, of: id, note: note)
            }
        }
        return .done
    }

    /// The change that its panel has to hear of; where there is none the job has ended in the same
    /// transaction, so that no change comes in between and is left without a job.
    private func next(
        _ id: ID<HostingAccount>,
        _ job: LeasedJob
    ) async throws -> (HostingAccountRecord, Int)? {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let account = try session.lockHostingAccount(id).orThrow(Problem.notFound)
            if account.canBeChanged, let number = try session.pendingPlan(of: id) {
                return (account, number)
            }
            try session.finishJob(job, dead: nil, now: now)
            return nil
        }
    }

    /// Hands the licence over again; what is left to be done by hand.
    private func tell(_ account: HostingAccountRecord) async throws -> String? {
        guard let item = account.item else { return nil }
        let (license, package) = try await services.database.transaction(for: .system) {
            (try $0.license(ofItem: item), try $0.packageOfPlan(of: account.id))
        }
        var notes: [String] = []
        if let package, package != account.parameters.packageID {
            notes.append("Give the account package \(package) at its panel.")
        }
        guard let license else { return notes.first }
        let grant = try PanelLicenseGrant(license, account, services.keyring)
        let server = try await HostingAccounts(services).panelServer(account.server)
        if try await services.panel.provisionLicense(grant, on: server) == .notSupported {
            notes.append("Give the account the limits of \(license.planName) at its panel.")
        }
        return notes.isEmpty ? nil : notes.joined(separator: " ")
    }
}

extension PanelLicenseGrant {
    /// What a panel is told of an account's licence.
    init(_ license: LicenseRecord, _ account: HostingAccountRecord, _ keyring: Keyring) throws {
        self.init(
            licenseKey: try keyring.openText(
                license.keySealed,
                context: LicenseRecord.context(of: license.id)
            ),
            // The panel finds the account by its address, which may be a tagged one.
            email: account.email,
            plan: license.planSlug,
            maxDatabases: license.quotas.databases,
            maxDomains: license.quotas.domains,
            maxEmails: license.quotas.emails
        )
    }
}
