import HTTPServer
import Markup
import Support
import Web

/// The pages that tell that something did not work.
enum ErrorPages {
    /// Makes the page of an error; who is not logged in is sent to do so.
    static func recover(
        _ services: Services
    ) -> @Sendable (any Error, Request) -> Response {
        { error, request in
            let problem = Problem(mapped: error, request, services)
            if problem.status == 401 { return .redirect(to: loginPath(for: request)) }
            return page(problem, request, services)
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
        _ request: Request,
        _ services: Services
    ) -> Response {
        let view = ErrorView(problem: problem, requestID: request.id)
        // Who asks is not known here: asking the database again may be what has just failed.
        let frame = PageFrame(
            title: view.heading,
            request,
            services,
            viewer: nil,
            token: PortalSecurity.token(for: request, services)
        )
        var response = Response.html(
            SiteLayout(frame: frame, width: .narrow, content: view.body).body,
            status: problem.status
        )
        problem.addHeaders(to: &response)
        return response
    }
}

/// What happened, what helps, and what to name when reporting it.
struct ErrorView: View {
    let problem: Problem
    let requestID: String

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
                    ButtonLink("Go to the start page", to: MarketingRoutes.home.path(), .primary)
                }
                p(.classes("small", "start-m")) {
                    "\(problem.status) · request "
                    Copyable(requestID, name: "request id")
                }
            }
        }
    }
}
