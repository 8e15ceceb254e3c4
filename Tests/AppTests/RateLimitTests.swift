import Core
import HTTPServer
import KeyValue
import Support
import Testing
import Web
import Wire

@testable import App

@Suite struct RateLimitTests {
    private static let limited = ["RATE_LIMITS": "on", "TRUSTED_PROXIES": "127.0.0.1"]

    /// One whose time stands, so that it is the number of the requests that counts and not how long
    /// they take.
    private static var standing: any RateLimiter { LocalRateLimiter(mostKeys: 1_000) { 0 } }

    @Test(arguments: [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", false), ("192.0.2.7", "192.0.2.8", false),
        ("192.0.2.7", "::ffff:192.0.2.7", true), ("192.0.2.7", "::ffff:192.0.2.8", false),
        ("not an address", "not one either", false),
    ])
    func `an IPv6 caller is counted by its network`(one: String, other: String, isSame: Bool) {
        #expect((RateLimits.network(of: one) == RateLimits.network(of: other)) == isSame)
    }

    @Test func `whoever changes the address within a network is the same caller`() async throws {
        try await TestApp.run(
            environment: Self.limited,
            runsWorker: false,
            limiter: Self.standing
        ) { app in
            var statuses: [Int] = []
            for number in 1...40 {
                let address = "2001:db8:1:2::\(number)"
                statuses.append(try await app.logIn("no@example.org", "x", from: address).status)
            }
            #expect(statuses.contains(429))
            let elsewhere = "2001:db8:9:9::1"
            #expect(try await app.logIn("other@example.org", "x", from: elsewhere).status == 401)
        }
    }

    @Test func `a user is counted wherever the requests come from`() async throws {
        try await TestApp.run(
            environment: Self.limited,
            runsWorker: false,
            limiter: Self.standing
        ) { app in
            let eager = try await app.token(of: "customer")
            func look(_ token: String, _ number: Int) async throws -> TestAnswer {
                try await app.api.get(
                    "/api/v1/auth/me",
                    token: token,
                    headers: ["X-Forwarded-For": "192.0.\(number / 250).\(number % 250 + 1)"]
                )
            }
            var refused: TestAnswer?
            for number in 0..<400 where refused == nil {
                let answer = try await look(eager, number)
                if answer.status == 429 { refused = answer }
            }
            #expect(refused?.headers["Retry-After"] != nil)
            // Others are served, from the same address too.
            #expect(try await look(try await app.token(of: "admin"), 399).status == 200)
        }
    }

    @Test func `a browser is counted wherever its requests come from`() async throws {
        try await TestApp.run(
            environment: Self.limited,
            runsWorker: false,
            limiter: Self.standing
        ) { app in
            func look(_ browser: StaffBrowser, _ number: Int) async throws -> Int {
                try await app.portal.get(
                    "/account/password",
                    headers: [
                        "Cookie": browser.cookies,
                        "X-Forwarded-For": "192.0.\(number / 250).\(number % 250 + 1)",
                    ]
                ).status
            }
            let eager = try await StaffBrowser("customer", app)
            var number = 0
            while number < 400, try await look(eager, number) == 200 { number += 1 }
            #expect(number == RateClass.standard.limit)
            #expect(try await look(eager, 399) == 429)
            // Others are served, from the same address too.
            #expect(try await look(try await StaffBrowser("admin", app), 399) == 200)
        }
    }

    @Test func `an address with wrong panel credentials is refused after a while`() async throws {
        try await TestApp.run(environment: Self.limited, runsWorker: false) { app in
            let license = try await app.makeLicense()
            try await app.warmLicenses()
            let panel = app.sandboxPanel
            func ask(_ key: String, _ secret: String, from address: String) async throws -> Int {
                try await app.api.post(
                    "/api/v1/licenses/validate",
                    json: [
                        "license_key": .string(license.key.text), "feature": "create_database",
                    ],
                    headers: [
                        "X-API-Key": key, "X-API-Secret": secret, "X-Forwarded-For": address,
                    ]
                ).status
            }
            var wrongSecrets: [Int] = []
            var wrongKeys: [Int] = []
            for number in 0..<80 {
                wrongSecrets.append(try await ask(panel.key, "no\(number)", from: "192.0.2.1"))
                wrongKeys.append(try await ask("npk_\(number)", "no", from: "192.0.2.2"))
            }
            for statuses in [wrongSecrets, wrongKeys] {
                #expect(statuses.first == 401)
                #expect(statuses.last == 429)
            }
            #expect(try await ask(panel.key, "no", from: "192.0.2.3") == 401)
            // A panel behind the same address that has the secret goes on.
            #expect(try await ask(panel.key, panel.secret, from: "192.0.2.1") == 200)
        }
    }
}
