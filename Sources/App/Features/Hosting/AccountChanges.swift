package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Changes accounts at their panels.
///
/// The change is stored as a wish with a job that tells the panel; whoever asked waits for the job.
/// A request that is given up, a crash, or a panel that does not answer, thus loses nothing. What
/// is told twice does no harm, and of two wishes the later one is what comes to be, here and there.
extension HostingAccounts {
    /// How long a caller waits; the answer has to go out within the server's own limit.
    static let waitSeconds = 25.0

    /// Stops an account at its panel.
    ///
    /// - Throws: a ``Web/Problem``: 409 when the account has ended or somebody else has wished
    ///   otherwise since, 422 when the panel refuses, 503 when it takes its time.
    @discardableResult
    package func suspend(
        _ id: ID<HostingAccount>,
        reason: String,
        actor: Actor
    ) async throws -> HostingAccountRecord {
        try await change(id, to: .suspended, reason: reason, actor)
    }

    /// Lets a stopped account go on.
    @discardableResult
    package func unsuspend(
        _ id: ID<HostingAccount>,
        actor: Actor
    ) async throws -> HostingAccountRecord {
        try await change(id, to: .active, actor)
    }

    /// Removes an account that nobody pays for, because staff want it.
    ///
    /// - Throws: a conflict while its subscription goes on, which would be billed for nothing.
    @discardableResult
    package func deleteUnbilled(
        _ id: ID<HostingAccount>,
        actor: Actor
    ) async throws -> HostingAccountRecord {
        let subscription = try await services.database.transaction(for: .system) {
            try $0.subscription(ofAccount: id)
        }
        guard subscription.map({ $0.status == .cancelled }) ?? true else {
            throw Problem.accountIsBilled
        }
        return try await delete(id, actor: actor)
    }

    /// Removes an account at its panel and gives its room back.
    @discardableResult
    package func delete(
        _ id: ID<HostingAccount>,
        actor: Actor,
        waitSeconds: Double = HostingAccounts.waitSeconds
    ) async throws -> HostingAccountRecord {
        try await change(id, to: .terminated, actor, waitSeconds: waitSeconds)
    }

    /// The job that tells panels what is wished of an account until nothing more is.
    func fulfilWishes(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("account", of: HostingAccount.self)
        var failure: RemoteFailure?
        while let (account, wish) = try await nextWish(of: id, job, failure: failure?.detail) {
            services.faults.reach(.accountWishStored)
            do {
                try await tell(wish, about: account)
                services.faults.reach(.accountChangeSent)
                failure = nil
            } catch let error as RemoteFailure {
                if error.isTemporary && !job.isLastAttempt { throw error }
                failure = error
            }
            try await settle(wish, of: account, failure: failure)
        }
        return failure.map { .dead(reason: $0.detail) } ?? .done
    }

    /// Notes at an account that nobody tells its panel what is wished any more.
    static func giveUp(_ job: LeasedJob, _ session: Session, now: Date) throws {
        let id = try job.id("account", of: HostingAccount.self)
        guard let account = try session.lockHostingAccount(id), let wish = account.wish,
            wish.isPending
        else { return }
        let failure = "It was tried \(job.begun) times without success."
        try session.settleWish(wish.number, of: id, failure: failure)
        try session.record(account.failureEntry(wish, failure), now: now)
    }

    private func change(
        _ id: ID<HostingAccount>,
        to goal: AccountWish.Goal,
        reason: String? = nil,
        _ actor: Actor,
        waitSeconds: Double = HostingAccounts.waitSeconds
    ) async throws -> HostingAccountRecord {
        let number = try await wish(goal, reason, for: id, actor)
        let deadline = ContinuousClock.now + .seconds(waitSeconds)
        while ContinuousClock.now < deadline {
            let account = try await show(id)
            if let wish = account.wish, wish.settled >= number {
                if wish.settled == number, let failure = wish.failure {
                    throw Problem.panelRefused(failure)
                }
                guard account.status.rawValue == goal.rawValue else {
                    throw Problem.accountWasChangedMeanwhile
                }
                return account
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Problem.panelIsSlow
    }

    /// Stores what is wished, with its job and its entry in the audit log, and returns its number.
    private func wish(
        _ goal: AccountWish.Goal,
        _ reason: String?,
        for id: ID<HostingAccount>,
        _ actor: Actor
    ) async throws -> Int {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            try HostingAccounts.wish(goal, reason, for: id, actor, session, services, now: now)
        }
    }

    /// The same in a transaction that does more.
    @discardableResult
    static func wish(
        _ goal: AccountWish.Goal,
        _ reason: String?,
        for id: ID<HostingAccount>,
        _ actor: Actor,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Int {
        let account = try session.lockHostingAccount(id).orThrow(Problem.notFound)
        guard account.canBeChanged else { throw Problem.accountIsNotThere }
        if let pending = account.wish, pending.isPending, pending.goal == .terminated {
            // Nothing comes after an account's end; whoever wishes it too waits for the same.
            guard goal == .terminated else { throw Problem.accountIsNotThere }
            return pending.number
        }
        let number = try session.storeWish(goal, reason: reason, for: id)
        if goal != .terminated, reason != SubscriptionBilling.endedReason {
            try session.withdrawRemoval(ofHeld: id, now: now)
        }
        let job = NewJob(
            .changeAccount,
            payload: ["account": .string(id.text)],
            dedupKey: id.text
        )
        // A job that is there already goes on to this wish before it ends.
        if try !session.enqueue(job, ids: services.ids, now: now) {
            try session.hurryJob(.changeAccount, key: id.text, now: now)
        }
        try session.record(account.entry(goal, reason, actor), now: now)
        return number
    }

    /// The wish that is pending; where there is none the job has ended in the same transaction, so
    /// that no wish comes in between and is left without a job.
    private func nextWish(
        of id: ID<HostingAccount>,
        _ job: LeasedJob,
        failure: String?
    ) async throws -> (HostingAccountRecord, AccountWish)? {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let account = try session.lockHostingAccount(id).orThrow(Problem.notFound)
            if account.canBeChanged, let wish = account.wish, wish.isPending {
                return (account, wish)
            }
            try session.finishJob(job, dead: failure, now: now)
            return nil
        }
    }

    private func tell(_ wish: AccountWish, about account: HostingAccountRecord) async throws {
        let remote = try account.remoteUserID.orThrow(Problem.accountIsNotThere)
        let server = try await panelServer(account.server)
        switch wish.goal {
        case .active: try await services.panel.unsuspend(remote, on: server)
        case .suspended:
            try await services.panel.suspend(remote, reason: wish.reason ?? "", on: server)
        case .terminated:
            // Panels may give a number or a name to somebody else, and nobody brings back what is
            // removed.
            guard let found = try await services.panel.account(remote, on: server) else { return }
            guard account.isStill(found) else {
                throw RemoteFailure.refused(
                    code: "another_account",
                    message: "Number \(remote) is another account there, \(found.username)."
                )
            }
            try await services.panel.delete(remote, on: server)
        }
    }

    private func settle(
        _ wish: AccountWish,
        of account: HostingAccountRecord,
        failure: RemoteFailure?
    ) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            _ = try session.lockHostingAccount(account.id)
            guard let failure else {
                return try HostingAccounts.fulfilled(wish, of: account.id, session, now: now)
            }
            try session.settleWish(
                wish.number,
                of: account.id,
                failure: failure.detail,
                isUnanswered: failure.isTemporary
            )
            try session.record(account.failureEntry(wish, failure.detail), now: now)
        }
    }

    /// Stores that a panel has done what was wished.
    static func fulfilled(
        _ wish: AccountWish,
        of account: ID<HostingAccount>,
        _ session: Session,
        now: Date
    ) throws {
        try session.settleWish(wish.number, of: account, failure: nil)
        switch wish.goal {
        case .active: try session.setSuspended(account, reason: nil)
        case .suspended: try session.setSuspended(account, reason: wish.reason ?? "")
        case .terminated: _ = try session.endAccount(account, as: .terminated, now: now)
        }
    }
}

extension HostingAccountRecord {
    /// Whether its panel has it, so that it can be stopped and removed there.
    var canBeChanged: Bool {
        (status == .active || status == .suspended) && remoteUserID != nil
    }

    /// Whether an account at its panel is this one: by the identifier we gave it or, where a panel
    /// keeps none, by its user name and address together.
    func isSame(as found: PanelAccount) -> Bool {
        isStill(found)
            && (found.billingID != nil || found.email.lowercased() == email.lowercased())
    }

    /// Whether the account that has our number at its panel is still this one: its customer may
    /// have another address there by now, but no other user name.
    func isStill(_ found: PanelAccount) -> Bool {
        if let billingID = found.billingID { return billingID == id.text }
        return found.username.lowercased() == username
    }

    fileprivate func entry(
        _ goal: AccountWish.Goal,
        _ reason: String?,
        _ actor: Actor
    ) -> AuditEntry {
        let action =
            switch goal {
            case .active: "hosting_account.unsuspend"
            case .suspended: "hosting_account.suspend"
            case .terminated: "hosting_account.delete"
            }
        return AuditEntry(
            actor,
            action,
            id,
            customer: customer,
            before: ["status": .string(status.rawValue)],
            after: reason.map { ["reason": .string($0)] }
        )
    }

    fileprivate func failureEntry(_ wish: AccountWish, _ failure: String?) -> AuditEntry {
        AuditEntry(
            .job(.changeAccount),
            "hosting_account.change_failed",
            id,
            customer: customer,
            after: ["wish": .string(wish.goal.rawValue), "reason": .string(failure ?? "")]
        )
    }
}

extension Problem {
    static let accountIsNotThere = Problem.conflict(
        "account_not_there",
        "The account is not, or no longer, on its server."
    )
    static let accountIsBilled = Problem.conflict(
        "account_is_billed",
        "The subscription of this account goes on. Cancel it first, then remove the account."
    )
    static let accountWasChangedMeanwhile = Problem.conflict(
        "account_changed_meanwhile",
        "Somebody else has changed the account meanwhile."
    )
    static let panelIsSlow = Problem.unavailable(
        "The panel has not answered yet; it is done as soon as it does."
    )

    static let panelRefused = panelRefused("The panel's own words.")

    /// What a panel refused, in its own words: for staff.
    static func panelRefused(_ reason: String) -> Problem {
        .refused("refused_by_panel", reason)
    }
}

extension [Problem] {
    /// What may come of changing an account at its panel.
    static let ofAccountChanges: [Problem] = [
        .accountIsNotThere, .accountWasChangedMeanwhile, .panelRefused, .panelIsSlow,
    ]
}
