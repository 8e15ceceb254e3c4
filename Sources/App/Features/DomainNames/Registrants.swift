import Core
import Foundation
import Postgres
import Support
import Web

/// The registrar's records of our customers: one record and one contact each.
struct Registrants {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The registrar's identifiers of a registrant.
    struct Identifiers: Sendable {
        let customer: String
        let contact: String
    }

    /// The identifiers of a customer at the registrar, made at the first need.
    ///
    /// A record whose creation was not answered is found again by its e-mail address.
    func identifiers(of customer: ID<Customer>, for name: DomainName) async throws -> Identifiers {
        let registrar = services.registrar
        let now = services.clock.now
        let (stored, registrant) = try await services.database.transaction(for: .system) {
            (
                try $0.registrarCustomer(of: customer, registrar: registrar.name, now: now),
                try $0.registrant(customer)
            )
        }
        let remote: String
        if let known = stored.customer {
            remote = known
        } else {
            remote = try await make(registrant)
            services.faults.reach(.registrantCreated)
            try await store(remote, contact: nil, of: customer)
        }
        if let contact = stored.contact { return Identifiers(customer: remote, contact: contact) }
        // A contact made twice costs nothing and is never used.
        let contact = try await registrar.createContact(registrant, customer: remote, for: name)
        services.faults.reach(.contactCreated)
        try await store(nil, contact: contact, of: customer)
        return Identifiers(customer: remote, contact: contact)
    }

    private func make(_ registrant: Registrant) async throws -> String {
        if let found = try await services.registrar.findCustomer(email: registrant.email) {
            return found
        }
        return try await services.registrar.createCustomer(registrant)
    }

    private func store(_ remote: String?, contact: String?, of customer: ID<Customer>) async throws
    {
        let registrar = services.registrar.name
        try await services.database.transaction(for: .system) {
            try $0.storeRegistrarCustomer(
                remote,
                contact: contact,
                of: customer,
                registrar: registrar
            )
        }
    }
}

extension Session {
    /// The customer as a registrar wants to know one. What the customer has not told yet is filled
    /// in with the company's own address, where registrar and registry can reach somebody.
    fileprivate func registrant(_ id: ID<Customer>) throws -> Registrant {
        let customer = try customer(id).orThrow(Problem.notFound)
        let company = try company()
        return Registrant(
            name: customer.name,
            company: customer.company,
            email: customer.email,
            address: customer.address ?? company.address,
            phoneCountryCode: customer.phone?.countryCode ?? company.phone.countryCode,
            phone: customer.phone?.number ?? company.phone.number
        )
    }
}
