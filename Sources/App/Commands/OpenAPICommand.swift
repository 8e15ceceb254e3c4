import Foundation
import Support
import Web
import Wire

/// `billing openapi`: prints the document that the route table generates.
enum OpenAPICommand {
    static let title = "NextPanel Billing"
    static let version = "1.0.0"

    /// The document of a router.
    static func document(of routes: [RouteDescription]) throws -> OpenAPIDocument {
        try OpenAPIDocument(title: title, version: version, routes: routes)
    }

    /// The document as it is committed.
    static func document() throws -> String {
        try document(of: APIRouter.make(.withoutDatabase()).routes).json.prettyText
    }
}

/// `billing pages`: prints the portal's routes, one a line, so that a test can tell which of them
/// it has not seen.
enum PagesCommand {
    static func list() throws -> String {
        try PortalRouter.make(.withoutDatabase()).routes
            .map { "\($0.method.rawValue) \($0.pattern)\n" }.joined()
    }
}

extension Services {
    /// Routes are known without a database.
    fileprivate static func withoutDatabase() throws -> Services {
        let nowhere = DatabaseSetup.Prepared(
            ownerConninfo: "",
            appConninfo: "host=/nonexistent",
            appRole: nil,
            cluster: nil
        )
        return try make(
            Configuration(environment: [:]),
            nowhere,
            clock: BusinessClock(),
            log: .silent
        )
    }
}
