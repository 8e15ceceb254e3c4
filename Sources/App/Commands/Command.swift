import Foundation
import Support

/// The commands of the `billing` program.
package enum Command {
    private static let usage = """
        usage: billing COMMAND

          serve          run the API, the portal and the worker (ROLE=web or worker for one of them)
          migrate        bring the database up to date
          admin create   make a member of staff who may do everything: --email … [--name …]
          verify         check the books and everything else that must hold (--json for programs)
          reseal         encrypt anew what an older SECRET_KEY has sealed
          openapi        print the OpenAPI document
          pages          list the routes of the portal
          fault-points   list the places where a test may kill the process (FAULT_POINT)
        """

    /// Runs a command and returns the program's exit status.
    package static func run(_ arguments: [String]) async -> Int32 {
        do {
            switch arguments.first {
            case "serve": try await ServeCommand.run()
            case "migrate": try await MigrateCommand.run()
            case "admin": try await AdminCommand.run(Array(arguments.dropFirst()))
            case "verify": return try await VerifyCommand.run(Array(arguments.dropFirst()))
            case "reseal": return try await ResealCommand.run()
            case "openapi": print(try OpenAPICommand.document(), terminator: "")
            case "pages": print(try PagesCommand.list(), terminator: "")
            case "fault-points":
                for point in FaultPoint.allCases { print(point.rawValue) }
            case "help", "--help", nil: print(usage)
            default:
                complain("billing: no command named \(arguments.joined(separator: " "))\n\(usage)")
                return 2
            }
            return 0
        } catch {
            complain("billing: \(error)")
            return 1
        }
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
