import HTTPServer
import Markup
import Wire

/// The pages under `/c`: the hosted payment page and the bank's 3-D Secure page.
struct StripePages {
    let service: StripeService

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.first, parts.dropFirst().first, parts.count) {
        case ("GET", "sandbox.css", nil, 1): return .stylesheet
        case ("GET", "c", "pay", 3): return payPage(parts[2])
        case ("POST", "c", "pay", 3): return pay(parts[2], request.fields)
        case ("GET", "c", "authenticate", 3): return authenticationPage(parts[2])
        case ("POST", "c", "authenticate", 3):
            return authenticate(parts[2], succeeds: request.fields["outcome"] == "approve")
        default: return .page(StripeNotice(message: "There is no such page.").body, status: 404)
        }
    }

    private func payPage(_ id: String, message: String? = nil) -> HTTPResponse {
        let (session, email) = service.act { books, _ in
            let session = books.sessions[id]
            let customer = session?.customer.flatMap { books.customers[$0] }
            return (session, customer?.email ?? session?.customerEmail)
        }
        guard let session else {
            return .page(StripeNotice(message: "There is no such page.").body, status: 404)
        }
        guard session.status == "open" else {
            let text = "This page has been used or is no longer valid."
            return .page(StripeNotice(message: text).body, status: 410)
        }
        let view = StripePayView(session: session, email: email, message: message)
        return .page(view.body, status: message == nil ? 200 : 402)
    }

    private func pay(_ id: String, _ fields: FormFields) -> HTTPResponse {
        var form = StripePageForm(
            card: fields["card"] ?? "",
            email: fields["email"],
            name: fields["name"]
        )
        let expiry = (fields["expiry"] ?? "12/34").split(separator: "/").compactMap { Int64($0) }
        guard expiry.count == 2, (1...12).contains(expiry[0]), expiry[1] < 100 else {
            return payPage(id, message: "Your card's expiration date is invalid.")
        }
        (form.expiryMonth, form.expiryYear) = (expiry[0], 2_000 + expiry[1])
        let filled = form
        return show(service.act { books, call in books.submit(id, filled, call) }, session: id)
    }

    private func authenticationPage(_ id: String) -> HTTPResponse {
        let waits = service.act { books, _ in
            books.intents[id]?.status == "requires_action"
                || books.setups[id]?.status == "requires_action"
        }
        guard waits else {
            let text = "Nothing waits for authentication here."
            return .page(StripeNotice(message: text).body, status: 410)
        }
        return .page(StripeAuthenticationView(id: id).body)
    }

    private func authenticate(_ id: String, succeeds: Bool) -> HTTPResponse {
        let (outcome, session) = service.act { books, call in
            let session = books.intents[id]?.session ?? books.setups[id]?.session
            return (books.answerAuthentication(id, succeeds: succeeds, call), session)
        }
        return show(outcome, session: session)
    }

    private func show(_ outcome: StripePageOutcome, session: String?) -> HTTPResponse {
        switch outcome {
        case .complete(let url): return .seeOther(url)
        case .authenticate(let intent): return .seeOther("/c/authenticate/\(intent)")
        case .declined(let message):
            guard let session else {
                return .page(StripeNotice(message: message).body, status: 402)
            }
            return payPage(session, message: message)
        case .gone(let message):
            return .page(StripeNotice(message: message).body, status: 410)
        }
    }
}
