package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What users tell about themselves.
package struct Profiles: Sendable {
    /// New values; what is nil stays as it is, and what is nil inside is taken away.
    package struct Change: Sendable {
        package var fullName: String?
        package var company: String??
        package var phone: CustomerRecord.Phone??
        package var address: PostalAddress??
        /// Where the customer is, before the address is known.
        package var place: Place?
        package var vatNumber: VATNumber??
        package var timeZone: BillingZone?

        package init() {}

        /// A country with its state or province.
        package struct Place: Sendable {
            let country: String
            let state: String?
        }
    }

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The account of a user as it is now.
    package func details(of user: SignedInUser) async throws -> AccountDetails {
        try await services.database.transaction(for: user.scope) { session in
            try session.details(of: try session.user(user.id).orThrow(Problem.unauthorized))
        }
    }

    /// Changes what a user has told.
    ///
    /// - Throws: ``Web/Problem`` 422 when staff give the details of a customer.
    package func change(
        _ change: Change,
        of user: SignedInUser,
        actor: Actor
    ) async throws -> AccountDetails {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: user.scope) { session in
            let user = try session.lockUser(user.id).orThrow(Problem.unauthorized)
            let before = try session.details(of: user)
            if let name = change.fullName { try session.setFullName(name, of: user.id) }
            if let customer = before.customer {
                let changed = customer.changed(by: change)
                try session.storeCustomerDetails(changed)
                if changed.vatNumber != nil, changed.vatNumber != customer.vatNumber {
                    try session.enqueue(.checkingVAT(of: customer.id), ids: services.ids, now: now)
                }
            } else if change.isAboutCustomer {
                throw Problem.refused("not_a_customer", "Staff have no company, phone or address.")
            }
            let after = try session.details(
                of: try session.user(user.id).orThrow(Problem.notFound)
            )
            try session.record(
                AuditEntry(
                    actor,
                    AccountActions.update,
                    user.id,
                    customer: user.customer,
                    before: before.auditText,
                    after: after.auditText
                ),
                now: now
            )
            return after
        }
    }
}

extension Profiles.Change {
    fileprivate var isAboutCustomer: Bool {
        (company ?? nil) != nil || (phone ?? nil) != nil || (address ?? nil) != nil
            || (vatNumber ?? nil) != nil || place != nil
            || timeZone != nil
    }
}

extension CustomerRecord {
    /// The customer with the new values; the name on documents is the user's.
    fileprivate func changed(by change: Profiles.Change) -> CustomerRecord {
        // An address in another country than the one told is no address any more.
        let told = change.place.flatMap { $0.country == address?.country ? nil : $0 }
        let kept = told == nil ? address?.moved(to: change.place) : nil
        let newAddress = change.address ?? kept
        return CustomerRecord(
            id: id,
            name: change.fullName ?? name,
            company: change.company ?? company,
            email: email,
            address: newAddress,
            country: newAddress?.country ?? change.place?.country ?? country,
            state: newAddress.map(\.state) ?? change.place.map(\.state) ?? state,
            vatNumber: change.vatNumber.map { $0?.text } ?? vatNumber,
            phone: change.phone ?? phone,
            timeZone: change.timeZone ?? timeZone,
            createdAt: createdAt
        )
    }
}

extension PostalAddress {
    /// The same with the state that was told.
    fileprivate func moved(to place: Profiles.Change.Place?) -> PostalAddress {
        guard let place else { return self }
        return PostalAddress(
            line1: line1,
            line2: line2,
            city: city,
            state: place.state,
            postalCode: postalCode,
            country: country
        )
    }
}

extension AccountDetails {
    fileprivate var auditText: JSON {
        [
            "full_name": .string(user.fullName),
            "company": customer?.company.map { .string($0) } ?? .null,
            "phone": customer?.phone.map { .string("+\($0.countryCode) \($0.number)") } ?? .null,
            "vat_number": customer?.vatNumber.map { .string($0) } ?? .null,
            "country": customer?.country.map { .string($0) } ?? .null,
            "address": customer?.address.map { .string($0.lines.joined(separator: ", ")) } ?? .null,
            "time_zone": customer.map { .string($0.timeZone.identifier) } ?? .null,
        ]
    }
}
