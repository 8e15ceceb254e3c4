import App
import Core
import Foundation
import Postgres
import Support
import Testing
import Web
import Wire

@Suite struct TimeZoneTests {
    @Test func `a zone that is none is refused, and a new one holds for what is bought then`()
        async throws
    {
        try await TestApp.run { app in
            let ann = try await app.register()
            func set(_ zone: JSON) async throws -> TestAnswer {
                try await app.api.put(
                    "/api/v1/auth/me",
                    json: ["time_zone": zone],
                    token: ann.token
                )
            }
            for odd in ["CEST", "Mars/Olympus", "", "Europe/../Berlin"] {
                #expect(try await set(.string(odd)).status == 422, "\(odd)")
            }
            let known = try await set("America/New_York")
            #expect(known.json["time_zone"] == "America/New_York", "\(known.text)")
            _ = try await app.buy(by: ann)
            _ = try await set("Asia/Tokyo")
            let zones = try await app.services.database.transaction(for: .system) { session in
                try session.all("SELECT time_zone FROM subscriptions") {
                    try $0.get("time_zone", as: String.self)
                }
            }
            #expect(zones == ["America/New_York"])
        }
    }

    /// Clocks in Berlin go forward on 28 March 2027 and back on 31 October 2027.
    @Test(arguments: [("2027-03-15T10:00:00Z", -3_600), ("2027-10-15T10:00:00Z", 3_600)])
    func `periods over a change of the clocks end at the same time of day`(
        moment: String,
        change: Double
    ) async throws {
        try await TestApp.run { app in
            try await app.move(to: moment)
            let ann = try await app.register()
            _ = try await app.api.put(
                "/api/v1/auth/me",
                json: ["time_zone": "Europe/Berlin"],
                token: ann.token
            )
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            let first = try await app.subscription(of: ann)
            #expect(try first.periodSeconds == 31 * 86_400 + change)
            try await app.pass(days: 31.1)
            let paid = try await app.invoices(of: ann, count: 2)
            #expect(paid[0]["total"]?["amount"] == 2_900)
            let second = try await app.subscription(of: try await app.logInAgain(ann))
            #expect(second["current_period_start"] == first["current_period_end"])
            #expect(try second.periodSeconds == 30 * 86_400)
            try await app.requireCleanBooks()
        }
    }

    @Test func `what begins on the 31st ends with each month, and returns to the 31st`()
        async throws
    {
        try await TestApp.run { app in
            try await app.move(to: "2027-01-31T05:00:00Z")
            let ann = try await app.register()
            _ = try await app.api.put(
                "/api/v1/auth/me",
                json: ["time_zone": "Asia/Tokyo"],
                token: ann.token
            )
            _ = try await app.buy(by: ann)
            _ = try await app.savedCard(of: ann)
            var days: [String] = []
            for month in 1...14 {
                let now = try await app.subscription(of: try await app.logInAgain(ann))
                let end = try #require(now["current_period_end"]?.string)
                days.append(String(end.dropFirst(5).prefix(5)))
                let at = try #require(Date(rfc3339: end))
                try await app.pass(days: (at.timeIntervalSince(app.clock.now) + 61) / 86_400)
                _ = try await app.invoices(of: ann, count: month + 1)
            }
            #expect(
                days == [
                    "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31",
                    "11-30", "12-31", "01-31", "02-29", "03-31",
                ]
            )
            try await app.requireCleanBooks()
        }
    }
}

extension JSON {
    /// How long the present period of a subscription is.
    fileprivate var periodSeconds: Double {
        get throws {
            let start = try #require(
                self["current_period_start"]?.string.flatMap { Date(rfc3339: $0) }
            )
            let end = try #require(self["current_period_end"]?.string.flatMap { Date(rfc3339: $0) })
            return end.timeIntervalSince(start)
        }
    }
}

extension TestApp {
    /// Moves the time to a moment that is to come.
    func move(to moment: String) async throws {
        let at = try #require(Date(rfc3339: moment))
        try await pass(days: at.timeIntervalSince(clock.now) / 86_400)
    }
}
