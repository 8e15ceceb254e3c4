import Core
import Foundation
import Web

/// The days between which entries were booked, both included, as they stand in an address.
struct LedgerDates: Sendable {
    let from: String?
    let until: String?

    init(_ request: Request) {
        from = request.search("from").flatMap { Date(day: $0) == nil ? nil : $0 }
        until = request.search("until").flatMap { Date(day: $0) == nil ? nil : $0 }
    }

    var isEmpty: Bool { from == nil && until == nil }

    /// Entries of these days, of one account or one object when asked.
    func filter(account: ID<LedgerAccount>? = nil, object: LedgerObject? = nil) -> LedgerFilter {
        LedgerFilter(
            account: account,
            object: object,
            from: from.flatMap { Date(day: $0) },
            before: until.flatMap { Date(day: $0) }?.addingTimeInterval(86_400)
        )
    }
}

/// Which entries somebody looks for, as it stands in an address.
struct LedgerSearch: Sendable {
    /// The identifier of an object, as it was typed.
    let object: String?
    let dates: LedgerDates

    init(_ request: Request) {
        object = request.search("object")
        dates = LedgerDates(request)
    }

    var isEmpty: Bool { object == nil && dates.isEmpty }

    /// Nil when what was typed names nothing that can stand in the books.
    var filter: LedgerFilter? {
        guard let object else { return dates.filter() }
        return LedgerObject(object).map { dates.filter(object: $0) }
    }
}

/// The moment of a trial balance: the end of a day, or now.
struct TrialBalanceMoment: Sendable {
    /// The day as it stands in the address; nil for now.
    let day: String?
    /// What was booked before it counts.
    let end: Date

    init(_ request: Request, now: Date) {
        guard let text = request.search("at"), let midnight = Date(day: text) else {
            day = nil
            end = now
            return
        }
        day = text
        end = midnight.addingTimeInterval(86_400)
    }
}

extension Date {
    /// Midnight in UTC of a day such as `2026-11-20`.
    init?(day text: String) {
        guard text.utf8.count == 10 else { return nil }
        self.init(rfc3339: "\(text)T00:00:00Z")
    }
}
