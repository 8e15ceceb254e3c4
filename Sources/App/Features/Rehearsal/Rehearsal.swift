import Core
import Foundation
import Postgres
import Support
import Web

/// What will happen in the next days, if nobody does anything.
///
/// It is no second computation: for each customer the functions that bill, charge and remind run
/// themselves, with the time moved on from one thing that is due to the next, in a transaction that
/// is always rolled back. Mails, jobs and wishes to panels are rows, so none leaves it; outside
/// parties are never asked. What a charge would bring is assumed, and said.
package struct Rehearsal: Sendable {
    /// How far it looks.
    package static let allowedDays = 1...400
    /// How many customers are rehearsed at most; of more a sample is.
    package static let mostCustomers = 2_000
    private static let lookAgain = "Somebody else is working on it; look again."
    /// How long it goes on with the next customer.
    private let seconds: Double
    private let services: Services

    package init(_ services: Services, seconds: Double = 15) {
        self.seconds = seconds
        var services = services
        // Invoices take numbers of a series that is nobody else's, so that no real one waits.
        services.invoiceSeries = "REHEARSAL-\(services.ids.next().uuidString)"
        self.services = services
    }

    /// Rehearses so many days from now on.
    package func run(days: Int) async throws -> RehearsalReport {
        let start = services.clock.now
        let end = start.addingTimeInterval(Double(days) * 86_400)
        let (customers, total) = try await services.database.transaction(for: .system) {
            (
                try $0.customersToRehearse(
                    from: start,
                    until: end,
                    most: Rehearsal.mostCustomers
                ),
                try $0.countOfCustomersToRehearse(from: start, until: end)
            )
        }
        var report = RehearsalReport(from: start, to: end, customersInAll: total)
        let deadline = ContinuousClock.now + .seconds(seconds)
        for customer in customers {
            guard ContinuousClock.now < deadline else { break }
            do {
                report.add(try await rehearse(customer, from: start, to: end, until: deadline))
            } catch is DeadlineExceeded {
                report.addUnrehearsed(customer, "The time for this ended before its days did.")
            } catch is CustomerRehearsal.InOtherHands {
                report.addUnrehearsed(customer, Rehearsal.lookAgain)
            } catch let error as DatabaseError
                where error.isLockNotAvailable || error.isRetryable
            {
                report.addUnrehearsed(customer, Rehearsal.lookAgain)
            } catch let error as DatabaseError where error.isConnectionLost {
                throw error
            } catch let error where !(error is CancellationError) {
                services.log.error(
                    "a customer cannot be rehearsed",
                    ["customer": customer.text, "error": "\(error)"]
                )
                report.addUnrehearsed(customer, "Its bills cannot be made; the log says why.")
            }
        }
        return report
    }

    /// Carries the outcome out of a transaction that must not stay.
    private struct RolledBack: Error { let events: [RehearsedEvent] }

    private func rehearse(
        _ customer: ID<Customer>,
        from start: Date,
        to end: Date,
        until deadline: ContinuousClock.Instant
    ) async throws -> [RehearsedEvent] {
        let left = ContinuousClock.now.duration(to: deadline) / .seconds(1)
        var options = TransactionOptions(deadlineSeconds: max(1, left), isolation: .repeatableRead)
        options.settings = Scope.system.settings
        // Whoever works on the same customer is not to wait for a rehearsal, nor it for them.
        options.settings["lock_timeout"] = "1000"
        let rehearsal = CustomerRehearsal(customer, from: start, to: end, services)
        do {
            try await services.database.transaction(options) { session in
                throw RolledBack(events: try rehearsal.events(session))
            }
        } catch let outcome as RolledBack {
            return outcome.events
        }
        return []
    }
}
