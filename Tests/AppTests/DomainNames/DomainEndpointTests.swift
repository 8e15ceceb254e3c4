import Core
import Foundation
import Simulators
import Testing
import Wire

@testable import App

@Suite struct DomainEndpointTests {
    private static let check = "/api/v1/domains/check"

    @Test func `a name is free, taken, unknown or not sold`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.post(
                Self.check,
                json: [
                    "names": [
                        "free-one.com", "taken-one.com", "unknown-one.net", "one.museum",
                        "Free-One.COM",
                    ]
                ]
            )
            #expect(answer.status == 200, "\(answer.text)")
            let found = answer.json.list
            #expect(
                found.map { $0["status"]?.string } == [
                    "available", "taken", "unknown", "not_sold",
                ],
                "a name given twice is answered once"
            )
            #expect(found.map { $0["available"] } == [true, false, .null, false])
            #expect(found[0]["price"] == ["amount": 1299, "currency": "USD"])
            #expect(found[0]["renewal_price"] == ["amount": 1299, "currency": "USD"])
            #expect(found[3]["price"] == .null)
        }
    }

    @Test func `a name may be written in its own script`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.post(Self.check, json: ["names": ["bücher.com"]])
            #expect(answer.json.list.first?["name"] == "xn--bcher-kva.com")
            #expect(answer.json.list.first?["display_name"] == "bücher.com")
        }
    }

    @Test func `a registrar that fails leaves names unknown`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let fault = Fault("GET /api/domains/available.json", .internalError, times: 5)
            app.simulators.resellerClub.host.faults.add(fault)
            let answer = try await app.api.post(Self.check, json: ["names": ["free.com"]])
            #expect(answer.status == 200)
            #expect(answer.json.list.first?["status"] == "unknown")
            #expect(answer.json.list.first?["available"] == .null)
        }
    }

    @Test func `what is no name is refused, all of it at once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let wrong = try await app.api.post(
                Self.check,
                json: ["names": ["fine.com", "", "no dots", "-bad.com", "1.2.3.4"]]
            )
            #expect(wrong.status == 422)
            #expect(
                wrong.fieldCodes == [
                    "names.1": "bad_format", "names.2": "bad_format", "names.3": "bad_format",
                    "names.4": "bad_format",
                ]
            )
            let many: [JSON] = (0...20).map { .string("name\($0).com") }
            for (body, code) in [
                (["names": .array(many)], "too_many"), (["names": []], "too_few"),
                (["names": "a.com"], "wrong_type"), ([:], "required"),
            ] as [(JSON, String)] {
                let answer = try await app.api.post(Self.check, json: body)
                #expect(answer.fieldCodes == ["names": code])
            }
        }
    }

    @Test func `searching is limited by its own class`() async throws {
        try await TestApp.run(environment: ["RATE_LIMITS": "on"], runsWorker: false) { app in
            let body: JSON = ["names": ["one.museum"]]
            var answer = try await app.api.post(Self.check, json: body)
            #expect(answer.headers["RateLimit-Limit"] == "30")
            for _ in 0..<40 where answer.status == 200 {
                answer = try await app.api.post(Self.check, json: body)
            }
            #expect(answer.status == 429)
            #expect(answer.headers["Retry-After"] != nil)
            #expect(try await app.api.get("/api/v1/plans/").status == 200)
        }
    }

    @Test func `a customer sees the names that were bought, and nobody else's`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let other = try await app.register()
            _ = try await app.buy(by: person, domain: "sold-here.com")
            let list = try await app.api.get("/api/v1/domains/", token: person.token)
            let domain = try #require(list.json.list.first)
            #expect(domain["name"] == "sold-here.com")
            #expect(domain["kind"] == "registered")
            #expect(domain["status"] == "active")
            let path = "/api/v1/domains/\(try #require(domain["id"]?.string))"
            #expect(try await app.api.get(path, token: person.token).json == domain)
            #expect(try await app.api.get(path, token: other.token).status == 404)
            #expect(
                try await app.api.get("/api/v1/domains/", token: other.token).json.list.isEmpty
            )
            let support = try await app.token(of: "support")
            #expect(try await app.api.get(path, token: support).json == domain)
            #expect(try await app.api.get(path).status == 401)
            let again = try await app.api.post(Self.check, json: ["names": ["sold-here.com"]])
            #expect(again.json.list.first?["status"] == "taken")
        }
    }
}
