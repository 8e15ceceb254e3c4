import Core
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct ForeignModeTests {
    @Test func `a database is of the mode that it was first used in`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let now = app.services.clock.now
            try await app.services.database.transaction(for: .system) { session in
                #expect(try session.setting("mode")?.string == "sandbox")
                try session.claim(for: .sandbox, now: now)
                #expect(throws: ForeignMode.self) { try session.claim(for: .live, now: now) }
                try session.setSetting("mode", to: "live", now: now)
                try session.claim(for: .live, now: now)
                #expect(throws: ForeignMode.self) { try session.claim(for: .sandbox, now: now) }
            }
            await #expect(throws: ForeignMode.self) { try await Seeding(app.services).run() }
            await #expect(throws: ForeignMode.self) { try await app.services.claimDatabase() }
        }
    }

    @Test func `a sandbox from before modes were noted does not become live`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let now = app.services.clock.now
            try await app.services.database.transaction(for: .system) { session in
                try session.setSetting("mode", to: nil, now: now)
                #expect(throws: ForeignMode.self) { try session.claim(for: .live, now: now) }
                try session.claim(for: .sandbox, now: now)
                #expect(try session.setting("mode")?.string == "sandbox")
            }
        }
    }

    @Test func `what is wrong is said`() {
        let text = "\(ForeignMode(stored: "sandbox", wanted: .live))"
        #expect(text.contains("belongs to a sandbox system and cannot be used in live mode"))
    }

    @Test func `the simulated panels are where the offset of this start says`() async throws {
        let moved = ["SANDBOX_PORT_OFFSET": "10"]
        try await TestApp.run(environment: moved, runsWorker: false) { app in
            try await app.services.database.transaction(for: .system) { session in
                // As the first start left them; staff have given one of them another name.
                for (index, server) in try session.servers().enumerated() {
                    let url = "http://127.0.0.1:\(9_000 + 10 * index)"
                    try session.run(
                        "UPDATE servers SET base_url = \(url) WHERE id = \(server.id.uuid)"
                    )
                }
                try session.run("UPDATE servers SET name = 'A' WHERE name = 'Sandbox panel 3'")
            }
            try await Seeding(app.services).run()
            let urls = try await app.services.database.transaction(for: .system) {
                try $0.servers().map { "\($0.name) \($0.baseURL)" }
            }
            #expect(
                urls == [
                    "A http://127.0.0.1:9030", "Sandbox panel 1 http://127.0.0.1:9010",
                    "Sandbox panel 2 http://127.0.0.1:9020",
                ]
            )
        }
    }
}
