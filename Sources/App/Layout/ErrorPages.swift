import Core
import HTTPServer
import Markup
import Support
import Synchronization
import Web

/// The pages that tell that something did not work.
enum ErrorPages {
    /// Makes the page of an error; who is not logged in is sent to do so.
    static func recover(
        _ services: Services
    ) -> @Sendable (any Error, Request) async -> Response {
        let readers = ErrorReaders(services)
        return { error, request in
            let problem = Problem(mapped: error, request, services)
            if problem.status == 401 { return .redirect(to: loginPath(for: request)) }
            // Where the database is out of reach, asking it again does not help.
            let reader = problem.status == 503 ? nil : await readers.reader(of: request)
            return page(problem, reader, request, services)
        }
    }

    /// A form cannot be sent again by coming back to it, so only pages are come back to.
    private static func loginPath(for request: Request) -> String {
        request.http.method == "GET"
            ? AccountRoutes.loginPath(returningTo: request.pathAndQuery)
            : AccountRoutes.loginPage.path()
    }

    private static func page(
        _ problem: Problem,
        _ reader: SignedInUser?,
        _ request: Request,
        _ services: Services
    ) -> Response {
        let isStaff = reader?.role.isStaff == true
        let view = ErrorView(
            problem: problem,
            requestID: request.id,
            start: reader == nil
                ? MarketingRoutes.home : isStaff ? Navigation.console : DashboardRoutes.show,
            supportEmail: services.configuration.help.supportEmail
        )
        let frame = PageFrame(
            title: view.heading,
            request,
            services,
            viewer: reader,
            token: PortalSecurity.token(for: request, services)
        )
        let page =
            isStaff
            ? ConsoleLayout(frame: frame, section: nil, content: view.body).body
            : SiteLayout(frame: frame, width: .narrow, content: view.body).body
        var response = Response.html(page, status: problem.status)
        problem.addHeaders(to: &response)
        return response
    }
}

/// Finds out who reads the page of an error, so that it has the reader's frame.
///
/// Errors are also what a flood of requests is answered with, so only a few ask the database at a
/// time, and none waits long; the others are shown the visitor's frame.
private final class ErrorReaders: Sendable {
    private static let most = 2

    private let services: Services
    private let asking = Mutex(0)

    init(_ services: Services) { self.services = services }

    func reader(of request: Request) async -> SignedInUser? {
        let isFree = asking.withLock { count in
            guard count < ErrorReaders.most else { return false }
            count += 1
            return true
        }
        guard isFree else { return nil }
        defer { asking.withLock { $0 -= 1 } }
        return try? await withDeadline(seconds: 1) { [services] in
            try await SignIn(services).user(of: request)
        }
    }
}

/// What happened, what helps, and what to name when reporting it.
struct ErrorView: View {
    let problem: Problem
    let requestID: String
    /// Where the reader can go on.
    let start: Route<>
    let supportEmail: String?

    var heading: String {
        switch problem.status {
        case 403 where problem.code == Problem.foreignPost.code: "This page has expired"
        case 403: "You may not see this"
        case 404: "There is no such page"
        case 405: "This cannot be done here"
        case 409: "This is not possible now"
        case 422: "Something is not acceptable"
        case 429: "Too many requests"
        case 503: "We cannot do this right now"
        case 500...: "Something went wrong on our side"
        default: "This did not work"
        }
    }

    private var advice: String {
        switch problem.status {
        case 403 where problem.code == Problem.foreignPost.code: problem.detail
        case 403: "Your account has no access to this page."
        case 404: "The address may be wrong, or what was here is gone."
        case 500: "Nothing was lost. Try again; if it happens again, name the request below."
        default: problem.detail
        }
    }

    private var icon: StaticString {
        switch problem.status {
        case 403: "lock"
        case 404: "search"
        case 429: "timer"
        default: "triangle-alert"
        }
    }

    var body: HTML {
        Card(isFlush: true) {
            div(.classes("empty")) {
                Icon(icon)
                h1 { heading }
                p(.classes("soft")) { advice }
                if !problem.errors.isEmpty {
                    ul { for error in problem.errors { li { error.message } } }
                }
                div(.classes("row")) {
                    ButtonLink("Go to the start page", to: start.path(), .primary)
                }
                if let supportEmail {
                    p(.classes("small")) {
                        "If it stays so, write to "
                        TextLink(supportEmail, to: "mailto:\(supportEmail)")
                        " and name the request."
                    }
                }
                p(.classes("small", "start-m")) {
                    "\(problem.status) · request "
                    Copyable(requestID, name: "request id")
                }
            }
        }
    }
}
