import Core
import Foundation
import Postgres
import Support
import Web

/// What has to be done about credit as time goes by.
extension Credits {
    private static let batch = 200

    /// The job that ends what has expired, and pays with what is there what is open: credit that
    /// was granted while a payment was under way waits for its end.
    func settle() async throws -> JobOutcome {
        let services = services
        let now = services.clock.now
        let (expired, waiting) = try await services.database.transaction(for: .system) {
            (
                try $0.expiredCredits(by: now, most: Credits.batch),
                try $0.invoicesThatCreditCanPay(now: now, most: Credits.batch)
            )
        }
        for (credit, _) in expired {
            try await services.database.transaction(for: .system) { session in
                let record = try session.credit(credit).orThrow(Problem.notFound)
                try Credits.end(record, .expiry, session, services, now: now)
            }
        }
        for invoice in waiting {
            // A remainder that can pay nothing of it closes no page.
            let pays = try await services.database.transaction(for: .system) { session in
                let record = try session.invoice(invoice).orThrow(Problem.notFound)
                let credits = try session.availableCredits(of: record.customer, now: now)
                return !credits.chargeableSpending(on: record.due, at: Instant(now)).isEmpty
            }
            guard pays else { continue }
            do {
                try await Collections(services).closePageBehindLink(invoice)
            } catch is RemoteFailure, is Problem {
                // It is paid in this moment, or is closed the next time: the others do not wait.
                continue
            }
            try await services.database.transaction(for: .system) { session in
                _ = try Credits.spend(on: invoice, session, services, now: now)
            }
        }
        return .done
    }

    /// Takes back what is left of a grant and is not kept for an order.
    ///
    /// - Returns: how much that was.
    @discardableResult
    static func end(
        _ credit: CreditRecord,
        _ kind: CreditUseRecord.Kind,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Money {
        try session.lockCredits(of: credit.customer)
        let record = try session.credit(credit.id).orThrow(Problem.notFound)
        guard record.source == .grant, record.free.isPositive else {
            return .zero(record.amount.currency)
        }
        let id = ID<CreditUse>(services.ids.next())
        try session.store(
            CreditSpending(credit: record.id, amount: record.free),
            as: id,
            kind,
            of: record.customer,
            now: now
        )
        try Ledger.post(
            .creditExpired(record.free),
            cause: id,
            customer: record.customer,
            session,
            ids: services.ids,
            now: now
        )
        return record.free
    }
}
