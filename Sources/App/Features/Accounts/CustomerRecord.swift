package import Core
package import Foundation

/// A payer as it is stored.
package struct CustomerRecord: Sendable {
    package struct Phone: Sendable, Codable, Equatable {
        package let countryCode: String
        package let number: String

        package init(countryCode: String, number: String) {
            self.countryCode = countryCode
            self.number = number
        }
    }

    package let id: ID<Customer>
    package let name: String
    package let company: String?
    package let email: String
    /// Nil until the customer has told all of it.
    package let address: PostalAddress?
    /// Known before the address is complete, because taxes depend on it.
    package let country: String?
    package let state: String?
    /// In its one way of writing it.
    package let vatNumber: String?
    package let phone: Phone?
    /// Where the customer's days begin.
    package let timeZone: BillingZone
    package let createdAt: Date

    /// Where the customer is, as far as taxes are concerned.
    package var place: TaxPlace? { country.map { TaxPlace($0, state: state) } }
}

/// The company that runs this system, as documents and registrars name it.
package struct Company: Sendable, Codable, Equatable {
    package let name: String
    package let email: String
    package let line1: String
    package let city: String
    package let postalCode: String
    package let country: String
    package let phone: CustomerRecord.Phone

    package init(
        name: String,
        email: String,
        line1: String,
        city: String,
        postalCode: String,
        country: String,
        phone: CustomerRecord.Phone
    ) {
        self.name = name
        self.email = email
        self.line1 = line1
        self.city = city
        self.postalCode = postalCode
        self.country = country
        self.phone = phone
    }

    package var address: PostalAddress {
        PostalAddress(
            line1: line1,
            line2: nil,
            city: city,
            state: nil,
            postalCode: postalCode,
            country: country
        )
    }

    /// What stands on documents until staff have filled in the settings.
    package static let unnamed = Company(
        name: "NextPanel Hosting",
        email: "billing@example.com",
        line1: "1 Example Street",
        city: "Springfield",
        postalCode: "12345",
        country: "US",
        phone: CustomerRecord.Phone(countryCode: "1", number: "5550100000")
    )
}
