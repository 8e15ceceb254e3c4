import Core
import Foundation
import HTTPClient
import MailGateway
import NextPanelGateway
import RegistrarGateway
import Simulators
import Support
import Testing
import Wire

@testable import StripeGateway

/// The drivers against the simulators, which were written by their own reading of the protocols.
@Suite struct SimulatorTripTests {
    private let http = HTTPClient(log: .silent, userAgent: "GatewayTests")

    private func withStripe(
        deadlineSeconds: Double = 20,
        _ test: (StripeClient, StripeSimulator) async throws -> Void
    ) async throws {
        var settings = SimulatorSettings()
        settings.silenceSeconds = 8
        let simulator = try StripeSimulator(settings: settings).start()
        let stripe = StripeClient(
            secretKey: Secret("sk_test_simulated_account_key"),
            baseURL: simulator.host.baseURL,
            http: http,
            log: .silent,
            deadlineSeconds: deadlineSeconds
        )
        try await test(stripe, simulator)
        await simulator.stop()
        http.close()
    }

    private func checkout(_ customer: String, attempt: String) -> CheckoutRequest {
        CheckoutRequest(
            customer: customer,
            reference: "ord_1",
            lines: [
                CheckoutLine(
                    description: "Professional",
                    amount: Money(minorUnits: 9900, .usd),
                    quantity: 1
                )
            ],
            successURL: "https://b.example/done?session_id={CHECKOUT_SESSION_ID}",
            cancelURL: "https://b.example/cart",
            expiresAt: BusinessClock().now.addingTimeInterval(3_600),
            savePaymentMethod: true,
            metadata: ["attempt_id": attempt]
        )
    }

    private func payer(_ stripe: StripeClient) async throws -> String {
        try await stripe.createCustomer(
            GatewayCustomer(email: "zoe@example.com", name: "Zoë", metadata: ["id": "1"]),
            key: "customer-1"
        )
    }

    @Test func `a page is opened, paid, refunded in part and told of`() async throws {
        try await withStripe { stripe, simulator in
            let start = BusinessClock().now.addingTimeInterval(-60)
            let customer = try await payer(stripe)
            let request = checkout(customer, attempt: "a1")
            let opened = try await stripe.createCheckout(request, key: "pay-a1")
            let again = try await stripe.createCheckout(request, key: "pay-a1")
            #expect(opened == again)
            _ = simulator.completeCheckout(opened.id)
            let paid = try await stripe.checkout(opened.id)
            #expect(paid.status == .complete)
            #expect(paid.paymentStatus == .paid)
            #expect(paid.amountTotal == 9900)
            let intentID = try #require(paid.intent)
            let intent = try await stripe.intent(intentID)
            #expect(intent.status == .succeeded)
            #expect(intent.amountReceived == 9900)
            #expect(intent.metadata["attempt_id"] == "a1")
            let closed = try await stripe.expireCheckout(opened.id)
            #expect(closed.status == .complete)

            let refund = try await stripe.refund(
                RefundRequest(
                    intent: intentID,
                    amount: Money(minorUnits: 900, .usd),
                    metadata: ["id": "r1"]
                ),
                key: "refund-r1"
            )
            #expect(refund.status == .succeeded)
            #expect(refund.intent == intentID)
            #expect(try await stripe.refund(refund.id) == refund)
            #expect(try await stripe.listRefunds(intent: intentID) == [refund])
            let intents = try await stripe.listIntents(customer: customer, createdAfter: start)
            #expect(intents.map(\.id) == [intentID])
        }
    }

    @Test func `a key with other parameters is refused, a payment is given up once`()
        async throws
    {
        try await withStripe { stripe, _ in
            let customer = try await payer(stripe)
            func request(_ amount: Int64) -> IntentRequest {
                IntentRequest(
                    customer: customer,
                    amount: Money(minorUnits: amount, .usd),
                    description: "Invoice 1",
                    savePaymentMethod: false,
                    metadata: ["attempt_id": "a2"]
                )
            }
            let intent = try await stripe.createIntent(request(5000), key: "pay-a2")
            #expect(intent.clientSecret != nil)
            let other = await failure { try await stripe.createIntent(request(1), key: "pay-a2") }
            #expect(other.code == "idempotency_error")
            #expect(try await stripe.cancelIntent(intent.id).status == .canceled)
            #expect(try await stripe.cancelIntent(intent.id).status == .canceled)
            #expect(await failure { try await stripe.intent("pi_none") }.code == "resource_missing")
        }
    }

    @Test(arguments: [FaultMode.timeoutAfter, .timeoutBefore, .garbage, .internalError])
    func `after a lost answer the same key makes one page`(_ mode: FaultMode) async throws {
        try await withStripe(deadlineSeconds: 4) { stripe, simulator in
            let customer = try await payer(stripe)
            let request = checkout(customer, attempt: "a3")
            simulator.host.faults.add(Fault("POST /v1/checkout/sessions", mode))
            let lost = await failure { try await stripe.createCheckout(request, key: "pay-a3") }
            #expect(lost.isUnknown, "\(String(describing: lost))")
            var made = try? await stripe.createCheckout(request, key: "pay-a3")
            if made == nil {
                // The first call may still hold the key.
                try await Task.sleep(for: .seconds(2))
                made = try await stripe.createCheckout(request, key: "pay-a3")
            }
            let found = try await stripe.all("/v1/checkout/sessions", ["customer": .text(customer)])
            #expect(found.map { $0["id"]?.string } == [made?.id])
        }
    }

    private let registrant = Registrant(
        name: "Zoë Ünal",
        company: nil,
        email: "zoe@example.com",
        address: PostalAddress(
            line1: "1 Street",
            line2: nil,
            city: "Berlin",
            state: nil,
            postalCode: "10115",
            country: "DE"
        ),
        phoneCountryCode: "49",
        phone: "301234567"
    )

    @Test func `a name is found free, registered and found again`() async throws {
        let simulator = try ResellerClubSimulator().start()
        let registrar = ResellerClub(
            resellerID: ResellerClubSimulator.sandboxReseller,
            apiKey: Secret(ResellerClubSimulator.sandboxKey),
            baseURL: simulator.host.baseURL + "/api",
            http: http,
            log: .silent
        )
        let names = try ["free.com", "taken.com", "premium.com", "pending.com"].map {
            try #require(DomainName(ascii: $0))
        }
        let found = try await registrar.availability(of: names)
        #expect(names.map { found[$0] } == [.available, .taken, .unknown, .available])
        #expect(try await registrar.findCustomer(email: registrant.email) == nil)
        let customer = try await registrar.createCustomer(registrant)
        #expect(try await registrar.findCustomer(email: registrant.email) == customer)
        #expect(try await registrar.find(names[0]) == nil)
        for name in [names[0], names[3]] {
            let contact = try await registrar.createContact(
                registrant,
                customer: customer,
                kind: registrar.contactKind(for: name)
            )
            let outcome = try await registrar.register(
                RegistrationRequest(
                    name: name,
                    years: 1,
                    customer: customer,
                    contact: contact,
                    nameservers: ["ns1.example.net", "ns2.example.net"]
                )
            )
            if case .pending = outcome { #expect(name == names[3]) }
            let registered = try #require(try await registrar.find(name))
            #expect(registered.nameservers == ["ns1.example.net", "ns2.example.net"])
        }
        let active = try await registrar.find(names[0])
        #expect(active?.status == .active)
        #expect(active?.expiresAt != nil)
        await simulator.stop()
        http.close()
    }

    @Test func `an account whose making was not answered is found and adopted`() async throws {
        var settings = SimulatorSettings()
        settings.silenceSeconds = 6
        let simulator = try NextPanelSimulator(settings: settings).start()
        let panel = NextPanelClient(http: http, log: .silent, timeouts: .init(create: 3))
        let server = PanelServer(
            baseURL: simulator.host.baseURL,
            apiKey: simulator.apiKey,
            apiSecret: simulator.apiSecret
        )
        let request = PanelAccountRequest(
            username: "zoe",
            email: "zoe@example.com",
            password: "Long-enough-2026",
            fullName: nil,
            phone: nil,
            company: nil,
            packageID: nil,
            type: .panel,
            billingID: "acc_1",
            customerID: "cus_1",
            createdAt: BusinessClock().now
        )
        #expect(await panel.isHealthy(server))
        simulator.host.faults.add(Fault("POST /api/v1/billing/accounts", .timeoutAfter))
        let lost = await failure { try await panel.createAccount(request, on: server) }
        #expect(lost.isUnknown)
        let listed = try await panel.accounts(on: server)
        let account = try #require(listed.first { $0.username == "zoe" })
        #expect(account.billingID == "acc_1")
        #expect(try await panel.account(account.id, on: server) == account)
        let again = await failure { try await panel.createAccount(request, on: server) }
        #expect(again.code != nil)

        try await panel.suspend(account.id, reason: "Not paid", on: server)
        try await panel.unsuspend(account.id, on: server)
        let statistics = try await panel.statistics(account.id, on: server)
        #expect(statistics.userID == account.id)
        let grant = PanelLicenseGrant(
            licenseKey: "NP-AAAA-BBBB-CCCC-DDDD",
            email: "zoe@example.com",
            plan: "starter",
            maxDatabases: 5,
            maxDomains: nil,
            maxEmails: 10
        )
        #expect(try await panel.provisionLicense(grant, on: server) == .accepted)
        try await panel.delete(account.id, on: server)
        try await panel.delete(account.id, on: server)
        #expect(try await panel.account(account.id, on: server) == nil)
        let stranger = PanelServer(baseURL: server.baseURL, apiKey: "a", apiSecret: "b")
        #expect(await failure { try await panel.accounts(on: stranger) }.isUnauthorized)
        await simulator.stop()
        http.close()
    }

    @Test func `a mail arrives as it was written`() async throws {
        let simulator = try MailSimulator().start()
        let mailer = SMTPMailer(
            server: MailServer(
                address: "smtp://127.0.0.1:\(simulator.smtpPort)",
                protection: .none
            ),
            sender: MailSender(name: "Zoë & Co", address: "billing@example.com"),
            log: .silent
        )
        let message = MailMessage(
            id: "m1@example.com",
            recipient: "zoe@example.org",
            subject: "Rechnung für Łukasz – 9,99 €",
            text: "Grüße\n.\n..dots\nend",
            html: "<p>Grüße</p>",
            date: BusinessClock().now
        )
        try await mailer.send(message)
        let received = try #require(simulator.messages.first)
        #expect(received.sender == "billing@example.com")
        #expect(received.recipients == ["zoe@example.org"])
        #expect(received.subject == message.subject)
        #expect(received.header("From") == "Zoë & Co <billing@example.com>")
        #expect(received.header("Message-ID") == "<m1@example.com>")
        #expect(received.header("Auto-Submitted") == "auto-generated")
        #expect(received.text?.replacing("\r\n", with: "\n") == message.text)
        #expect(received.html == message.html)

        simulator.host.faults.add(Fault("SMTP RCPT", .internalError))
        do {
            try await mailer.send(message)
            Issue.record("the mail was handed over")
        } catch let failure as MailFailure {
            #expect("\(failure)".contains("temporary"), "\(failure)")
        }
        await simulator.stop()
        http.close()
    }
}
