import App
import Foundation
import Postgres
import Support

/// The one server that all tests of this process share, with a template that is migrated and seeded
/// once; each test gets a copy of it.
enum TestDatabase {
    private static let cluster = PrivateCluster.temporary()
    private static let template = Task {
        let server = try await cluster.start()
        let configuration = try Configuration(environment: ["SECRET_KEY": TestApp.secretKey])
        let setup = DatabaseSetup(configuration, log: .silent)
        let prepared = try await DatabaseSetup.prepare("template_billing", on: server) {
            try await setup.migrate($0)
        }
        let services = try Services.make(
            configuration,
            prepared,
            clock: BusinessClock(standingAt: TestApp.start),
            log: .silent
        )
        try await Seeding(services).run()
        await services.database.close()
        services.notices.close()
        return server
    }

    /// A database of its own, as a new sandbox has it.
    static func lease() async throws -> DatabaseSetup.Prepared {
        let server = try await template.value
        let name = "test_\(Hex.encode(randomBytes(6)))"
        try await Database.administer(
            server,
            ["CREATE DATABASE \(unsafeRaw: name) TEMPLATE template_billing"]
        )
        return DatabaseSetup.existing(name, on: server)
    }
}
