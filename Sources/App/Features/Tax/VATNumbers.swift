package import Core
import Foundation
import Postgres
import Support
package import Web
import Wire

/// Asks the tax offices' register after customers' VAT numbers.
///
/// Until it has confirmed a number its holder is taxed as anybody else; an answer counts until the
/// next one, because a register that is closed says nothing.
package struct VATNumbers: Sendable {
    /// How old an answer may be when the next bill is made.
    private static let goodForSeconds = 30 * 86_400.0
    /// How long before a bill an old answer is renewed, so that a register may be closed for a day.
    private static let aheadSeconds = 5 * 86_400.0
    private static let batch = 500

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The job that asks after one customer's number.
    package func check(_ job: LeasedJob) async throws -> JobOutcome {
        let customer: ID<Customer> = try job.id("customer")
        let services = services
        let (number, requester) = try await services.database.transaction(for: .system) {
            session in
            (
                try session.customer(customer)?.vatNumber.flatMap { try? VATNumber($0) },
                try session.taxPolicy().taxID.flatMap { try? VATNumber($0) }
            )
        }
        guard let number else { return .done }
        let answer: VATAnswer
        do {
            answer = try await services.vatRegister.check(number, for: requester)
        } catch let failure as RemoteFailure where !failure.isTemporary {
            return .dead(reason: failure.description)
        }
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            // Another number may have been told meanwhile; that one has a job of its own.
            try session.lockCustomer(customer)
            guard try session.customer(customer)?.vatNumber == number.text else { return }
            let id = ID<VATConsultation>(services.ids.next())
            try session.store(answer, about: number, of: customer, as: id, now: now)
            try session.record(
                AuditEntry(
                    .job(.checkVATNumber),
                    "customer.vat_check",
                    customer,
                    customer: customer,
                    after: ["number": .string(number.text), "valid": .bool(answer.isValid)]
                ),
                now: now
            )
        }
        return .done
    }

    /// The job that finds numbers to ask after: those never answered, and old ones before a bill.
    package func recheck() async throws -> JobOutcome {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let customers = try session.customersToCheck(
                olderThan: now.addingTimeInterval(-VATNumbers.goodForSeconds),
                billedBefore: now.addingTimeInterval(VATNumbers.aheadSeconds),
                most: VATNumbers.batch
            )
            for customer in customers {
                try session.enqueue(.checkingVAT(of: customer), ids: services.ids, now: now)
            }
        }
        return .done
    }

    /// Asks again because staff want to know.
    ///
    /// - Throws: a conflict when the customer has told no number.
    package func ask(about customer: ID<Customer>, actor: Actor) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            let record = try session.customer(customer).orThrow(Problem.notFound)
            guard let number = record.vatNumber else { throw Problem.noVATNumber }
            try session.enqueue(.checkingVAT(of: customer), ids: services.ids, now: now)
            try session.record(
                AuditEntry(
                    actor,
                    "customer.ask_vat_check",
                    customer,
                    customer: customer,
                    after: ["number": .string(number)]
                ),
                now: now
            )
        }
    }
}

extension NewJob {
    static func checkingVAT(of customer: ID<Customer>) -> NewJob {
        NewJob(
            .checkVATNumber,
            payload: ["customer": .string(customer.text)],
            dedupKey: customer.text
        )
    }
}

extension Problem {
    package static let noVATNumber = Problem.conflict(
        "no_vat_number",
        "The customer has told no VAT number."
    )
}

extension VATNumber.Problem {
    /// What is wrong with a number, for whoever typed it.
    var words: String {
        switch self {
        case .unknownCountry:
            "Begin with the country's two letters, as in DE136695976. Only numbers of the European "
                + "Union count."
        case .wrongForm(let prefix): "A number of \(prefix) looks different: check its length."
        case .wrongCheckDigits: "This number has a typing mistake: its check digits are wrong."
        }
    }
}
