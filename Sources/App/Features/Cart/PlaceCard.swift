import Core
import Markup
import Web

/// Asks where the buyer is and for a VAT number, which the tax depends on.
struct PlaceCard: View {
    let form: FormErrors
    let details: AccountDetails
    /// What is paid in.
    let currency: Currency
    let token: String

    private var errors: FormErrors {
        form.contains("place", "yes") ? form : PlaceForm.values(of: details.customer)
    }

    var body: HTML {
        Card("Where you are") {
            Markup.form(to: CartRoutes.tellPlace.path(), token: token, .classes("form")) {
                input(.type("hidden"), .name("place"), .value("yes"))
                input(.type("hidden"), .name("currency"), .value(currency.code))
                p(.classes("soft")) { "The tax depends on it." }
                div(.classes("form-row")) {
                    FormField(
                        "Country",
                        "tax_country",
                        errors,
                        .select(Countries.options),
                        .autocomplete("country")
                    )
                    FormField(
                        "State or province",
                        "tax_state",
                        errors,
                        isOptional: true,
                        .autocomplete("address-level1")
                    )
                }
                FormField(
                    "VAT number",
                    "vat_number",
                    errors,
                    hint: hint,
                    isOptional: true,
                    .autocomplete("off"),
                    .maxlength(40)
                )
                div(.classes("row")) { SubmitButton("Show the tax", .secondary) }
            }
        }
    }

    private var hint: String {
        details.vatWords ?? "For businesses in the European Union, such as DE136695976."
    }
}

/// What stands in the form of the buyer's place.
enum PlaceForm {
    static func values(of customer: CustomerRecord?) -> FormErrors {
        FormErrors(values: [
            "tax_country": customer?.country ?? "", "tax_state": customer?.state ?? "",
            "vat_number": customer?.vatNumber ?? "",
        ])
    }

    /// - Throws: ``Web/FormErrors``.
    static func read(_ form: inout FormReader) throws -> Profiles.Change {
        let country = form.parse("tax_country", "Choose a country.") {
            Countries.names[$0] == nil ? nil : $0
        }
        let state = form.optional("tax_state", length: 1...100)
        let number = form.vatNumber()
        var change = Profiles.Change()
        change.place = Profiles.Change.Place(country: try form.values(country), state: state)
        change.vatNumber = .some(number)
        return change
    }
}

extension FormReader {
    /// A VAT number that may be left out.
    mutating func vatNumber() -> VATNumber? {
        guard let text = optional("vat_number", length: 1...40) else { return nil }
        do { return try VATNumber(text) } catch {
            fail("vat_number", error.words)
            return nil
        }
    }
}

extension AccountDetails {
    /// How the VAT number stands, for its holder.
    var vatWords: String? {
        guard customer?.vatNumber != nil else { return nil }
        switch vatCheck {
        case .valid: return "The tax office has confirmed this number."
        case .invalid: return "The tax office does not know this number, so tax is charged."
        case .pending, nil:
            return "We are asking the tax office about this number. Until it is confirmed, tax is "
                + "charged."
        }
    }
}
