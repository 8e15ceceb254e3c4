import Core
import Postgres
import Web

/// All that decides about a customer's taxes.
struct CustomerTaxFile: Sendable {
    let customer: CustomerRecord
    /// What the register said of the number; nil when it has not answered.
    let check: VATCheckRecord?
    let exemptions: [TaxExemptionRecord]

    init(_ id: ID<Customer>, _ session: Session) throws {
        customer = try session.customer(id).orThrow(Problem.notFound)
        check = try session.vatCheck(of: id)
        exemptions = try session.taxExemptions(of: id)
    }

    static func read(_ id: ID<Customer>, _ services: Services) async throws -> CustomerTaxFile {
        try await services.database.transaction(for: .system) { try CustomerTaxFile(id, $0) }
    }
}
