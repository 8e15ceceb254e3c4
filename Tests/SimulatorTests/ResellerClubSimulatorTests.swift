import Foundation
import HTTPClient
import Simulators
import Support
import Testing
import Wire

/// A simulated ResellerClub with somebody who calls it.
private struct Reseller: Sendable {
    let club: ResellerClubSimulator
    let caller = Caller()
    let particulars = [
        ("name", "Ada Example"), ("company", "N/A"), ("address-line-1", "1 Street"),
        ("city", "Town"), ("state", "Not Applicable"), ("country", "DE"), ("zipcode", "12345"),
        ("phone-cc", "49"), ("phone", "30123456"),
    ]
    private let keys = [
        ("auth-userid", ResellerClubSimulator.sandboxReseller),
        ("api-key", ResellerClubSimulator.sandboxKey),
    ]

    static func open(
        clock: BusinessClock = BusinessClock(),
        _ body: (Reseller) async throws -> Void
    ) async throws {
        let club = try ResellerClubSimulator(settings: quickSettings(clock)).start()
        let result: Result<Void, any Error>
        do {
            try await body(Reseller(club: club))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await club.stop()
        try result.get()
    }

    func read(_ path: String, _ fields: [(String, String)]) async throws -> IncomingAnswer {
        let query = FormFields((keys + fields).map { .init($0.0, $0.1) }).encoded
        return try await caller.get("\(club.host.baseURL)/api/\(path).json?\(query)")
    }

    func write(_ path: String, _ fields: [(String, String)]) async throws -> IncomingAnswer {
        try await caller.post("\(club.host.baseURL)/api/\(path).json", keys + fields)
    }

    /// A customer and a contact of it.
    func people() async throws -> (customer: String, contact: String) {
        let customer = try await write(
            "customers/signup",
            [("username", "ada@example.com"), ("passwd", "Secret.12345"), ("lang-pref", "en")]
                + particulars
        ).text
        let contact = try await write(
            "contacts/add",
            [("customer-id", customer), ("type", "Contact"), ("email", "ada@example.com")]
                + particulars
        ).text
        return (customer, contact)
    }

    func order(_ domain: String, years: Int = 1) async throws -> IncomingAnswer {
        let (customer, contact) = try await people()
        return try await write(
            "domains/register",
            terms(customer, contact) + [("domain-name", domain), ("years", String(years))]
        )
    }

    func terms(_ customer: String, _ contact: String) -> [(String, String)] {
        ["reg", "admin", "tech", "billing"].map { ("\($0)-contact-id", contact) } + [
            ("customer-id", customer), ("ns", "ns1.example.com"), ("ns", "ns2.example.com"),
            ("invoice-option", "NoInvoice"), ("auto-renew", "false"),
        ]
    }
}

extension IncomingAnswer {
    fileprivate var message: String { json["message"]?.string ?? "" }
}

@Suite struct ResellerClubSimulatorTests {
    @Test func `names are free, taken or unknown, several at once`() async throws {
        try await Reseller.open { reseller in
            let answer = try await reseller.read(
                "domains/available",
                [
                    ("domain-name", "free"), ("domain-name", "taken-one"),
                    ("domain-name", "unknown-one"), ("tlds", "com"), ("tlds", "net"),
                ]
            )
            #expect(answer.json.members?.count == 6)
            #expect(answer.json["free.net"]?["status"] == "available")
            #expect(answer.json["taken-one.com"]?["status"] == "regthroughothers")
            #expect(answer.json["unknown-one.com"]?["status"] == "unknown")
        }
    }

    @Test func `a registration is billed and can be looked up`() async throws {
        try await Reseller.open { reseller in
            let order = try await reseller.order("shop.com", years: 2)
            #expect(order.json["actionstatus"] == "Success")
            #expect(order.json["customerid"] == nil)
            let id = try await reseller.read("domains/orderid", [("domain-name", "shop.com")]).text
            #expect(order.json["entityid"]?.string == id)
            let details = try await reseller.read(
                "domains/details",
                [("order-id", id), ("options", "All")]
            )
            #expect(details.json["currentstatus"] == "Active")
            #expect(details.json["ns2"] == "ns2.example.com")
            let charges = reseller.club.host.state["charges"]?.array
            #expect(charges?.count == 1)
            #expect(charges?[0]["amount_cents"] == 2118)
            #expect(reseller.club.host.state["balance_cents"] == 997_882)
        }
    }

    @Test func `a name is registered once`() async throws {
        try await Reseller.open { reseller in
            #expect(try await reseller.order("shop.com").status == 200)
            let (customer, contact) = try await (
                reseller.read("customers/details", [("username", "ada@example.com")])
                    .json["customerid"]?.string ?? "",
                reseller.write(
                    "contacts/add",
                    [
                        ("customer-id", "17600001"), ("type", "Contact"),
                        ("email", "ada@example.com"),
                    ] + reseller.particulars
                ).text
            )
            let again = try await reseller.write(
                "domains/register",
                reseller.terms(customer, contact) + [("domain-name", "shop.com"), ("years", "1")]
            )
            #expect(again.status == 500)
            #expect(again.json["status"] == "ERROR")
            #expect(reseller.club.host.state["charges"]?.array?.count == 1)
        }
    }

    @Test func `a queued order is done by the second look`() async throws {
        try await Reseller.open { reseller in
            let order = try await reseller.order("pending-shop.com")
            #expect(order.json["actionstatus"] == "InvoicePaid")
            let id = try #require(order.json["entityid"]?.string)
            var seen: [String?] = []
            for _ in 0..<2 {
                let details = try await reseller.read(
                    "domains/details",
                    [("order-id", id), ("options", "OrderDetails")]
                )
                seen.append(details.json["currentstatus"]?.string)
            }
            #expect(seen == ["InActive", "Active"])
        }
    }

    @Test func `a transfer needs the code and takes its time`() async throws {
        try await Reseller.open { reseller in
            let (customer, contact) = try await reseller.people()
            let terms = reseller.terms(customer, contact) + [("domain-name", "taken-shop.com")]
            let wrong = try await reseller.write(
                "domains/transfer",
                terms + [("auth-code", "wrong")]
            )
            #expect(wrong.json["status"] == "ERROR")
            let right = try await reseller.write(
                "domains/transfer",
                terms + [("auth-code", "abc-123")]
            )
            #expect(right.json["actionstatus"] == "AdminApproved")
            let may = try await reseller.read(
                "domains/validate-transfer",
                [("domain-name", "free.com")]
            )
            #expect(may.message.contains("currently available for Registration"))
        }
    }

    @Test func `a renewal sent twice renews once`() async throws {
        let clock = BusinessClock(standingAt: Date(timeIntervalSince1970: 1_800_000_000))
        try await Reseller.open(clock: clock) { reseller in
            let order = try await reseller.order("shop.com")
            let id = try #require(order.json["entityid"]?.string)
            let details = try await reseller.read(
                "domains/details",
                [("order-id", id), ("options", "All")]
            )
            let end = try #require(details.json["endtime"]?.string)
            let fields = [
                ("order-id", id), ("years", "1"), ("exp-date", end), ("auto-renew", "false"),
                ("invoice-option", "NoInvoice"),
            ]
            #expect(try await reseller.write("domains/renew", fields).status == 200)
            #expect(try await reseller.write("domains/renew", fields).status == 500)
            #expect(reseller.club.host.state["charges"]?.array?.count == 2)
        }
    }

    @Test(arguments: [
        ("domains/register", "Method GET is not allowed"), ("domains/orderid", "Required"),
        ("customers/details", "Required"), ("nothing/here", "Invalid request"),
    ])
    func `wrong calls are refused with status 500`(
        _ path: String,
        _ message: String
    ) async throws {
        try await Reseller.open { reseller in
            let answer = try await reseller.read(path, [])
            #expect(answer.status == 500)
            #expect(answer.message.contains(message))
        }
    }

    @Test func `known refusals are worded as the real ones`() async throws {
        try await Reseller.open { reseller in
            let unknown = try await reseller.read(
                "domains/orderid",
                [("domain-name", "nowhere.com")]
            )
            #expect(unknown.message == "Website doesn't exist for nowhere.com")
            let nobody = try await reseller.read(
                "customers/details",
                [("username", "no@example.com")]
            )
            #expect(nobody.message == "Customer no@example.com not found")
            let keyless = try await reseller.caller.get(
                reseller.club.host.baseURL
                    + "/api/domains/available.json?auth-userid=1&api-key=x&domain-name=a&tlds=com"
            )
            #expect(keyless.status == 500)
            #expect(keyless.message.contains("Invalid credentials"))
        }
    }

    @Test func `a customer's address is taken once`() async throws {
        try await Reseller.open { reseller in
            _ = try await reseller.people()
            let again = try await reseller.write(
                "customers/signup",
                [
                    ("username", "ada@example.com"), ("passwd", "Secret.12345"),
                    ("lang-pref", "en"),
                ] + reseller.particulars
            )
            #expect(again.status == 500)
        }
    }
}
