package import Core
package import Foundation
import Postgres
import Support
import Web
import Wire

/// What registrars have charged us for names, and what we have paid them.
package struct RegistrarPayments: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// A payment as staff record it: of a registrar's bill, or money that is kept with it.
    package struct NewPayment: Sendable {
        let amount: Money
        /// What the bank's statement or the registrar calls it.
        let reference: String
        /// Nil for now.
        let paidAt: Date?

        package init(amount: Money, reference: String, paidAt: Date? = nil) {
            self.amount = amount
            self.reference = reference
            self.paidAt = paidAt
        }
    }

    /// What stands with each registrar, in each currency.
    func balances() async throws -> [RegistrarBalance] {
        let own = services.registrar.name
        return try await services.database.transaction(for: .system) { session in
            let found = try session.registrarBalances()
            guard !found.contains(where: { $0.registrar == own }) else { return found }
            let nothing = Money.zero(services.configuration.currency)
            return [RegistrarBalance(registrar: own, charged: nothing, paid: nothing)] + found
        }
    }

    /// The same of one registrar.
    ///
    /// - Throws: 404 for a name that is no registrar's.
    func balances(of registrar: String) async throws -> [RegistrarBalance] {
        let found = try await balances().filter { $0.registrar == registrar }
        guard !found.isEmpty else { throw Problem.notFound }
        return found
    }

    /// Payments to a registrar, newest first.
    func list(
        of registrar: String,
        before: ID<RegistrarPayment>? = nil,
        most: Int
    ) async throws -> [RegistrarPaymentRecord] {
        try await services.database.transaction(for: .system) {
            try $0.registrarPayments(
                RegistrarPaymentFilter(registrar: registrar),
                after: before.map { ["", $0.uuid.uuidString] },
                most: most
            )
        }
    }

    func show(_ id: ID<RegistrarPayment>) async throws -> RegistrarPaymentRecord {
        try await services.database.transaction(for: .system) {
            try $0.registrarPayment(id).orThrow(Problem.notFound)
        }
    }

    /// Records what was paid to a registrar; what is owed to it becomes less by that.
    @discardableResult
    package func record(
        _ payment: NewPayment,
        to registrar: String,
        actor: Actor
    ) async throws -> RegistrarPaymentRecord {
        _ = try await balances(of: registrar)
        let services = services
        let now = services.clock.now
        try RecordedPayments.check(payment.paidAt ?? now, "paid_at", now: now)
        guard payment.amount.isPositive,
            payment.amount.minorUnits <= payment.amount.currency.maximumCharge.minorUnits
        else {
            let most = payment.amount.currency.maximumCharge.label
            throw Problem.invalid("amount", "out_of_range", "Must be from 0 to \(most).")
        }
        let id = ID<RegistrarPayment>(services.ids.next())
        do {
            return try await services.database.transaction(for: .system) { session in
                try session.store(payment, id, to: registrar, now: now)
                try Ledger.post(
                    .registrarPaid(payment.amount),
                    cause: id,
                    session,
                    ids: services.ids,
                    now: now
                )
                try session.record(
                    AuditEntry(
                        actor,
                        "registrar_payment.record",
                        id,
                        after: [
                            "registrar": .string(registrar),
                            "amount": .string(payment.amount.description),
                            "reference": .string(payment.reference),
                        ]
                    ),
                    now: now
                )
                return try session.registrarPayment(id).orThrow(Problem.notFound)
            }
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw Problem.referenceIsKnown
        }
    }

    /// Takes back a payment that was recorded by mistake.
    func reverse(
        _ id: ID<RegistrarPayment>,
        because reason: String,
        actor: Actor
    ) async throws -> RegistrarPaymentRecord {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let payment = try session.registrarPayment(id).orThrow(Problem.notFound)
            guard try session.reverseRegistrarPayment(id, because: reason, now: now) else {
                throw Problem.registrarPaymentIsReversed
            }
            try Ledger.post(
                .registrarPaymentReversed(payment.amount),
                cause: id,
                session,
                ids: services.ids,
                now: now
            )
            try session.record(
                AuditEntry(
                    actor,
                    "registrar_payment.reverse",
                    id,
                    after: ["reason": .string(reason)]
                ),
                now: now
            )
            return try session.registrarPayment(id).orThrow(Problem.notFound)
        }
    }
}

/// What a registrar has charged in a currency, and what we have paid it.
struct RegistrarBalance: Sendable {
    let registrar: String
    let charged: Money
    let paid: Money

    /// What we have with it; negative for what we owe.
    var balance: Money { paid - charged }
}

/// A payment to a registrar as it is stored.
package struct RegistrarPaymentRecord: Sendable {
    package let id: ID<RegistrarPayment>
    let registrar: String
    let amount: Money
    let reference: String
    let paidAt: Date
    let createdAt: Date
    let reversedAt: Date?
    let reversalReason: String?
}

/// What registrars are called, by their names in our records.
enum RegistrarName {
    private static let known = ["resellerclub": "ResellerClub"]

    static func label(_ name: String) -> String { known[name] ?? name }
}

extension Problem {
    static let registrarPaymentIsReversed = Problem.conflict(
        "payment_is_reversed",
        "This payment was taken back before."
    )
}
