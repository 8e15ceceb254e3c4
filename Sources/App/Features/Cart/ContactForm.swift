import Core
import Web

/// Reads the address that a registered name is to have.
///
/// All of it may be left empty: the name is then registered with the company's own address. Once a
/// field is filled in, those that make an address are needed.
enum ContactForm {
    private static let fields = [
        "phone_country_code", "phone", "address_line1", "address_line2", "city", "state",
        "postal_code", "country",
    ]

    /// What the form is filled with at first.
    static func start(_ customer: CustomerRecord?) -> FormErrors {
        let address = customer?.address
        return FormErrors(values: [
            "phone_country_code": customer?.phone?.countryCode ?? "",
            "phone": customer?.phone?.number ?? "", "address_line1": address?.line1 ?? "",
            "address_line2": address?.line2 ?? "", "city": address?.city ?? "",
            "state": address?.state ?? "", "postal_code": address?.postalCode ?? "",
            "country": address?.country ?? "",
        ])
    }

    /// What is to be stored; nil when nothing was typed.
    ///
    /// - Throws: ``Web/FormErrors`` with everything that is wrong.
    static func read(_ form: inout FormReader) throws -> Profiles.Change? {
        let typed = form.errors
        guard fields.contains(where: { !typed.value($0).isEmpty }) else { return nil }
        let code = form.parse("phone_country_code", "Digits only, such as 1 or 44.") {
            digits($0, 1...3)
        }
        let number = form.parse("phone", "Digits only, without the country's code.") {
            digits($0, 4...14)
        }
        let line1 = form.text("address_line1")
        let line2 = form.optional("address_line2")
        let city = form.text("city", length: 1...100)
        let state = form.optional("state", length: 1...100)
        let postalCode = form.text("postal_code", length: 1...16)
        let country = form.parse("country", "Choose a country.") { code in
            Countries.names[code] == nil ? nil : code
        }
        let values = try form.values(code, number, line1, city, postalCode, country)
        var change = Profiles.Change()
        change.phone = CustomerRecord.Phone(countryCode: values.0, number: values.1)
        change.address = PostalAddress(
            line1: values.2,
            line2: line2,
            city: values.3,
            state: state,
            postalCode: values.4,
            country: values.5
        )
        return change
    }

    private static func digits(_ text: String, _ length: ClosedRange<Int>) -> String? {
        let digits = text.filter { !" -()./+".contains($0) }
        return length.contains(digits.utf8.count)
            && digits.utf8.allSatisfy { (48...57).contains($0) } ? digits : nil
    }
}
