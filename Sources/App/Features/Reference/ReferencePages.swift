import HTTPServer
import Markup
import Web
import Wire

/// The API reference as a document for programs, and two ways to read it.
enum ReferencePages {
    /// Adds the pages, and the document of all routes that the router has by now; so this stands
    /// last.
    static func add(to router: inout Router<Services>, _ services: Services) throws {
        let document = try OpenAPICommand.document(of: router.routes).json.bytes
        router.fast(ReferenceRoutes.document) { _ in
            .now(Response(contentType: "application/json", body: .bytes(document)).http)
        }
        let assets = services.assets
        router.fast(ReferenceRoutes.swagger) { _ in .now(page(.swagger, assets).http) }
        router.fast(ReferenceRoutes.redoc) { _ in .now(page(.redoc, assets).http) }
        AssetPages.add(to: &router)
    }

    private static func page(_ viewer: ReferenceView.Viewer, _ assets: Assets) -> Response {
        Response.html(ReferenceView(viewer: viewer, assets: assets).body)
            .with("Content-Security-Policy", viewer.policy)
            .with("Cache-Control", "no-cache")
    }
}

/// A page that one of the viewers draws itself into.
struct ReferenceView: View {
    enum Viewer: Sendable {
        case swagger, redoc

        fileprivate var scripts: [String] {
            switch self {
            case .swagger: ["swagger-ui-bundle.js", "swagger.js"]
            case .redoc: ["redoc.standalone.js", "redoc.js"]
            }
        }

        /// What the viewer needs to draw itself, and no more: ReDoc makes styles as it runs and
        /// searches in a worker of its own.
        fileprivate var policy: String {
            let needs =
                switch self {
                case .swagger: "style-src 'self'"
                case .redoc: "style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"
                }
            return "default-src 'none'; script-src 'self'; img-src 'self' data:; "
                + "font-src 'self'; connect-src 'self'; \(needs); base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'"
        }
    }

    let viewer: Viewer
    let assets: Assets

    var body: HTML {
        html(.lang("en")) {
            head {
                meta(.charset("utf-8"))
                meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
                title { "API reference · NextPanel" }
                link(.rel("icon"), .href(assets.path("favicon.svg")))
                if viewer == .swagger {
                    link(.rel("stylesheet"), .href(assets.path("swagger-ui.css")))
                }
                for name in viewer.scripts { script(.src(assets.path(name)), .defer) }
            }
            documentBody {
                Markup.main(
                    .id("documentation"),
                    .data("document", ReferenceRoutes.document.path())
                ) {
                    p {
                        "The API is described by "
                        a(.href(ReferenceRoutes.document.path())) { "an OpenAPI document" }
                        ". A script draws it here."
                    }
                }
            }
        }
    }
}
