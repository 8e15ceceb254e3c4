import Core
import Foundation
import HTTPClient
import HTTPServer
import RegistrarGateway
import Support
import Testing
import Wire

@Suite struct ResellerClubTests {
    private static let key = "rc-key-never-to-be-seen"
    private static let missing = #"{"status":"ERROR","message":"Website doesn't exist for a.com"}"#

    func withRegistrar(
        deadlineSeconds: Double = 20,
        _ behave: @escaping @Sendable (HTTPRequest) -> StubServer.Behaviour,
        _ test: (ResellerClub, StubServer) async throws -> Void
    ) async throws {
        try await withStub(behave) { stub, http, notes in
            let registrar = ResellerClub(
                resellerID: "123456",
                apiKey: Secret(ResellerClubTests.key),
                baseURL: stub.url + "/api",
                http: http,
                log: notes.log,
                deadlineSeconds: deadlineSeconds
            )
            try await test(registrar, stub)
            #expect(!notes.text.contains(ResellerClubTests.key))
            #expect(!notes.text.contains("auth-code-of-mine"))
        }
    }

    func name(_ text: String) throws -> DomainName {
        try #require(DomainName(ascii: text))
    }

    private func registration(_ text: String) throws -> RegistrationRequest {
        RegistrationRequest(
            name: try name(text),
            years: 2,
            customer: "11",
            contact: "22",
            nameservers: ["ns1.example.net", "ns2.example.net"]
        )
    }

    private var registrant: Registrant {
        Registrant(
            name: "Zoë Ünal",
            company: nil,
            email: "zoe+1@example.com",
            address: PostalAddress(
                line1: "1 St & Co",
                line2: nil,
                city: "Berlin",
                state: nil,
                postalCode: "10115",
                country: "DE"
            ),
            phoneCountryCode: "49",
            phone: "301234567"
        )
    }

    @Test func `names are asked for at once where endings and labels allow`() async throws {
        try await withRegistrar { request in
            let isPair = request.queryFields.all("tlds").count == 2
            return .answer(
                200,
                isPair
                    ? """
                    {"a.com":{"classkey":"domcno","status":"available"},
                     "b.com":{"status":"regthroughothers"},"a.net":{"status":"regthroughus"},
                     "b.net":{"status":"available","costHash":{"create":"900"}}}
                    """
                    : #"{"c.org":{"status":"unknown"}}"#
            )
        } _: { registrar, stub in
            let names = try ["a.com", "b.com", "a.net", "b.net", "c.org", "d.org"].map(name)
            let found = try await registrar.availability(of: names)
            #expect(
                names.map { found[$0] } == [
                    .available, .taken, .taken, .unknown, .unknown, .unknown,
                ]
            )
            #expect(stub.requests.count == 2)
            let request = try #require(stub.requests.first)
            #expect(request.method == "GET")
            #expect(request.path == "/api/domains/available.json")
            #expect(
                request.query == "auth-userid=123456&api-key=\(ResellerClubTests.key)"
                    + "&domain-name=a&domain-name=b&tlds=com&tlds=net"
            )
        }
    }

    @Test func `many names of one ending are asked for in parts`() async throws {
        try await withRegistrar { _ in
            .answer(200, "{}")
        } _: { registrar, stub in
            let names = try (1...12).map { try name("name\($0).com") }
            let found = try await registrar.availability(of: names)
            #expect(found.count == 12)
            #expect(stub.requests.map { $0.queryFields.all("domain-name").count } == [5, 5, 2])
        }
    }

    @Test func `a registrant's record is made with a strong password that nobody sees`()
        async throws
    {
        try await withRegistrar { _ in
            .answer(200, "87654321")
        } _: { registrar, stub in
            let result = try await registrar.createCustomer(registrant)
            #expect(result == "87654321")
            let sent = try #require(stub.requests.first)
            #expect(sent.method == "POST")
            #expect(sent.path == "/api/customers/signup.json")
            #expect(sent.query.isEmpty)
            #expect(sent.form["api-key"] == ResellerClubTests.key)
            #expect(sent.form["username"] == "zoe+1@example.com")
            #expect(sent.form["company"] == "N/A")
            #expect(sent.form["state"] == "Not Applicable")
            #expect(sent.form["other-state"] == "")
            #expect(sent.form["phone-cc"] == "49")
            #expect(sent.form["lang-pref"] == "en")
            let password = try #require(sent.form["passwd"])
            #expect((9...15).contains(password.count))
            #expect(password.contains { $0.isUppercase })
            #expect(password.contains { $0.isLowercase })
            #expect(password.contains { $0.isNumber })
            #expect(password.contains { "~*!@$#%_+.?:,{}".contains($0) })
        }
        try await withRegistrar { _ in
            .answer(200, #"{"customerid":"5"}"#)
        } _: { registrar, _ in
            let result = try await registrar.createCustomer(registrant)
            #expect(result == "5")
        }
    }

    @Test(
        arguments: [
            ("a.com", "Contact"), ("a.co.uk", "UkContact"), ("a.eu", "EuContact"),
            ("a.de", "DeContact"), ("a.co", "CoContact"),
        ]
    )
    func `a contact is of the kind its ending wants`(_ text: String, _ type: String) async throws {
        try await withRegistrar { _ in
            .answer(200, "99")
        } _: { registrar, stub in
            let contact = try await registrar.createContact(
                registrant,
                customer: "11",
                kind: registrar.contactKind(for: try name(text))
            )
            #expect(contact == "99")
            #expect(stub.requests.first?.path == "/api/contacts/add.json")
            #expect(stub.requests.first?.form["type"] == type)
            #expect(stub.requests.first?.form["customer-id"] == "11")
        }
    }

    @Test func `a registrant's record is found by its address or not at all`() async throws {
        try await withRegistrar { _ in
            .answer(200, #"{"customerid":"17603982","username":"zoe+1@example.com"}"#)
        } _: { registrar, stub in
            let result = try await registrar.findCustomer(email: "zoe+1@example.com")
            #expect(result == "17603982")
            #expect(stub.requests.first?.query.hasSuffix("&username=zoe%2B1%40example.com") == true)
        }
        try await withRegistrar { _ in
            .answer(500, #"{"status":"ERROR","message":"Customer x@y.z not found"}"#)
        } _: { registrar, _ in
            let result = try await registrar.findCustomer(email: "x@y.z")
            #expect(result == nil)
        }
    }

    @Test func `a registration says everything, once each`() async throws {
        let success = """
            {"actiontypedesc":"Registration of a.com for 2 years","entityid":"78434262",
             "actionstatus":"Success","status":"Success","eaqid":"453300259",
             "actionstatusdesc":"Domain registration completed Successfully"}
            """
        try await withRegistrar { _ in
            .answer(200, success)
        } _: { registrar, stub in
            let outcome = try await registrar.register(try registration("a.com"))
            #expect(outcome == .completed(order: "78434262"))
            #expect(stub.requests.first?.path == "/api/domains/register.json")
            #expect(
                stub.requests.first?.text == "auth-userid=123456&api-key=\(ResellerClubTests.key)"
                    + "&domain-name=a.com&years=2&ns=ns1.example.net&ns=ns2.example.net"
                    + "&customer-id=11&reg-contact-id=22&admin-contact-id=22&tech-contact-id=22"
                    + "&billing-contact-id=22&invoice-option=NoInvoice&auto-renew=false"
            )
        }
    }

    @Test(
        arguments: [
            ("a.co.uk", ["22", "-1", "-1", "-1"]), ("a.fr", ["22", "22", "-1", "-1"]),
            ("a.ca", ["22", "22", "22", "-1"]), ("a.org", ["22", "22", "22", "22"]),
        ]
    )
    func `contacts that an ending does not know are left out`(
        _ text: String,
        _ contacts: [String]
    ) async throws {
        try await withRegistrar { _ in
            .answer(200, #"{"entityid":"1","actionstatus":"Success"}"#)
        } _: { registrar, stub in
            _ = try await registrar.register(try registration(text))
            let form = try #require(stub.requests.first).form
            let roles = ["reg", "admin", "tech", "billing"].map { form["\($0)-contact-id"] }
            #expect(roles == contacts)
        }
    }

    @Test func `an order that waits in a queue is pending, whatever error it names`() async throws {
        let queued = """
            {"actionstatus":"InvoicePaid","status":"InvoicePaid","entityid":"7",
             "error":"Order Locked for Processing, Please contact Support",
             "actionstatusdesc":"Order Locked In Processing."}
            """
        try await withRegistrar { _ in
            .answer(200, queued)
        } _: { registrar, _ in
            let outcome = try await registrar.register(try registration("a.com"))
            #expect(outcome == .pending(order: "7", detail: "Order Locked In Processing."))
        }
        let transfer = """
            {"status":"AdminApproved","actionstatus":"AdminApproved","error":"NoError",
             "actionstatusdesc":"Order Locked In Processing.","entityid":"64473117"}
            """
        try await withRegistrar { _ in
            .answer(200, transfer)
        } _: { registrar, stub in
            let outcome = try await registrar.transfer(
                TransferRequest(
                    name: try name("a.com"),
                    authCode: "auth-code-of-mine",
                    customer: "11",
                    contact: "22",
                    nameservers: []
                )
            )
            #expect(outcome == .pending(order: "64473117", detail: "Order Locked In Processing."))
            #expect(stub.requests.first?.path == "/api/domains/transfer.json")
            #expect(stub.requests.first?.form["auth-code"] == "auth-code-of-mine")
            #expect(stub.requests.first?.form["years"] == nil)
        }
    }

    @Test(
        arguments: [
            (500, #"{"status":"ERROR","message":"No Entity found for Entityid: 1"}"#),
            (200, #"{"status":"error","error":"Invalid contact-id"}"#),
            (200, #"{"status":"Failed","actionstatusdesc":"Already registered","entityid":"1"}"#),
            (200, #"{"actionstatus":"Failed","actionstatusdesc":"No","entityid":"1"}"#),
            (500, #"{"status":"ERROR","message":"{registrantcontactid=x is invalid}"}"#),
        ]
    )
    func `a refusal is read from the body before the status`(_ status: Int, _ body: String)
        async throws
    {
        try await withRegistrar { _ in
            .answer(status, body)
        } _: { registrar, _ in
            let failure = await failure {
                try await registrar.register(try registration("a.com"))
            }
            #expect(failure.code != nil)
        }
    }

    @Test(
        arguments: [
            (200, ""), (200, "<html>"), (200, "true"), (200, #"{"actionstatus":"Success"}"#),
            (500, ""), (504, "<html>Gateway Timeout"), (302, ""), (404, "not here"),
            (500, #"{"status":"ERROR","message":"An unexpected error has occurred"}"#),
        ]
    )
    func `a registration that may have been made is unknown`(_ status: Int, _ body: String)
        async throws
    {
        try await withRegistrar { _ in
            .answer(status, body)
        } _: { registrar, _ in
            let failure = await failure {
                try await registrar.register(try registration("a.com"))
            }
            #expect(failure.isUnknown)
        }
    }

    @Test func `an address that is not on the list is told as such`() async throws {
        try await withRegistrar { _ in
            .answer(403, "error code: 1020", headers: ["Content-Type": "text/plain"])
        } _: { registrar, _ in
            let failure = await failure { try await registrar.find(try name("a.com")) }
            #expect(failure == .unauthorized(message: "error code: 1020"))
        }
        try await withRegistrar { _ in
            .answer(
                500,
                #"{"status":"ERROR","message":"Invalid credentials \#(ResellerClubTests.key)"}"#
            )
        } _: { registrar, _ in
            let failure = await failure { try await registrar.find(try name("a.com")) }
            #expect(failure == .unauthorized(message: "Invalid credentials •••"))
        }
    }

    @Test func `an order does not fail because our account has no money left`() async throws {
        let text = "Insufficient funds in the Reseller account"
        try await withRegistrar { _ in
            .answer(500, #"{"status":"ERROR","message":"\#(text)"}"#)
        } _: { registrar, _ in
            let failure = await failure {
                try await registrar.register(try registration("a.com"))
            }
            #expect(failure == .unauthorized(message: text))
        }
    }

    @Test func `a name is looked up by itself and then by its order`() async throws {
        let details = """
            {"currentstatus":"Active","endtime":"1826719800","ns1":"ns1.example.net",
             "ns2":"ns2.example.net","orderid":"78434262"}
            """
        try await withRegistrar { request in
            request.path.hasSuffix("orderid.json")
                ? .answer(200, "78434262") : .answer(200, details)
        } _: { registrar, stub in
            let found = try #require(try await registrar.find(try name("a.com")))
            #expect(found.order == "78434262")
            #expect(found.status == .active)
            #expect(found.expiresAt == Date(timeIntervalSince1970: 1_826_719_800))
            #expect(found.nameservers == ["ns1.example.net", "ns2.example.net"])
            let query = try #require(stub.requests.last).queryFields
            #expect(query["order-id"] == "78434262")
            #expect(query.all("options") == ["OrderDetails", "StatusDetails", "NsDetails"])
        }
    }

    @Test(
        arguments: [
            (
                #"{"currentstatus":"InActive","actionstatusdesc":"In queue"}"#,
                RegisteredDomain.Status.pending("In queue")
            ),
            (
                #"{"currentstatus":"InActive","actionstatus":"Failed","actionstatusdesc":"No"}"#,
                .failed("No")
            ),
            (#"{"currentstatus":"Deleted"}"#, .failed("Deleted")),
            (#"{"currentstatus":"Suspended"}"#, .other("Suspended")),
        ]
    )
    func `how a name stands is told`(_ body: String, _ status: RegisteredDomain.Status)
        async throws
    {
        try await withRegistrar { request in
            request.path.hasSuffix("orderid.json") ? .answer(200, "1") : .answer(200, body)
        } _: { registrar, _ in
            let result = try await registrar.find(try name("a.com"))?.status
            #expect(result == status)
        }
    }

    @Test func `a name that is not ours is none`() async throws {
        try await withRegistrar { _ in
            .answer(500, ResellerClubTests.missing)
        } _: { registrar, _ in
            let result = try await registrar.find(try name("a.com"))
            #expect(result == nil)
        }
    }

    @Test func `a lost answer is unknown, a closed door is not`() async throws {
        try await withRegistrar(deadlineSeconds: 0.5) { request in
            request.form["domain-name"] == "cut.com" ? .cut : .silence
        } _: { registrar, stub in
            for text in ["cut.com", "silence.com"] {
                let failure = await failure {
                    try await registrar.register(try registration(text))
                }
                #expect(failure.isUnknown)
                #expect(failure.message?.contains(ResellerClubTests.key) == false)
            }
            await stub.stop()
            let failure = await failure { try await registrar.find(try name("a.com")) }
            #expect(failure.isNotSent)
            #expect(failure.message?.contains(ResellerClubTests.key) == false)
        }
    }
}
