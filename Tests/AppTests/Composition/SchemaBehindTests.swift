import Postgres
import Support
import Testing

@testable import App

@Suite struct SchemaBehindTests {
    @Test func `who only looks says what a database has not had, and applies nothing`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let conninfo = app.prepared.ownerConninfo
            let setup = DatabaseSetup(
                try Configuration(environment: [
                    "DATABASE_URL": conninfo, "SECRET_KEY": TestApp.secretKey,
                ]),
                log: .silent
            )
            _ = try await setup.openCurrent()
            try await Database.administer(
                conninfo,
                [
                    """
                    DELETE FROM schema_migrations
                    WHERE name = (SELECT max(name) FROM schema_migrations)
                    """
                ]
            )
            for _ in 1...2 {
                let refusal = await #expect(throws: SchemaIsBehind.self) {
                    try await setup.openCurrent()
                }
                #expect(refusal?.migrations.count == 1)
                #expect(refusal?.description.contains("billing migrate") == true)
            }
        }
    }
}
