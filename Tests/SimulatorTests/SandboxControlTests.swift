import Foundation
import HTTPClient
import Simulators
import Support
import Testing
import Wire

@Suite struct SandboxControlTests {
    @Test(arguments: [
        ("POST /v1/refunds", "POST /v1/refunds", true),
        ("POST /v1/refunds", "GET /v1/refunds", false),
        ("POST", "POST /v1/refunds", true),
        ("POST /v1/payment_intents", "POST /v1/payment_intents/pi_1/confirm", true),
        ("POST /v1/payment_intents$", "POST /v1/payment_intents/pi_1/confirm", false),
        ("POST /v1/payment_intents/*/confirm", "POST /v1/payment_intents/pi_1/confirm", true),
        ("* /v1/refunds", "GET /v1/refunds", true),
        ("SMTP DATA", "SMTP DATA", true),
    ])
    func `a fault finds its calls`(_ match: String, _ call: String, _ isFound: Bool) {
        #expect(Fault(match, .slow).matches(call) == isFound)
    }

    @Test func `a fault happens as often as it was told to`() {
        let plan = FaultPlan()
        plan.add(Fault("GET /a", .slow, times: 2))
        #expect(plan.take("GET /a") == .slow)
        #expect(plan.take("GET /b") == nil)
        #expect(plan.take("GET /a") == .slow)
        #expect(plan.take("GET /a") == nil)
    }

    @Test func `controls over HTTP do what the methods do`() async throws {
        try await StripeDesk.open { desk in
            let controls = desk.stripe.host.baseURL + "/_sandbox"
            let added = try await desk.caller.send(
                "POST",
                controls + "/faults",
                json: ["match": "GET /v1/customers", "mode": "error_500", "times": 1]
            )
            #expect(added.status == 201)
            #expect(try await desk.get("/v1/customers").status == 500)
            #expect(try await desk.get("/v1/customers").status == 200)
            let unknown = try await desk.caller.send(
                "POST",
                controls + "/faults",
                json: ["match": "GET", "mode": "explode"]
            )
            #expect(unknown.status == 422)
            let journal = try await desk.caller.get(controls + "/requests")
            let statuses = journal.json["data"]?.array?.map { $0["status"]?.integer }
            #expect(statuses == [500, 200])
            _ = try await desk.caller.send("POST", controls + "/reset")
            #expect(desk.stripe.host.journal.requests.isEmpty)
        }
    }

    @Test func `the clock moves by the control`() async throws {
        let clock = BusinessClock()
        try await StripeDesk.open(clock: clock) { desk in
            let before = clock.now
            let id = try await desk.session()
            _ = try await desk.caller.send(
                "POST",
                desk.stripe.host.baseURL + "/_sandbox/clock",
                json: ["offset_seconds": 172_800]
            )
            #expect(clock.now.timeIntervalSince(before) > 172_000)
            #expect(try await desk.events() == ["checkout.session.expired"])
            let session = try await desk.get("/v1/checkout/sessions/\(id)")
            #expect(session.json["status"] == "expired")
        }
    }

    @Test func `the journal keeps no secrets`() async throws {
        try await StripeDesk.open { desk in
            let id = try await desk.session()
            _ = try await desk.caller.post(
                desk.stripe.host.baseURL + "/c/pay/\(id)",
                [("card", "4242424242424242")]
            )
            let journal = try await desk.caller.get(desk.stripe.host.baseURL + "/_sandbox/requests")
            #expect(!journal.text.contains("sk_test_of_the_tests"))
            #expect(journal.text.contains("Bearer •••"))
            #expect(!journal.text.contains("4242424242424242"))
        }
    }

    @Test(arguments: [FaultMode.refuse, .timeoutBefore])
    func `a call that fails before it happens does nothing`(_ mode: FaultMode) async throws {
        try await StripeDesk.open { desk in
            desk.stripe.host.faults.add(Fault("POST /v1/customers", mode))
            await #expect(throws: TransferError.self) {
                _ = try await desk.post("/v1/customers", deadlineSeconds: 0.5)
            }
            #expect(desk.stripe.host.journal.requests.map(\.status) == [nil])
            let list = try await desk.get("/v1/customers")
            #expect(list.json["data"]?.array?.isEmpty == true)
        }
    }

    @Test(arguments: [FaultMode.internalError, .rateLimit, .reject])
    func `a call that is refused does nothing`(_ mode: FaultMode) async throws {
        try await StripeDesk.open { desk in
            desk.stripe.host.faults.add(Fault("POST /v1/customers", mode))
            let answer = try await desk.post("/v1/customers")
            #expect(answer.status >= 400)
            #expect(answer.json["error"]?["message"] != nil)
            let list = try await desk.get("/v1/customers")
            #expect(list.json["data"]?.array?.isEmpty == true)
        }
    }

    @Test func `garbage is answered although the call took effect`() async throws {
        try await StripeDesk.open { desk in
            desk.stripe.host.faults.add(Fault("POST /v1/customers", .garbage))
            let answer = try await desk.post("/v1/customers")
            #expect(answer.json == .null)
            let list = try await desk.get("/v1/customers")
            #expect(list.json["data"]?.array?.count == 1)
        }
    }

    @Test func `all simulators run together and end together`() async throws {
        let set = try SimulatorSet(settings: quickSettings()).start()
        let caller = Caller()
        for host in set.hosts {
            let state = try await caller.get(host.baseURL + "/_sandbox/state")
            #expect(state.status == 200)
        }
        await set.stop()
        await #expect(throws: TransferError.self) {
            _ = try await caller.get(set.stripe.host.baseURL + "/_sandbox/state")
        }
    }
}
