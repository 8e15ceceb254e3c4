import Core
import Markup
import Web

/// A context whose answer may be a page: it knows who looks and what the page's forms carry.
protocol PageContext: RequestContext where Services == App.Services {
    var services: App.Services { get }
    /// Nil for a visitor.
    var viewer: SignedInUser? { get }
    var csrfToken: String { get }
}

extension PublicContext: PageContext {
    var viewer: SignedInUser? { user }
}

extension UserContext: PageContext {
    var viewer: SignedInUser? { user }
}

/// Makes every page: content in its frame.
enum PortalPage {
    /// A page of the public site or of a customer's account.
    ///
    /// It shows the message that the page before has sent along, once.
    static func response(
        title: String,
        _ request: Request,
        _ context: some PageContext,
        status: Int = 200,
        width: PageWidth = .standard,
        description: String? = nil,
        refreshSeconds: Int? = nil,
        @HTMLBuilder content: () -> HTML
    ) -> Response {
        var frame = PageFrame(title: title, request, context)
        frame.description = description
        frame.refreshSeconds = refreshSeconds
        let page = SiteLayout(frame: frame, width: width, content: content())
        return answer(page.body, status, frame, context)
    }

    /// A page of the staff's console.
    static func console(
        title: String,
        section: ConsoleSection?,
        _ request: Request,
        _ context: some PageContext,
        status: Int = 200,
        refreshSeconds: Int? = nil,
        @HTMLBuilder content: () -> HTML
    ) -> Response {
        var frame = PageFrame(title: title, request, context)
        frame.refreshSeconds = refreshSeconds
        let page = ConsoleLayout(frame: frame, section: section, content: content())
        return answer(page.body, status, frame, context)
    }

    /// A page of one's own log-in, in the frame that its reader works in.
    static func own(
        title: String,
        _ request: Request,
        _ context: some PageContext,
        status: Int = 200,
        width: PageWidth,
        @HTMLBuilder content: () -> HTML
    ) -> Response {
        guard context.viewer?.role.isStaff == true else {
            return response(title: title, request, context, status: status, width: width) {
                content()
            }
        }
        return console(title: title, section: nil, request, context, status: status) {
            div(.classes("narrow-left")) { content() }
        }
    }

    /// Sends the browser on with a message for the next page.
    static func redirect(
        to path: String,
        _ context: some PageContext,
        _ kind: Flash.Kind = .success,
        saying text: String
    ) -> Response {
        let isSecure = context.services.configuration.isPortalSecure
        return .redirect(to: path).with(Flash(kind, text).cookie(isSecure: isSecure))
    }

    private static func answer(
        _ page: HTML,
        _ status: Int,
        _ frame: PageFrame,
        _ context: some PageContext
    ) -> Response {
        let isSecure = context.services.configuration.isPortalSecure
        var response = Response.html(page, status: status)
        if frame.flash != nil { response.set(Flash.removal(isSecure: isSecure)) }
        return response
    }
}

extension PageFrame {
    init(title: String, _ request: Request, _ context: some PageContext) {
        self.init(
            title: title,
            request,
            context.services,
            viewer: context.viewer,
            token: context.csrfToken
        )
    }

    /// The frame of a page whose reader may not be known, such as one that tells of an error.
    init(
        title: String,
        _ request: Request,
        _ services: Services,
        viewer: SignedInUser?,
        token: String
    ) {
        let isSecure = services.configuration.isPortalSecure
        self.init(
            title: title,
            path: request.path,
            viewer: viewer.map { Viewer(name: $0.fullName, role: $0.role, timeZone: $0.timeZone) },
            token: token,
            cartCount: Cart(request, services).lines.count,
            isSandbox: services.configuration.mode == .sandbox,
            theme: request.cookies["theme"],
            flash: Flash(request, isSecure: isSecure),
            assets: services.assets,
            help: services.configuration.help
        )
    }
}
