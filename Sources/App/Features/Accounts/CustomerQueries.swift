package import Core
import Foundation
import Postgres

extension Session {
    func customer(_ id: ID<Customer>) throws -> CustomerRecord? {
        try first(
            "SELECT \(CustomerRecord.columns) FROM customers WHERE id = \(id.uuid)",
            CustomerRecord.init(row:)
        )
    }

    func storeCustomer(
        _ id: ID<Customer>,
        name: String,
        company: String?,
        email: String,
        now: Date
    ) throws {
        try run(
            """
            INSERT INTO customers (id, name, company, email, created_at)
            VALUES (\(id.uuid), \(name), \(company), \(email), \(now))
            """
        )
    }

    /// Stores what a customer has told; the address for mails is the user's affair.
    func storeCustomerDetails(_ customer: CustomerRecord) throws {
        let address = customer.address
        try run(
            """
            UPDATE customers SET name = \(customer.name), company = \(customer.company),
                phone_country_code = \(customer.phone?.countryCode),
                phone = \(customer.phone?.number),
                address_line1 = \(address?.line1), address_line2 = \(address?.line2),
                city = \(address?.city), state = \(customer.state),
                postal_code = \(address?.postalCode), country = \(customer.country),
                vat_number = \(customer.vatNumber),
                time_zone = \(customer.timeZone.identifier)
            WHERE id = \(customer.id.uuid)
            """
        )
    }

    func setCustomerEmail(_ email: String, of customer: ID<Customer>) throws {
        try run("UPDATE customers SET email = \(email) WHERE id = \(customer.uuid)")
    }

    /// What a customer pays in, and whether anything was billed in it; nil before the first order.
    func presentCurrency(of customer: ID<Customer>) throws -> (Currency?, isFixed: Bool) {
        try one(
            """
            SELECT coalesce(bill.currency, customers.currency) AS currency,
                bill.currency IS NOT NULL AS is_fixed
            FROM customers LEFT JOIN LATERAL (
                SELECT currency FROM invoices
                WHERE customer_id = customers.id AND status <> 'draft'
                ORDER BY issued_at, id LIMIT 1
            ) bill ON true
            WHERE customers.id = \(customer.uuid)
            """
        ) { row in
            let code = try row.optional("currency", as: String.self)
            return (code.flatMap { Currency($0) }, try row.get("is_fixed"))
        }
    }

    /// What a customer has bought in, where that is not what is to be paid now. Nothing else of the
    /// customer's is bought until the transaction ends.
    func otherFixedCurrency(
        of customer: ID<Customer>,
        than currency: Currency
    ) throws -> Currency? {
        try lockCredits(of: customer)
        guard case (let fixed?, true) = try presentCurrency(of: customer), fixed != currency else {
            return nil
        }
        return fixed
    }

    func setCurrency(_ currency: Currency, of customer: ID<Customer>) throws {
        try run(
            """
            UPDATE customers SET currency = \(currency.code)
            WHERE id = \(customer.uuid) AND currency IS DISTINCT FROM \(currency.code)
            """
        )
    }

    /// Where a customer's days begin.
    func timeZone(of customer: ID<Customer>) throws -> BillingZone {
        let name = try one("SELECT time_zone FROM customers WHERE id = \(customer.uuid)") {
            try $0.get("time_zone", as: String.self)
        }
        return BillingZone(name) ?? .utc
    }

    /// A customer as the buyer on a document.
    func buyer(_ id: ID<Customer>) throws -> Party {
        Party(try customer(id).orThrow(UnreadableColumn("customer_id")))
    }

    /// The company as the seller on a document.
    func seller() throws -> Party {
        let company = try company()
        return Party(
            name: company.name,
            company: nil,
            email: company.email,
            address: company.address.lines,
            taxID: try taxPolicy().taxID
        )
    }

    /// The company as staff have described it.
    func company() throws -> Company {
        let stored = try first("SELECT value::text AS value FROM settings WHERE name = 'company'") {
            try JSONDecoder().decode(
                Company.self,
                from: Data(try $0.get("value", as: String.self).utf8)
            )
        }
        return stored ?? .unnamed
    }
}

extension Party {
    /// A customer as the buyer on a document.
    init(_ customer: CustomerRecord) {
        self.init(
            name: customer.name,
            company: customer.company,
            email: customer.email,
            address: customer.address?.lines
                ?? customer.country.map { [Countries.name(of: $0)] } ?? [],
            taxID: customer.vatNumber
        )
    }
}

extension CustomerRecord {
    static let columns: SQL = """
        id, name, company, email, phone_country_code, phone, address_line1, address_line2, city,
        state, postal_code, country, vat_number, time_zone, created_at
        """

    init(row: Row) throws {
        let code = try row.optional("phone_country_code", as: String.self)
        let number = try row.optional("phone", as: String.self)
        self.init(
            id: try row.id("id"),
            name: try row.get("name"),
            company: try row.optional("company"),
            email: try row.get("email"),
            address: try PostalAddress(row: row),
            country: try row.optional("country"),
            state: try row.optional("state"),
            vatNumber: try row.optional("vat_number"),
            phone: code.flatMap { code in number.map { Phone(countryCode: code, number: $0) } },
            // A zone that the database of zones has given up is counted in UTC.
            timeZone: BillingZone(try row.get("time_zone", as: String.self)) ?? .utc,
            createdAt: try row.get("created_at")
        )
    }
}

extension PostalAddress {
    /// The address of a customer's row, when it is complete.
    fileprivate init?(row: Row) throws {
        guard let line1 = try row.optional("address_line1", as: String.self),
            let city = try row.optional("city", as: String.self),
            let postalCode = try row.optional("postal_code", as: String.self),
            let country = try row.optional("country", as: String.self)
        else { return nil }
        self.init(
            line1: line1,
            line2: try row.optional("address_line2"),
            city: city,
            state: try row.optional("state"),
            postalCode: postalCode,
            country: country
        )
    }

    /// The address as it stands on a letter.
    package var lines: [String] {
        let place = [postalCode, city, state].compactMap { $0 }.joined(separator: " ")
        return [line1, line2, place, Countries.name(of: country)].compactMap { $0 }
    }
}
