import Foundation
import Postgres
import Support

/// `billing migrate`: brings the database up to date and ends.
enum MigrateCommand {
    static func run() async throws {
        let configuration = try Configuration(environment: ProcessInfo.processInfo.environment)
        let prepared = try await DatabaseSetup(configuration, log: Log()).prepare()
        prepared.cluster?.stopIfStartedHere()
        print("The database is up to date.")
    }
}
