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

    /// The document as it is committed. No database is needed: routes are known without one.
    static func document() throws -> String {
        let configuration = try Configuration(environment: [:])
        let nowhere = DatabaseSetup.Prepared(
            ownerConninfo: "",
            appConninfo: "host=/nonexistent",
            appRole: nil,
            cluster: nil
        )
        let services = try Services.make(
            configuration,
            nowhere,
            clock: BusinessClock(),
            log: .silent
        )
        return try document(of: APIRouter.make(services).routes).json.prettyText
    }
}
