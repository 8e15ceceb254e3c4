import Testing
import Wire

/// A call to an outside party, and the kind of sale that makes it.
struct RemoteCall: Sendable, CustomTestStringConvertible {
    enum Party: Sendable { case stripe, registrar, panels, mail }

    /// How a sale goes.
    enum Way: Sendable, CaseIterable {
        /// A name is registered, and paid for on the processor's page.
        case registration
        /// A name is moved to us.
        case transfer
        /// The payment is completed on a page of the customer's own.
        case ownPage

        var hasDomain: Bool { self != .ownPage }
    }

    let party: Party
    let match: String
    var way = Way.registration
    /// The call whose answer has to be lost before this one is made.
    var afterLosing: String?

    var testDescription: String { match }

    /// Whether it is no part of a sale, but says where one may be delivered.
    var isAboutHealth: Bool { match == "GET /api/health" }

    /// Whether a sale cannot go on while it is refused.
    var holdsUpTheSale: Bool { match != "GET /api/domains/orderid" || way == .transfer }

    static let all = [
        RemoteCall(party: .stripe, match: "POST /v1/customers"),
        RemoteCall(party: .stripe, match: "POST /v1/checkout/sessions"),
        RemoteCall(party: .stripe, match: "GET /v1/checkout/sessions"),
        RemoteCall(party: .stripe, match: "POST /v1/payment_intents$", way: .ownPage),
        RemoteCall(party: .stripe, match: "GET /v1/payment_intents/", way: .ownPage),
        RemoteCall(party: .registrar, match: "GET /api/customers/details"),
        RemoteCall(party: .registrar, match: "POST /api/customers/signup"),
        RemoteCall(party: .registrar, match: "POST /api/contacts/add"),
        RemoteCall(party: .registrar, match: "POST /api/domains/register"),
        RemoteCall(party: .registrar, match: "POST /api/domains/transfer", way: .transfer),
        RemoteCall(party: .registrar, match: "GET /api/domains/orderid"),
        RemoteCall(party: .registrar, match: "GET /api/domains/details", way: .transfer),
        RemoteCall(party: .panels, match: "GET /api/health"),
        RemoteCall(party: .panels, match: createAccount),
        RemoteCall(
            party: .panels,
            match: "GET /api/v1/billing/accounts$",
            afterLosing: createAccount
        ),
        RemoteCall(party: .panels, match: "POST /api/v1/licenses/provision"),
        RemoteCall(party: .mail, match: "SMTP RCPT"),
        RemoteCall(party: .mail, match: "SMTP DATA"),
    ]

    private static let createAccount = "POST /api/v1/billing/accounts"
}

/// What an order is paid on.
enum Payable: Sendable {
    case page(String)
    case intent(String)
}

extension TestApp {
    /// Places an order for a sale of some way; the turn tells the names of several apart.
    func placeOrder(_ way: RemoteCall.Way, _ turn: Int, by person: Person) async throws -> JSON {
        switch way {
        case .registration: try await placeOrder(by: person, domain: "example-\(turn).com")
        case .transfer:
            // The simulated registrar knows names that begin so as somebody else's.
            try await placeOrder(by: person, domain: "taken-\(turn).com", action: "transfer")
        case .ownPage: try await placeOrder(by: person)
        }
    }

    /// Asks for what an order is paid on; nil when it is not to be had.
    func open(
        _ order: JSON,
        _ way: RemoteCall.Way,
        by person: Person
    ) async throws -> (TestAnswer, Payable?) {
        guard way == .ownPage else {
            let id = try #require(order["id"]?.string)
            let path = "/api/v1/orders/\(id)/checkout"
            let answer = try await api.post(path, json: [:], token: person.token)
            return (answer, answer.json["session_id"]?.string.map(Payable.page))
        }
        let answer = try await api.post(
            "/api/v1/payments/intent",
            json: ["invoice_id": order["invoice_id"] ?? .null],
            token: person.token
        )
        let secret = answer.json["client_secret"]?.string
        return (answer, secret.map { .intent(String($0.prefix(upTo: secretBegin(in: $0)))) })
    }

    /// Where a client secret goes on behind the identifier of its payment.
    private func secretBegin(in text: String) -> String.Index {
        text.firstRange(of: "_secret_")?.lowerBound ?? text.endIndex
    }

    /// Pays as a customer would.
    func pay(_ payable: Payable) async throws {
        switch payable {
        case .page(let session): pay(session)
        case .intent(let intent):
            let fields = [
                ("payment_method", "pm_card_visa"), ("return_url", "https://shop.example/"),
            ]
            _ = try await callStripe("/v1/payment_intents/\(intent)/confirm", fields)
        }
    }
}
