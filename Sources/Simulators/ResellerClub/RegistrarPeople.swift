import Wire

// Customers and contacts.
extension RegistrarLedger {
    private static let particulars = [
        "name", "company", "address-line-1", "city", "state", "country", "zipcode", "phone-cc",
        "phone",
    ]

    private static let contactTypes: Set<String> = [
        "Contact", "AtContact", "BrContact", "BrOrgContact", "CaContact", "ClContact",
        "CnContact", "CoContact", "CoopContact", "DeContact", "EsContact", "EuContact",
        "FrContact", "MxContact", "NlContact", "NycContact", "RuContact", "UkContact",
        "UkServiceContact",
    ]

    /// The kind of registrant that an ending asks for: what goes for `uk` goes for `co.uk`.
    static func contactType(forEnding ending: String) -> String {
        let registry = ending.split(separator: ".").last ?? ""
        let own = registry.prefix(1).uppercased() + registry.dropFirst() + "Contact"
        return contactTypes.contains(own) ? own : "Contact"
    }

    mutating func signUp(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let username = try call.text("username")
        let password = try call.text("passwd")
        _ = try call.text("lang-pref")
        let fields = try particulars(call)
        guard username.contains("@") else {
            throw RegistrarError("{username=username is invalid}")
        }
        let isStrong =
            password.contains(where: \.isUppercase) && password.contains(where: \.isLowercase)
            && password.contains(where: \.isNumber)
            && password.contains { "~*!@$#%_+.?:,{}".contains($0) }
        guard (9...16).contains(password.count), isStrong else {
            throw RegistrarError(
                "{passwd=Password should be alphanumeric with a special character, 9 to 16 long}"
            )
        }
        guard !customers.values.contains(where: { $0.username == username }) else {
            throw RegistrarError("\(username) is already a customer.")
        }
        let id = nextID(from: 17_600_000)
        customers[id] = RegistrarCustomer(id: id, username: username, fields: fields)
        return .integer(id)
    }

    func customerDetails(_ call: RegistrarCall, byID: Bool) throws(RegistrarError) -> JSON {
        let found: RegistrarCustomer?
        if byID {
            let id = try call.number("customer-id")
            found = customers[id]
            if found == nil { throw RegistrarError("Invalid customer-id") }
        } else {
            let username = try call.text("username")
            found = customers.values.first { $0.username == username }
            if found == nil { throw RegistrarError("Customer \(username) not found") }
        }
        guard let customer = found else { throw RegistrarError("Invalid customer-id") }
        func text(_ name: String) -> JSON { .string(customer.fields[name] ?? "") }
        return [
            "customerid": .string(String(customer.id)), "username": .string(customer.username),
            "useremail": .string(customer.username), "name": text("name"),
            "company": text("company"), "address1": text("address-line-1"),
            "city": text("city"), "state": text("state"), "country": text("country"),
            "zip": text("zipcode"), "telnocc": text("phone-cc"), "telno": text("phone"),
            "customerstatus": "Active", "resellerid": "100001",
        ]
    }

    mutating func addContact(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let customer = try call.number("customer-id")
        guard customers[customer] != nil else { throw RegistrarError("Invalid customer-id") }
        let type = try call.text("type")
        guard Self.contactTypes.contains(type) else {
            throw RegistrarError("{type=type is invalid}")
        }
        var fields = try particulars(call)
        fields["email"] = try call.text("email")
        let id = nextID(from: 82_000_000)
        contacts[id] = RegistrarContact(id: id, customer: customer, type: type, fields: fields)
        return .integer(id)
    }

    func contactDetails(_ call: RegistrarCall) throws(RegistrarError) -> JSON {
        let id = try call.number("contact-id")
        guard let contact = contacts[id] else { throw RegistrarError("Invalid contact-id") }
        func text(_ name: String) -> JSON { .string(contact.fields[name] ?? "") }
        return [
            "contactid": .string(String(id)), "entityid": .string(String(id)),
            "name": text("name"), "company": text("company"), "emailaddr": text("email"),
            "address1": text("address-line-1"), "city": text("city"), "state": text("state"),
            "zip": text("zipcode"), "country": text("country"), "telnocc": text("phone-cc"),
            "telno": text("phone"), "type": .string(contact.type), "contactstatus": "Active",
            "currentstatus": "Active", "customerid": .string(String(contact.customer)),
            "classkey": "domcontact", "contacttype": [],
        ]
    }

    private func particulars(
        _ call: RegistrarCall
    ) throws(RegistrarError) -> [String: String] {
        var fields: [String: String] = [:]
        for name in Self.particulars { fields[name] = try call.text(name) }
        let code = fields["phone-cc"] ?? ""
        let phone = fields["phone"] ?? ""
        let areDigits = (code + phone).utf8.allSatisfy { (48...57).contains($0) }
        guard areDigits, (1...3).contains(code.utf8.count), (4...12).contains(phone.utf8.count)
        else { throw RegistrarError("{telno=telno is invalid}") }
        guard fields["country"]?.utf8.count == 2 else {
            throw RegistrarError("{country=country is invalid}")
        }
        for name in ["address-line-1", "city", "state"]
        where (fields[name]?.count ?? 0) > 64 {
            throw RegistrarError("{\(name)=\(name) is too long}")
        }
        guard (fields["zipcode"]?.count ?? 0) <= 16 else {
            throw RegistrarError("{zip=zip is invalid}")
        }
        return fields
    }
}
