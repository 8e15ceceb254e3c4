import Core
import Foundation
import Web

/// What stands in the form of one's own details.
enum ProfileForm {
    static func values(of details: AccountDetails) -> FormErrors {
        let (customer, address) = (details.customer, details.customer?.address)
        return FormErrors(values: [
            "full_name": details.user.fullName,
            "company": customer?.company ?? "",
            "phone_country_code": customer?.phone?.countryCode ?? "",
            "phone": customer?.phone?.number ?? "",
            "line1": address?.line1 ?? "",
            "line2": address?.line2 ?? "",
            "city": address?.city ?? "",
            "state": address?.state ?? "",
            "postal_code": address?.postalCode ?? "",
            "country": address?.country ?? "",
            "vat_number": customer?.vatNumber ?? "",
            "time_zone": customer?.timeZone.identifier ?? "",
        ])
    }

    /// Reads the form; staff have a name alone.
    ///
    /// - Throws: ``Web/FormErrors``.
    static func read(_ fields: FormReader, isCustomer: Bool) throws -> Profiles.Change {
        var form = fields
        var change = Profiles.Change()
        change.fullName = form.text("full_name")
        if isCustomer {
            change.company = .some(form.optional("company"))
            change.phone = .some(phone(&form))
            change.address = .some(address(&form))
            change.vatNumber = .some(form.vatNumber())
            change.timeZone = form.parseOptional("time_zone", "Choose one of the zones.") {
                BillingZone($0)
            }
        }
        try form.check()
        return change
    }

    private static func phone(_ form: inout FormReader) -> CustomerRecord.Phone? {
        let code = form.parseOptional("phone_country_code", "Enter 1 to 3 digits, such as 44.") {
            digits($0, 1...3)
        }
        let number = form.parseOptional("phone", "Enter 4 to 14 digits.") { digits($0, 4...14) }
        switch (code, number) {
        case (let code?, let number?):
            return CustomerRecord.Phone(countryCode: code, number: number)
        case (nil, .some):
            form.fail("phone_country_code", "Enter the country's code, such as 44.")
        case (.some, nil): form.fail("phone", "Enter the number.")
        case (nil, nil): break
        }
        return nil
    }

    /// People write numbers with spaces, dashes and brackets, which mean nothing.
    private static func digits(_ text: String, _ length: ClosedRange<Int>) -> String? {
        let rest = text.unicodeScalars.filter { !" -()./+".unicodeScalars.contains($0) }
        let isNumber = rest.allSatisfy { ("0"..."9").contains($0) }
        return isNumber && length.contains(rest.count)
            ? String(String.UnicodeScalarView(rest)) : nil
    }

    /// An address is told as a whole or not at all.
    private static func address(_ form: inout FormReader) -> PostalAddress? {
        let line2 = form.optional("line2")
        let state = form.optional("state", length: 1...100)
        let parts = [
            form.optional("line1"), form.optional("city", length: 1...100),
            form.optional("postal_code", length: 1...16),
        ]
        let country = form.parseOptional("country", "Choose one of the countries.") {
            Countries.names[$0] == nil ? nil : $0
        }
        if (parts + [line2, state, country]).allSatisfy({ $0 == nil }) { return nil }
        guard let line1 = parts[0], let city = parts[1], let postalCode = parts[2], let country
        else {
            for name in ["line1", "city", "postal_code", "country"] {
                requireValue(name, &form)
            }
            return nil
        }
        return PostalAddress(
            line1: line1,
            line2: line2,
            city: city,
            state: state,
            postalCode: postalCode,
            country: country
        )
    }

    private static func requireValue(_ name: String, _ form: inout FormReader) {
        if form.errors.value(name).isEmpty {
            form.fail(name, "Needed for a complete address.")
        }
    }
}

extension BillingZone {
    /// The zones that people live in, by name, as options of a list.
    static let options: [(value: String, text: String)] =
        [(value: utc.identifier, text: utc.identifier)]
        + TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") }.sorted()
        .map { (value: $0, text: $0.replacing("_", with: " ")) }
}
