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
    /// Whether it failed because its panel was not reached or gave no answer, not because of a no.
    package let isUnanswered: Bool

    /// Whether the panel has not yet done it.
    package var isPending: Bool { number > settled }
}

extension HostingAccountRecord {
    /// Whether the account is stopped, or is going to be, and for this reason. The stop that was
    /// wished last counts, be it that it failed: its panel may have made it all the same.
    func isStopped(for reason: String) -> Bool {
        if let wish, wish.isPending || wish.goal == .suspended { return wish.reason == reason }
        return suspendedReason == reason
    }

    /// Whether the account runs, or is going to.
    var isToRun: Bool {
        if let wish, wish.isPending { return wish.goal == .active }
        return status == .active
    }
}
