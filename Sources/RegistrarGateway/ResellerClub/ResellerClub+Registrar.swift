package import Core
import struct Foundation.Date
import Support
import Wire

extension ResellerClub: Registrar {
    package var name: String { "resellerclub" }

    package func findCustomer(email: String) async throws -> String? {
        do {
            let reply = try await read("customers/details.json", [("username", email)])
            return try expected(reply.identifier("customerid"))
        } catch RemoteFailure.refused("customer_not_found", _) {
            return nil
        }
    }

    package func createCustomer(_ registrant: Registrant) async throws -> String {
        let password = ResellerClub.password()
        let fields = [("username", registrant.email), ("passwd", password), ("lang-pref", "en")]
        let reply = try await write(
            "customers/signup.json",
            fields + ResellerClub.particulars(of: registrant),
            hiding: [password]
        )
        return try expected(reply.identifier("customerid"))
    }

    package func contactKind(for name: DomainName) -> String {
        ResellerClub.contactType(for: name)
    }

    package func createContact(
        _ registrant: Registrant,
        customer: String,
        kind: String
    ) async throws -> String {
        let fields = [("customer-id", customer), ("type", kind), ("email", registrant.email)]
        let reply = try await write(
            "contacts/add.json",
            fields + ResellerClub.particulars(of: registrant)
        )
        return try expected(reply.identifier("contactid"))
    }

    package func register(_ request: RegistrationRequest) async throws -> RegistrationOutcome {
        let fields = [("domain-name", request.name.text), ("years", String(request.years))]
        return try await order(
            "domains/register.json",
            fields
                + terms(request.name, request.customer, request.contact, request.nameservers)
        )
    }

    package func transfer(_ request: TransferRequest) async throws -> RegistrationOutcome {
        let fields = [("domain-name", request.name.text), ("auth-code", request.authCode)]
        return try await order(
            "domains/transfer.json",
            fields
                + terms(request.name, request.customer, request.contact, request.nameservers),
            hiding: [request.authCode]
        )
    }

    package func find(_ name: DomainName) async throws -> RegisteredDomain? {
        do {
            let found = try await read("domains/orderid.json", [("domain-name", name.text)])
            let order = try expected(found.identifier("orderid"))
            let details = try await read(
                "domains/details.json",
                [
                    ("order-id", order), ("options", "OrderDetails"),
                    ("options", "StatusDetails"), ("options", "NsDetails"),
                ]
            )
            return try RegisteredDomain(
                order: order,
                status: expected(RegisteredDomain.Status(details)),
                expiresAt: details["endtime"].flatMap(Double.init).map(
                    Date.init(timeIntervalSince1970:)
                ),
                nameservers: (1...13).compactMap { details["ns\($0)"] }.filter { !$0.isEmpty }
            )
        } catch RemoteFailure.refused("domain_not_found", _) {
            return nil
        }
    }

    /// Places an order that costs money, and tells what came of it.
    private func order(
        _ path: String,
        _ fields: [(String, String)],
        hiding secrets: [String] = []
    ) async throws -> RegistrationOutcome {
        let reply = try await write(path, fields, hiding: secrets)
        let order = try expected(reply.identifier("entityid"))
        let detail = reply["actionstatusdesc"] ?? ""
        switch reply["actionstatus"]?.lowercased() {
        case "success":
            return .completed(order: order)
        case "failed", "error":
            throw ResellerClub.failure(saying: detail.excerpt(hiding: secrets))
        case let status:
            let waiting = detail.isEmpty ? status ?? "" : detail
            return .pending(order: order, detail: waiting.excerpt(hiding: secrets))
        }
    }

    /// What every order says: whom it is for, and that billing and renewal are our affair.
    private func terms(
        _ name: DomainName,
        _ customer: String,
        _ contact: String,
        _ nameservers: [String]
    ) -> [(String, String)] {
        nameservers.map { ("ns", $0) } + [("customer-id", customer)]
            + ResellerClub.contacts(contact, for: name)
            + [("invoice-option", "NoInvoice"), ("auto-renew", "false")]
    }

    /// A value, unless the reply is not of the kind that was asked for.
    func expected<Value>(_ value: Value?) throws -> Value {
        guard let value else {
            throw RemoteFailure.unknown(message: "ResellerClub answered with something unexpected.")
        }
        return value
    }
}

extension RegisteredDomain.Status {
    /// How an order stands; nil when the reply is none about an order.
    fileprivate init?(_ details: ResellerClubReply) {
        guard let current = details["currentstatus"] else { return nil }
        let detail = details["actionstatusdesc"].map { $0.excerpt() }
        switch current.lowercased() {
        case "active":
            self = .active
        case "inactive" where details["actionstatus"]?.lowercased() == "failed":
            self = .failed(detail ?? current)
        case "inactive":
            self = .pending(detail ?? current)
        case "deleted", "archived":
            self = .failed(detail ?? current)
        default:
            self = .other(current)
        }
    }
}
