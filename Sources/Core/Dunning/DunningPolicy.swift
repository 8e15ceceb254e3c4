/// What happens to a service while its bill is not paid, and when.
///
/// Days are counted from the day the bill was due; a plan-group has one policy.
package struct DunningPolicy: Hashable, Sendable {
    /// When the card is charged again, in days; at most ``mostRetries``.
    package let retryDays: [Int]
    package let reminderDays: [Int]
    /// When the service is suspended; nil for never.
    package let suspensionDay: Int?
    /// When notice of the termination is given, and when it happens; nil for never.
    package let termination: Termination?

    package struct Termination: Hashable, Sendable {
        package let noticeDay: Int
        package let day: Int

        package init(noticeDay: Int, day: Int) {
            self.noticeDay = noticeDay
            self.day = day
        }
    }

    /// Why a policy makes no sense.
    package enum Problem: Error, Hashable, Sendable {
        case daysOutOfOrder
        case dayOutOfRange(most: Int)
        case tooManyRetries(most: Int)
        /// A service is suspended before it is terminated.
        case terminatedBeforeSuspended
        /// Notice is given at least a day before.
        case terminatedWithoutNotice
    }

    /// What card networks allow in a month is more; four spare the customer's bank and our
    /// standing.
    package static let mostRetries = 4
    package static let lastDay = 365

    package init(
        retryDays: [Int],
        reminderDays: [Int],
        suspensionDay: Int?,
        termination: Termination?
    ) throws(Problem) {
        for days in [retryDays, reminderDays] {
            guard zip(days, days.dropFirst()).allSatisfy({ $0 < $1 }) else { throw .daysOutOfOrder }
        }
        let ends = [suspensionDay, termination?.noticeDay, termination?.day].compactMap(\.self)
        guard (retryDays + reminderDays + ends).allSatisfy((0...DunningPolicy.lastDay).contains)
        else { throw .dayOutOfRange(most: DunningPolicy.lastDay) }
        guard retryDays.count <= DunningPolicy.mostRetries else {
            throw .tooManyRetries(most: DunningPolicy.mostRetries)
        }
        if let termination {
            guard let suspensionDay, suspensionDay < termination.day else {
                throw .terminatedBeforeSuspended
            }
            guard termination.noticeDay < termination.day else { throw .terminatedWithoutNotice }
        }
        self.retryDays = retryDays
        self.reminderDays = reminderDays
        self.suspensionDay = suspensionDay
        self.termination = termination
    }
}
