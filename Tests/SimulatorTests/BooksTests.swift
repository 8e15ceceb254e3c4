import Foundation
import HTTPClient
import Simulators
import Support
import Testing
import Wire

/// The books that the sandbox keeps from one run to the next.
@Suite struct BooksTests {
    /// Runs tests on a simulator and then on its successor, over the same books.
    private static func inTurn(
        _ bodies: (StripeDesk) async throws -> Void...
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "books-\(Hex.encode(randomBytes(8)))").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for body in bodies {
            var settings = quickSettings()
            settings.books = try BooksFolder(folder)
            let stripe = try StripeSimulator(settings: settings).start()
            do {
                try await body(StripeDesk(stripe: stripe))
            } catch {
                await stripe.stop()
                throw error
            }
            await stripe.stop()
        }
    }

    @Test func `everything is as it was, and a key is answered as before`() async throws {
        var before: JSON?
        var first: JSON?
        func buy(_ desk: StripeDesk) async throws -> IncomingAnswer {
            try await desk.pay("pm_card_visa", key: "once-and-for-all")
        }
        try await Self.inTurn(
            { desk in
                _ = try await desk.customer()
                _ = try await desk.make("/v1/setup_intents", [("usage", "off_session")])
                let session = try await desk.session()
                _ = desk.stripe.completeCheckout(session)
                _ = try await desk.pay("pm_card_chargeDeclined")
                let answer = try await buy(desk)
                #expect(answer.status == 200)
                first = answer.json
                let charge = try #require(answer.json["latest_charge"]?.string)
                _ = try await desk.make("/v1/refunds", [("charge", charge)])
                before = desk.stripe.host.state
            },
            { desk in
                #expect(desk.stripe.host.state == before)
                let again = try await buy(desk)
                #expect(again.headers["Idempotent-Replayed"] == "true")
                #expect(again.json == first)
                #expect(desk.stripe.host.state == before)
                // What is new has an id that nobody had.
                _ = try await desk.customer()
            },
            { desk in
                let customers = desk.stripe.host.state["customers"]?.array?.count
                #expect(customers == (before?["customers"]?.array?.count ?? 0) + 1)
            }
        )
    }

    @Test func `what is reset is forgotten for good`() async throws {
        try await Self.inTurn(
            { desk in
                _ = try await desk.customer()
                await desk.stripe.host.reset()
            },
            { desk in #expect(desk.stripe.host.state["customers"] == []) }
        )
    }

    @Test func `an event that nobody took is sent again after the start`() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "books-\(Hex.encode(randomBytes(8)))").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Stripe's simulator stands for the merchant too: it writes down what it is sent.
        let merchant = try StripeSimulator(settings: quickSettings()).start()
        let hook = merchant.host.baseURL + "/hook"
        for isFirst in [true, false] {
            var settings = quickSettings()
            settings.books = try BooksFolder(folder)
            let stripe = try StripeSimulator(webhookURL: hook, settings: settings)
            if isFirst { stripe.setWebhooks(.drop) }
            stripe.start()
            if isFirst {
                _ = try await StripeDesk(stripe: stripe).customer()
            } else {
                try await eventually("the event arrives") {
                    merchant.host.journal.requests.contains { $0.path == "/hook" }
                }
            }
            await stripe.stop()
        }
        await merchant.stop()
    }

    @Test func `books that cannot be read stop the start`() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "books-\(Hex.encode(randomBytes(8)))").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = quickSettings()
        settings.books = try BooksFolder(folder)
        try "no books".write(toFile: folder + "/stripe.json", atomically: true, encoding: .utf8)
        #expect(throws: (any Error).self) { try StripeSimulator(settings: settings) }
    }

    @Test func `the clock is where it was left`() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "books-\(Hex.encode(randomBytes(8)))").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = quickSettings()
        settings.books = try BooksFolder(folder)
        let stripe = try StripeSimulator(settings: settings).start()
        let answer = try await Caller().send(
            "POST",
            stripe.host.baseURL + "/_sandbox/clock",
            json: ["offset_seconds": 86_400]
        )
        #expect(answer.status == 200)
        await stripe.stop()
        #expect(try BooksFolder(folder).clockOffsetSeconds() == 86_400)
    }
}
