import Core
import Postgres

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
        failure: String?,
        isUnanswered: Bool = false
    ) throws {
        try run(
            """
            UPDATE hosting_accounts SET wish_settled = \(number), wish_failure = \(failure),
                wish_unanswered = \(isUnanswered ? number : nil)
            WHERE id = \(account.uuid) AND wish_settled < \(number)
            """
        )
    }
}

extension AccountWish {
    /// The wish in a row of accounts; nil when nothing was ever wished.
    init?(row: Row) throws {
        guard try row.optional("wish", as: String.self) != nil else { return nil }
        let number: Int = try row.get("wish_number")
        self.init(
            goal: try row.choice("wish"),
            reason: try row.optional("wish_reason"),
            number: number,
            settled: try row.get("wish_settled"),
            failure: try row.optional("wish_failure"),
            isUnanswered: try row.optional("wish_unanswered") == number
        )
    }
}
