import HTTPClient
import Simulators
import Testing
import Wire

@Suite struct StripeMannersTests {
    @Test(arguments: [
        ([("amount", "9900"), ("currency", "usd"), ("colour", "red")], "parameter_unknown"),
        ([("amount", "a lot"), ("currency", "usd")], "parameter_invalid_integer"),
        ([("amount", "9900")], "parameter_missing"),
        ([("amount", ""), ("currency", "usd")], "parameter_invalid_empty"),
        ([("amount", "49"), ("currency", "usd")], "amount_too_small"),
        (
            [("amount", "9900"), ("currency", "usd"), ("payment_method_types[0]", "card")],
            "payment_method_types_no_longer_supported"
        ),
        ([("amount", "9900"), ("currency", "usd"), ("customer", "cus_no")], "resource_missing"),
    ])
    func `what Stripe refuses is refused`(
        _ fields: [(String, String)],
        _ code: String
    ) async throws {
        try await StripeDesk.open { desk in
            let answer = try await desk.post("/v1/payment_intents", fields)
            #expect(answer.status == 400)
            #expect(answer.errorCode == code)
        }
    }

    @Test(arguments: [
        ("49", "usd", false), ("50", "USD", true), ("29", "gbp", false), ("50", "jpy", true),
        ("9900", "zzz", false), ("500", "kwd", true), ("501", "kwd", false),
        ("500", "isk", true), ("550", "isk", false),
    ])
    func `amounts follow the currency`(
        _ amount: String,
        _ currency: String,
        _ isTaken: Bool
    ) async throws {
        try await StripeDesk.open { desk in
            let answer = try await desk.post(
                "/v1/payment_intents",
                [("amount", amount), ("currency", currency)]
            )
            #expect(answer.status == (isTaken ? 200 : 400), "\(answer.text)")
        }
    }

    @Test func `a key is needed, and the right one`() async throws {
        try await StripeDesk.open { desk in
            let url = desk.stripe.host.baseURL + "/v1/customers"
            let none = try await desk.caller.get(url)
            let wrong = try await desk.caller.get(
                url,
                headers: ["Authorization": "Bearer sk_live_1234567890"]
            )
            #expect([none.status, wrong.status] == [401, 401])
            #expect(wrong.json["error"]?["message"]?.string?.contains("****") == true)
        }
    }

    @Test func `a publishable key confirms only the payment whose secret it has`() async throws {
        try await StripeDesk.open { desk in
            let made = try await desk.post(
                "/v1/payment_intents",
                [("amount", "9900"), ("currency", "usd")]
            )
            let id = try #require(made.json["id"]?.string)
            let secret = try #require(made.json["client_secret"]?.string)
            let url = desk.stripe.host.baseURL + "/v1/payment_intents/\(id)/confirm"
            let headers: HTTPHeaders = ["Authorization": "Bearer pk_test_of_the_tests"]
            let card = ("payment_method", "pm_card_visa")
            let without = try await desk.caller.post(url, [card], headers: headers)
            let wrong = try await desk.caller.post(
                url,
                [card, ("client_secret", "pi_x_secret_y")],
                headers: headers
            )
            #expect([without.status, wrong.status] == [400, 400])
            #expect(desk.stripe.paidCharges.isEmpty)
            let lost = try await desk.caller.post(
                url,
                [card, ("client_secret", secret)],
                headers: headers
            )
            #expect(lost.json["error"]?["param"] == "return_url")
            let right = try await desk.caller.post(
                url,
                [card, ("client_secret", secret), ("return_url", "https://shop.example/")],
                headers: headers
            )
            #expect(right.json["status"] == "succeeded")
            let list = try await desk.caller.get(
                desk.stripe.host.baseURL + "/v1/payment_intents",
                headers: headers
            )
            #expect(list.status == 401)
        }
    }

    @Test func `metadata is added to, unset and limited`() async throws {
        try await StripeDesk.open { desk in
            let id = try await desk.make(
                "/v1/customers",
                [("metadata[a]", "1"), ("metadata[b]", "2")]
            )
            let changed = try await desk.post(
                "/v1/customers/\(id)",
                [("metadata[a]", ""), ("metadata[c]", "3")]
            )
            #expect(changed.json["metadata"] == ["b": "2", "c": "3"])
            let cleared = try await desk.post("/v1/customers/\(id)", [("metadata", "")])
            #expect(cleared.json["metadata"] == [:])
            let long = String(repeating: "x", count: 501)
            let refused = try await desk.post("/v1/customers/\(id)", [("metadata[a]", long)])
            #expect(refused.status == 400)
        }
    }

    @Test func `lists come newest first and a page at a time`() async throws {
        try await StripeDesk.open { desk in
            var ids: [String] = []
            for _ in 0..<5 { ids.append(try await desk.customer()) }
            let first = try await desk.get("/v1/customers?limit=2")
            let names = { (answer: IncomingAnswer) in
                (answer.json["data"]?.array ?? []).compactMap { $0["id"]?.string }
            }
            #expect(names(first) == [ids[4], ids[3]])
            #expect(first.json["has_more"] == true)
            let next = try await desk.get("/v1/customers?limit=3&starting_after=\(ids[3])")
            #expect(names(next) == [ids[2], ids[1], ids[0]])
            #expect(next.json["has_more"] == false)
            let back = try await desk.get("/v1/customers?limit=2&ending_before=\(ids[1])")
            #expect(names(back) == [ids[3], ids[2]])
            let none = try await desk.get("/v1/customers?created[gt]=99999999999")
            #expect(names(none).isEmpty)
            #expect(try await desk.get("/v1/customers?limit=101").status == 400)
        }
    }

    @Test func `what does not exist is said so`() async throws {
        try await StripeDesk.open { desk in
            #expect(try await desk.get("/v1/customers/cus_none").errorCode == "resource_missing")
            let unknown = try await desk.get("/v1/balloons")
            #expect(unknown.status == 404)
            _ = try await desk.customer()
            let expand = try await desk.get("/v1/customers?expand[]=data.nothing")
            #expect(expand.status == 400)
        }
    }
}
