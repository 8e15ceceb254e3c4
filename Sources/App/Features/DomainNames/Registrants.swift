import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web

/// The registrar's records of our customers, and of the contacts that names are registered for.
struct Registrants {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The registrar's identifiers of a registrant.
    struct Identifiers: Sendable {
        let customer: String
        let contact: String
    }

    /// The identifiers of a customer at the registrar for one name, made at the first need.
    ///
    /// A record whose creation was not answered is found again by its e-mail address. A contact is
    /// of the kind that the name's ending asks for, and says what the customer says now.
    func identifiers(of customer: ID<Customer>, for name: DomainName) async throws -> Identifiers {
        let registrar = services.registrar
        let kind = registrar.contactKind(for: name)
        let (stored, registrant) = try await services.database.transaction(for: .system) {
            (
                try $0.registrarCustomer(of: customer, registrar: registrar.name),
                try $0.registrant(customer)
            )
        }
        let remote =
            if let stored { stored } else { try await makeCustomer(registrant, customer) }
        let contact = RegistrarContact(
            customer: customer,
            registrar: registrar.name,
            kind: kind,
            particulars: registrant.digest
        )
        let known = try await services.database.transaction(for: .system) {
            try $0.identifier(of: contact)
        }
        if let known { return Identifiers(customer: remote, contact: known) }
        return Identifiers(
            customer: remote,
            contact: try await make(contact, registrant, at: remote)
        )
    }

    private func makeCustomer(
        _ registrant: Registrant,
        _ customer: ID<Customer>
    ) async throws -> String {
        let remote = try await findOrSignUp(registrant)
        services.faults.reach(.registrantCreated)
        let (registrar, now) = (services.registrar.name, services.clock.now)
        return try await services.database.transaction(for: .system) {
            try $0.storeRegistrarCustomer(remote, of: customer, registrar: registrar, now: now)
        }
    }

    private func findOrSignUp(_ registrant: Registrant) async throws -> String {
        let registrar = services.registrar
        if let found = try await registrar.findCustomer(email: registrant.email) { return found }
        do {
            return try await registrar.createCustomer(registrant)
        } catch let failure as RemoteFailure {
            // Another name of the customer's may have made the record at the same moment.
            guard case .refused("customer_exists", _) = failure,
                let found = try await registrar.findCustomer(email: registrant.email)
            else { throw failure }
            return found
        }
    }

    /// A contact made twice costs nothing; the first that is stored is used.
    private func make(
        _ contact: RegistrarContact,
        _ registrant: Registrant,
        at remote: String
    ) async throws -> String {
        let made = try await services.registrar.createContact(
            registrant,
            customer: remote,
            kind: contact.kind
        )
        services.faults.reach(.contactCreated)
        let now = services.clock.now
        return try await services.database.transaction(for: .system) {
            try $0.store(contact, as: made, now: now)
        }
    }
}

/// What makes a contact at a registrar the one that is needed.
struct RegistrarContact: Sendable {
    let customer: ID<Customer>
    let registrar: String
    let kind: String
    /// Changes with anything that the registrar is told.
    let particulars: String
}

extension Registrant {
    /// SHA-256 of everything the registrar is told, in hexadecimal.
    fileprivate var digest: String {
        let parts: [String?] = [
            name, company, email, address.line1, address.line2, address.city, address.state,
            address.postalCode, address.country, phoneCountryCode, phone,
        ]
        // No part holds a control character, so these separate them.
        let text = parts.map { $0 ?? "\u{1}" }.joined(separator: "\u{0}")
        return Hex.encode(SHA256.hash(Array(text.utf8)))
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
