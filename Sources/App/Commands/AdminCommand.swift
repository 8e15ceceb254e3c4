import Core
import Foundation
import Postgres
import Support
import Web

/// `billing admin create`: makes somebody who may do everything.
enum AdminCommand {
    /// The words after `admin` are not understood.
    struct Misused: Error, CustomStringConvertible {
        let description =
            "usage: billing admin create --email ADDRESS [--name NAME] [--password PASSWORD]"
    }

    /// The administrator cannot be made as wanted.
    struct Refused: Error, CustomStringConvertible {
        let description: String

        init(_ problem: Problem) {
            description = problem.errors.first?.message ?? problem.detail
        }
    }

    /// Without a password a link is printed to choose one, so that none is left in a history.
    static func run(_ arguments: [String]) async throws {
        let options = try options(arguments)
        guard let email = options["--email"].flatMap({ EmailAddress($0) }) else { throw Misused() }
        let configuration = try Configuration.ofProcess()
        let prepared = try await DatabaseSetup(configuration, log: .silent).prepare()
        defer { prepared.cluster?.stopIfStartedHere() }
        let services = try Services.make(
            configuration,
            prepared,
            clock: BusinessClock(),
            log: .silent
        )
        try await services.claimDatabase()
        try await SandboxClock(services).restore()
        let admin: Staff.NewAdmin
        do {
            admin = try await Staff(services).createAdmin(
                email: email,
                password: options["--password"],
                name: options["--name"] ?? "Administrator"
            )
        } catch let problem as Problem {
            throw Refused(problem)
        }
        print("\(email) is an administrator (\(admin.id)).")
        if let link = admin.link { print("Choose a password within 15 minutes: \(link)") }
        await services.database.close()
    }

    private static func options(_ arguments: [String]) throws -> [String: String] {
        var rest = arguments.dropFirst()
        guard arguments.first == "create", rest.count.isMultiple(of: 2) else { throw Misused() }
        var options: [String: String] = [:]
        while let name = rest.popFirst(), let value = rest.popFirst() {
            guard ["--email", "--name", "--password"].contains(name) else { throw Misused() }
            options[name] = value
        }
        return options
    }
}
