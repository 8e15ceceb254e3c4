import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

/// A message that is not provably the processor's changes nothing at all.
@Suite struct WebhookSecurityTests {
    /// What a forger sends: how the true body and its signature are spoilt.
    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var status = 400
        let make: @Sendable (TestApp, [UInt8]) -> (body: [UInt8], signature: String?)

        init(
            _ name: String,
            status: Int = 400,
            _ make: @escaping @Sendable (TestApp, [UInt8]) -> ([UInt8], String?)
        ) {
            testDescription = name
            self.status = status
            self.make = make
        }
    }

    static let signatures: [Forgery] = [
        Forgery("no signature") { ($1, nil) },
        Forgery("an empty signature") { ($1, "") },
        Forgery("a garbled signature") { ($1, "t=,v1=,,=;v1") },
        Forgery("another scheme") {
            ($1, $0.stripeSignature($1).replacingOccurrences(of: "v1=", with: "v0="))
        },
        Forgery("no time") { app, body in
            (body, String(app.stripeSignature(body).split(separator: ",")[1]))
        },
        Forgery("a wrong secret") { app, body in
            (body, app.stripeSignature(body, secret: "whsec_of_somebody_else_000000000000"))
        },
        Forgery("an empty secret") { app, body in
            (body, app.stripeSignature(body, secret: ""))
        },
        Forgery("an old time") { ($1, $0.stripeSignature($1, secondsAgo: 301)) },
        Forgery("a time that was changed") { app, body in
            let parts = app.stripeSignature(body, secondsAgo: 301).split(separator: ",")
            return (body, "t=\(Int64(app.clock.now.timeIntervalSince1970)),\(parts[1])")
        },
        Forgery("half a signature") { ($1, String($0.stripeSignature($1).dropLast(32))) },
        Forgery("the signature of another body") { ($1, $0.stripeSignature($1 + [32])) },
    ]

    static let bodies: [Forgery] = [
        Forgery("a body of another amount") { app, body in
            let text = String(decoding: body, as: UTF8.self)
            let altered = text.replacingOccurrences(of: "2900", with: "2901")
            return (Array(altered.utf8), app.stripeSignature(body))
        },
        Forgery("a body that was written anew") { app, body in
            (body + Array("\n".utf8), app.stripeSignature(body))
        },
        Forgery("an empty body") { app, _ in ([], app.stripeSignature([])) },
        Forgery("a signed body that is no event") { app, _ in
            let body = Array("{\"object\": \"customer\"}".utf8)
            return (body, app.stripeSignature(body))
        },
        Forgery("a signed body that is no JSON") { app, _ in
            let body = Array("paid=1&amount=2900".utf8)
            return (body, app.stripeSignature(body))
        },
        Forgery("a body of two megabytes", status: 413) { app, _ in
            let body = [UInt8](repeating: 32, count: 2 << 20)
            return (body, app.stripeSignature(body))
        },
    ]

    private func refuses(_ forgeries: [Forgery]) async throws {
        try await TestApp.run(runsWorker: false) { app in
            app.simulators.stripe.setWebhooks(.drop)
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckout(id, by: ann))
            let genuine = try #require(app.stripeEvents("checkout.session.completed").first)
            let before = try await app.digests()
            #expect(before.count >= 30)
            for forgery in forgeries {
                let (body, signature) = forgery.make(app, genuine)
                let status = try? await app.deliverRaw(body, signature: signature)
                // A server that does not read on may close before the whole body is sent.
                let isRefused = status == forgery.status || (status == nil && forgery.status == 413)
                #expect(isRefused, "\(forgery.testDescription): \(status ?? 0)")
                let after = try await app.digests()
                let changed = before.filter { after[$0.key] != $0.value }.keys.sorted()
                #expect(changed == [], "\(forgery.testDescription)")
            }
            #expect(try await app.deliver(genuine).status == 200)
            #expect(try await app.digests() != before)
        }
    }

    @Test func `a message with a wrong signature changes no row of any table`() async throws {
        try await refuses(WebhookSecurityTests.signatures)
    }

    @Test func `a message with another body than was signed changes no row of any table`()
        async throws
    {
        try await refuses(WebhookSecurityTests.bodies)
    }

    @Test func `nobody can say that an order is paid but the processor`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann)
            let id = try #require(placed["id"]?.string)
            for path in ["/api/v1/orders/\(id)/pay", "/api/v1/orders/\(id)/confirm"] {
                let answer = try await app.api.post(path, json: [:], token: ann.token)
                #expect([404, 405].contains(answer.status), "\(path)")
            }
            _ = try await app.openCheckout(id, by: ann)
            let payment = try await app.payment(of: id, by: ann)
            try await app.confirm(payment, by: ann)
            let order = try await app.api.get("/api/v1/orders/\(id)", token: ann.token)
            #expect(order.json["status"] == "pending")
        }
    }
}

extension TestApp {
    /// A digest of the rows of every table.
    func digests() async throws -> [String: String] {
        try await services.database.transaction(for: .system) { session in
            let tables = try session.all(
                """
                SELECT relname::text AS name FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                    AND has_table_privilege(oid, 'SELECT')
                """
            ) { try $0.get("name", as: String.self) }
            var digests: [String: String] = [:]
            for table in tables {
                let digest: SQL = """
                    SELECT coalesce(md5(string_agg(rows::text, E'\\n' ORDER BY rows::text)), '')
                        AS digest
                    FROM \(unsafeRaw: table) AS rows
                    """
                digests[table] = try session.one(digest) { try $0.get("digest") }
            }
            return digests
        }
    }

    fileprivate func deliverRaw(_ body: [UInt8], signature: String?) async throws -> Int {
        var headers = ["Content-Type": "application/json"]
        headers["Stripe-Signature"] = signature
        return try await api.send(
            "POST",
            "/api/v1/payments/webhook",
            body: body,
            headers: headers
        ).status
    }
}
