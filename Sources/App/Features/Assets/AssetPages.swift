import HTTPServer
package import Web
import Wire

/// A request for a file that is the same for everybody.
package struct AssetContext: RequestContext {
    package static let access = Access.anyone
    package let services: Services
    package let actor = "anonymous"

    package init(_ request: Request, _ services: Services) async throws {
        self.services = services
    }
}

/// Serves the files that pages are made of.
enum AssetPages {
    static func add(to router: inout Router<Services>) {
        router.on(AssetRoutes.file, as: AssetContext.self, limit: .assets, file)
        router.on(AssetRoutes.favicon, as: AssetContext.self, limit: .assets) { request, context in
            try await file(request, context, "favicon.svg")
        }
    }

    private static func file(
        _ request: Request,
        _ context: AssetContext,
        _ name: String
    ) async throws -> Response {
        let assets = context.services.assets
        guard let file = assets.file(name) ?? assets.file(assets.servedName(name)) else {
            throw Problem.notFound
        }
        let isForEver = file.isImmutable && assets.servedName(name) == name
        let tag = "\"\(file.tag)\""
        var response = Response(contentType: file.contentType)
        response.headers["Cache-Control"] =
            isForEver ? "public, max-age=31536000, immutable" : "public, max-age=3600"
        response.headers["ETag"] = tag
        if request.header("If-None-Match") == tag {
            response.status = 304
        } else {
            response.body = .bytes(file.bytes)
        }
        return response
    }
}

extension RateClass {
    /// Files: a page needs several, and they cost nothing.
    static let assets = RateClass("assets", limit: 3_000, perSeconds: 60)
}
