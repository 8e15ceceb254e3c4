package import struct Foundation.Date

/// Whoever registers domain names for us.
///
/// None of the registrars takes an idempotency key, so a registration whose outcome is unknown is
/// looked up by ``find(_:)`` and never sent again blindly. All calls throw ``RemoteFailure``.
package protocol Registrar: Sendable {
    /// What the registrar is called in our records, such as `resellerclub`.
    var name: String { get }

    /// Asks which names can be registered; a name the registrar says nothing about is `.unknown`.
    func availability(of names: [DomainName]) async throws -> [DomainName: DomainAvailability]

    /// The registrar's record of a registrant, by e-mail, if there is one.
    func findCustomer(email: String) async throws -> String?

    /// Makes the registrar's record of a registrant and returns its identifier.
    func createCustomer(_ registrant: Registrant) async throws -> String

    /// The kind of contact that the registrant of a name has to be; one contact serves all names
    /// of its kind.
    func contactKind(for name: DomainName) -> String

    /// Makes a contact of a registrant's record, and returns its identifier.
    func createContact(
        _ registrant: Registrant,
        customer: String,
        kind: String
    ) async throws -> String

    /// Registers a name. This costs money.
    func register(_ request: RegistrationRequest) async throws -> RegistrationOutcome

    /// Starts the transfer of a name to us. This costs money.
    func transfer(_ request: TransferRequest) async throws -> RegistrationOutcome

    /// How a name stands at the registrar; nil when it is not ours there.
    func find(_ name: DomainName) async throws -> RegisteredDomain?

    /// What the registrar takes from us for so many years of a name; nil when it has no price for
    /// them, or one in a currency that we do not know.
    func cost(of name: DomainName, _ action: DomainAction, years: Int) async throws -> Money?
}

/// Whether a name can be registered.
package enum DomainAvailability: String, Sendable {
    case available, taken, unknown
}

/// Who a name is registered for.
package struct Registrant: Sendable, Equatable {
    package let name: String
    package let company: String?
    package let email: String
    package let address: PostalAddress
    /// The country's calling code, digits only.
    package let phoneCountryCode: String
    /// The rest of the number, digits only.
    package let phone: String

    package init(
        name: String,
        company: String?,
        email: String,
        address: PostalAddress,
        phoneCountryCode: String,
        phone: String
    ) {
        self.name = name
        self.company = company
        self.email = email
        self.address = address
        self.phoneCountryCode = phoneCountryCode
        self.phone = phone
    }
}

/// Where somebody lives.
package struct PostalAddress: Sendable, Equatable {
    package let line1: String
    package let line2: String?
    package let city: String
    package let state: String?
    package let postalCode: String
    /// Two capital letters of ISO 3166.
    package let country: String

    package init(
        line1: String,
        line2: String?,
        city: String,
        state: String?,
        postalCode: String,
        country: String
    ) {
        self.line1 = line1
        self.line2 = line2
        self.city = city
        self.state = state
        self.postalCode = postalCode
        self.country = country
    }
}

/// A name to register.
package struct RegistrationRequest: Sendable, Equatable {
    package let name: DomainName
    package let years: Int
    package let customer: String
    package let contact: String
    package let nameservers: [String]

    package init(
        name: DomainName,
        years: Int,
        customer: String,
        contact: String,
        nameservers: [String]
    ) {
        self.name = name
        self.years = years
        self.customer = customer
        self.contact = contact
        self.nameservers = nameservers
    }
}

/// A name to transfer.
package struct TransferRequest: Sendable, Equatable {
    package let name: DomainName
    package let authCode: String
    package let customer: String
    package let contact: String
    package let nameservers: [String]

    package init(
        name: DomainName,
        authCode: String,
        customer: String,
        contact: String,
        nameservers: [String]
    ) {
        self.name = name
        self.authCode = authCode
        self.customer = customer
        self.contact = contact
        self.nameservers = nameservers
    }
}

/// What came of a registration or a transfer.
package enum RegistrationOutcome: Sendable, Equatable {
    /// Done; the registrar's order is named.
    case completed(order: String)
    /// Accepted and not done yet; ask again by ``Registrar/find(_:)``.
    case pending(order: String, detail: String)
}

/// A name as the registrar has it.
package struct RegisteredDomain: Sendable, Equatable {
    package enum Status: Sendable, Equatable {
        case active
        case pending(String)
        case failed(String)
        case other(String)
    }

    package let order: String
    package let status: Status
    package let expiresAt: Date?
    package let nameservers: [String]

    package init(order: String, status: Status, expiresAt: Date?, nameservers: [String]) {
        self.order = order
        self.status = status
        self.expiresAt = expiresAt
        self.nameservers = nameservers
    }
}
