import Core
import Postgres
import Support

/// A change of an account at its panel: stored before the panel hears of it, and made by a job.
package struct AccountWish: Sendable {
    /// What is to become of the account.
    package enum Goal: String, Sendable, CaseIterable { case active, suspended, terminated }

    package let goal: Goal
    /// Why it is to be suspended.
    package let reason: String?
    /// Which wish about its account it is, from 1.
    package let number: Int
    /// The last wish about the account that came to an end.
    package let settled: Int
    /// Why the last one that came to an end was not fulfilled.
    package let failure: String?

    /// Whether the panel has not yet done it.
    package var isPending: Bool { number > settled }
}

extension AccountWish {
    /// The wish in a row of accounts; nil when nothing was ever wished.
    init?(row: Row) throws {
        guard try row.optional("wish", as: String.self) != nil else { return nil }
        self.init(
            goal: try row.choice("wish"),
            reason: try row.optional("wish_reason"),
            number: try row.get("wish_number"),
            settled: try row.get("wish_settled"),
            failure: try row.optional("wish_failure")
        )
    }
}

extension Session {
    /// Stores the next wish about an account, which takes the place of one that is pending.
    func storeWish(
        _ goal: AccountWish.Goal,
        reason: String?,
        for account: ID<HostingAccount>
    ) throws -> Int {
        try one(
            """
            UPDATE hosting_accounts SET wish = \(goal.rawValue), wish_reason = \(reason),
                wish_number = wish_number + 1
            WHERE id = \(account.uuid)
            RETURNING wish_number
            """
        ) { try $0.get("wish_number") }
    }

    /// Notes how the wish of a number, and with it all before it, came to an end.
    func settleWish(
        _ number: Int,
        of account: ID<HostingAccount>,
        failure: String?
    ) throws {
        try run(
            """
            UPDATE hosting_accounts SET wish_settled = \(number), wish_failure = \(failure)
            WHERE id = \(account.uuid) AND wish_settled < \(number)
            """
        )
    }
}
