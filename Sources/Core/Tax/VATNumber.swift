/// A number under which a business is known to the tax office of a member of the European Union, or
/// of Northern Ireland, written as the country's rules want it and with the right check digits.
///
/// The forms are those that the European Commission publishes ("VAT identification number
/// structure", VIES); the check digits follow its "Algorithms for the validation of VAT numbers".
/// Whether a number was given to anybody, only the register can say.
package struct VATNumber: Hashable, Sendable {
    /// Two letters as the numbers are written: `EL` for Greece, `XI` for Northern Ireland.
    package let prefix: String
    /// What follows the prefix.
    package let body: String

    /// Why a text is no number.
    package enum Problem: Error, Hashable, Sendable {
        /// It does not begin with the letters of a country that has such numbers.
        case unknownCountry
        /// Too short or long, or letters where digits belong.
        case wrongForm(prefix: String)
        /// Mistyped, or made up.
        case wrongCheckDigits(prefix: String)
    }

    /// Reads a number, in either case and with spaces, dots, hyphens and slashes anywhere. `GR` is
    /// read as `EL`.
    package init(_ text: String) throws(Problem) {
        let separators: Set<Character> = [" ", ".", "-", "/", "\u{A0}"]
        let bare = text.filter { !separators.contains($0) }
        guard bare.isASCII else { throw .unknownCountry }
        let written = bare.uppercased()
        let letters = String(written.prefix(2))
        let prefix = letters == "GR" ? "EL" : letters
        guard let rule = VATRule.rules[prefix] else { throw .unknownCountry }
        let body = rule.normalized(String(written.dropFirst(2)))
        guard rule.hasForm(body) else { throw .wrongForm(prefix: prefix) }
        guard rule.checks(VATBody(body)) else { throw .wrongCheckDigits(prefix: prefix) }
        self.prefix = prefix
        self.body = body
    }

    /// The country's ISO code: `GR` for Greece, and `GB` for Northern Ireland, whose numbers count
    /// as a member's for goods, but not for services.
    package var country: String {
        switch prefix {
        case "EL": "GR"
        case "XI": "GB"
        default: prefix
        }
    }

    package var text: String { prefix + body }
}

extension VATNumber: CustomStringConvertible {
    package var description: String { text }
}

/// How the numbers of one country are written and checked.
struct VATRule: Sendable {
    /// Each form as a pattern: `9` is a digit, `A` a letter, `X` either, anything else itself.
    let forms: [String]
    let check: @Sendable (VATBody) -> Bool
    /// Written with one digit less until some year, and a 0 in front since.
    var addsZero = false

    func normalized(_ body: String) -> String {
        addsZero && forms.allSatisfy { $0.count == body.count + 1 } ? "0" + body : body
    }

    func hasForm(_ body: String) -> Bool {
        forms.contains { form in
            form.utf8.count == body.utf8.count
                && zip(form, body).allSatisfy { mark, character in
                    switch mark {
                    case "9": character.isASCIIDigit
                    case "A": character.isASCIILetter
                    case "X": character.isASCIIDigit || character.isASCIILetter
                    default: character == mark
                    }
                }
        }
    }

    func checks(_ body: VATBody) -> Bool { check(body) }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
    fileprivate var isASCIILetter: Bool { ("A"..."Z").contains(self) }
}
