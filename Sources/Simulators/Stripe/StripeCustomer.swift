import Wire

/// A customer of the account.
struct StripeCustomer: StripeObject {
    let id: String
    let created: Int64
    var email: String?
    var name: String?
    var phone: String?
    var description: String?
    var address: JSON = .null
    var shipping: JSON = .null
    var metadata: [String: String] = [:]
    var defaultMethod: String?
    var preferredLocales: [JSON] = []
    var taxExempt = "none"
    var isDeleted = false
    private var invoicePrefix = StripeBooks.token(8).uppercased()

    init(id: String, created: Int64) {
        self.id = id
        self.created = created
    }

    var json: JSON {
        if isDeleted {
            return [
                "id": .string(id),
                "object": "customer",
                "created": .integer(created),
                "deleted": true,
                "livemode": false,
            ]
        }
        return [
            "id": .string(id), "object": "customer", "address": address, "balance": 0,
            "created": .integer(created), "currency": nil, "customer_account": nil,
            "default_source": nil, "delinquent": false, "description": .text(description),
            "discount": nil, "email": .text(email), "invoice_prefix": .string(invoicePrefix),
            "invoice_settings": [
                "custom_fields": nil, "default_payment_method": .text(defaultMethod),
                "footer": nil, "rendering_options": nil,
            ],
            "livemode": false, "metadata": .texts(metadata), "name": .text(name),
            "next_invoice_sequence": 1, "phone": .text(phone),
            "preferred_locales": .array(preferredLocales), "shipping": shipping,
            "tax_exempt": .string(taxExempt), "test_clock": nil,
        ]
    }

    /// Takes over what a call sets.
    mutating func update(_ parameters: StripeParameters) {
        func changed(_ name: String, _ old: String?) -> String? {
            parameters.has(name) ? parameters.text(name) : old
        }
        email = changed("email", email)
        name = changed("name", name)
        phone = changed("phone", phone)
        description = changed("description", description)
        if parameters.has("address") { address = parameters.address }
        if parameters.has("shipping") { shipping = parameters.shipping }
        if parameters.has("preferred_locales") {
            preferredLocales = parameters.list("preferred_locales")
        }
        taxExempt = parameters.text("tax_exempt") ?? taxExempt
        metadata = parameters.metadata(changing: metadata)
    }
}

extension StripeParameters {
    /// An address with all its lines.
    var address: JSON {
        guard let sent = object("address") else { return .null }
        return ["city", "country", "line1", "line2", "postal_code", "state"]
            .reduce([:]) { $0.setting($1, .text(sent.text($1))) }
    }

    /// Where something is sent to.
    var shipping: JSON {
        guard let sent = object("shipping") else { return .null }
        return [
            "address": sent.address, "carrier": .text(sent.text("carrier")),
            "name": .text(sent.text("name")), "phone": .text(sent.text("phone")),
            "tracking_number": .text(sent.text("tracking_number")),
        ]
    }
}

extension StripeParameter {
    static let address = StripeParameter.object(
        "address",
        ["city", "country", "line1", "line2", "postal_code", "state"].map { .text($0) }
    )

    static let shipping = StripeParameter.object(
        "shipping",
        [.address, .text("name"), .text("phone"), .text("carrier"), .text("tracking_number")]
    )
}

extension StripeRoute {
    private static let fields: [StripeParameter] = [
        .text("email", most: 512), .text("name", most: 256), .text("phone"),
        .text("description", most: 350), .address, .shipping, .metadata,
        .list("preferred_locales"), .choice("tax_exempt", "exempt", "none", "reverse"),
        .object("invoice_settings", [.text("default_payment_method")]),
    ]

    static let customers: [StripeRoute] = [
        StripeRoute("POST", "v1/customers", fields + [.text("payment_method")]) {
            books,
            call throws(StripeError) in try books.createCustomer(call)
        },
        StripeRoute("GET", "v1/customers", StripeParameter.paging + [.text("email")]) {
            books,
            call throws(StripeError) in
            let email = call.parameters.text("email")
            let found = books.customers.newestFirst.filter {
                !$0.isDeleted && (email == nil || $0.email == email)
            }
            return try call.parameters.page(of: found, url: "/v1/customers")
        },
        StripeRoute("GET", "v1/customers/:") { books, call throws(StripeError) in
            try books.customer(call.id, param: "id", inPath: true, deletedToo: true).json
        },
        StripeRoute("POST", "v1/customers/:", fields) { books, call throws(StripeError) in
            try books.updateCustomer(call)
        },
        StripeRoute("DELETE", "v1/customers/:") { books, call throws(StripeError) in
            var customer = try books.customer(call.id, param: "id", inPath: true)
            books.emit("customer.deleted", customer.json, call)
            customer.isDeleted = true
            books.customers[customer.id] = customer
            return customer.json
        },
    ]
}

extension StripeBooks {
    /// A customer that exists.
    func customer(
        _ id: String,
        param: String = "customer",
        inPath: Bool = false,
        deletedToo: Bool = false
    ) throws(StripeError) -> StripeCustomer {
        guard let customer = customers[id], deletedToo || !customer.isDeleted else {
            throw .noSuch("customer", id, param: param, inPath: inPath)
        }
        return customer
    }

    fileprivate mutating func createCustomer(_ call: StripeCall) throws(StripeError) -> JSON {
        if let email = call.parameters.text("email"), !email.contains("@") {
            throw .parameter(
                "Invalid email address: \(email)",
                code: "email_invalid",
                param: "email"
            )
        }
        var customer = StripeCustomer(id: newID("cus", length: 14), created: call.now)
        customer.update(call.parameters)
        customers[customer.id] = customer
        if let method = call.parameters.text("payment_method") {
            _ = try attach(method, to: customer.id, call)
        }
        try setDefaultMethod(of: &customer, call)
        customers[customer.id] = customer
        emit("customer.created", customer.json, call)
        return customer.json
    }

    fileprivate mutating func updateCustomer(_ call: StripeCall) throws(StripeError) -> JSON {
        var customer = try customer(call.id, param: "id", inPath: true)
        customer.update(call.parameters)
        try setDefaultMethod(of: &customer, call)
        customers[customer.id] = customer
        emit("customer.updated", customer.json, call)
        return customer.json
    }

    private func setDefaultMethod(
        of customer: inout StripeCustomer,
        _ call: StripeCall
    ) throws(StripeError) {
        guard let settings = call.parameters.object("invoice_settings"),
            settings.has("default_payment_method")
        else { return }
        let id = settings.text("default_payment_method")
        if let id, methods[id]?.customer != customer.id {
            throw .noSuch(
                "PaymentMethod",
                id,
                param: "invoice_settings[default_payment_method]",
                inPath: false
            )
        }
        customer.defaultMethod = id
    }
}
