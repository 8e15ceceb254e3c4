import Core
import Support

// What ResellerClub wants to know, and how it differs from one ending to another.

extension ResellerClub {
    /// Endings whose registrant must be a contact of a kind of its own.
    private static let contactTypes = [
        "at": "AtContact", "br": "BrContact", "ca": "CaContact", "cl": "ClContact",
        "cn": "CnContact", "co": "CoContact", "coop": "CoopContact", "de": "DeContact",
        "es": "EsContact", "eu": "EuContact", "fr": "FrContact", "mx": "MxContact",
        "nl": "NlContact", "nyc": "NycContact", "ru": "RuContact", "uk": "UkContact",
    ]

    /// Endings that know no such contact, which is said with the number -1.
    private static let withoutAdministrator: Set = ["eu", "nz", "ru", "uk"]
    private static let withoutTechnician: Set = ["eu", "fr", "nz", "ru", "uk"]
    private static let withoutPayer: Set = [
        "at", "berlin", "ca", "eu", "fr", "london", "nl", "nz", "ru", "uk",
    ]

    /// The kind of contact that a name's registrant has to be.
    static func contactType(for name: DomainName) -> String {
        contactTypes[registry(of: name)] ?? "Contact"
    }

    /// The four contacts of an order, all the same person where the ending knows them.
    static func contacts(_ contact: String, for name: DomainName) -> [(String, String)] {
        let registry = registry(of: name)
        return [
            ("reg-contact-id", contact),
            ("admin-contact-id", withoutAdministrator.contains(registry) ? "-1" : contact),
            ("tech-contact-id", withoutTechnician.contains(registry) ? "-1" : contact),
            ("billing-contact-id", withoutPayer.contains(registry) ? "-1" : contact),
        ]
    }

    /// A person's name, address and telephone, as customers and contacts both have them.
    static func particulars(of registrant: Registrant) -> [(String, String)] {
        let address = registrant.address
        var fields = [
            ("name", registrant.name),
            ("company", registrant.company ?? "N/A"),
            ("address-line-1", address.line1),
        ]
        if let line2 = address.line2 { fields.append(("address-line-2", line2)) }
        fields.append(("city", address.city))
        if let state = address.state {
            fields.append(("state", state))
        } else {
            fields += [("state", "Not Applicable"), ("other-state", "")]
        }
        return fields + [
            ("country", address.country),
            ("zipcode", address.postalCode),
            ("phone-cc", registrant.phoneCountryCode),
            ("phone", registrant.phone),
        ]
    }

    /// The last part of a name: what goes for `uk` goes for `co.uk`.
    private static func registry(of name: DomainName) -> String {
        name.ending.split(separator: ".").last.map(String.init) ?? ""
    }

    /// A password for a customer's record, which nobody is told: we act for the customer by the
    /// reseller's key. 15 characters of the four kinds that are asked for.
    static func password() -> String {
        let kinds = [
            "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "~*!@$#%_+.?:,{}",
        ]
        let alphabet = Array(kinds.joined())
        let fair = 256 / alphabet.count * alphabet.count
        while true {
            let characters = randomBytes(64).filter { $0 < fair }
                .map { alphabet[Int($0) % alphabet.count] }
            let password = String(characters.prefix(15))
            if password.count == 15,
                kinds.allSatisfy({ kind in password.contains(where: kind.contains) })
            {
                return password
            }
        }
    }
}
