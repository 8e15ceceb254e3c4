import HTTPServer
import Markup
import Wire

extension HTTPResponse {
    /// A JSON answer.
    static func json(_ json: JSON, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "application/json"],
            body: .bytes(json.bytes)
        )
    }

    /// A plain text answer.
    static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": "text/plain; charset=utf-8"],
            body: .bytes(Array(text.utf8))
        )
    }

    /// A page. Nothing on it may run or be loaded from elsewhere.
    static func page(_ page: HTML, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [
                "Content-Type": "text/html; charset=utf-8",
                "Cache-Control": "no-store",
                "Content-Security-Policy":
                    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; "
                    + "base-uri 'none'; frame-ancestors 'self'",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
            ],
            body: .bytes(page.bytes)
        )
    }

    /// Sends the browser elsewhere with a GET.
    static func seeOther(_ address: String) -> HTTPResponse {
        HTTPResponse(status: 303, headers: ["Location": address, "Cache-Control": "no-store"])
    }
}

extension HTTPRequest {
    /// The body as an HTML form sends it, then the query; nothing where either is broken.
    var fields: FormFields {
        let body = FormFields(parsing: String(decoding: body, as: UTF8.self)) ?? FormFields()
        let query = FormFields(parsing: query) ?? FormFields()
        return FormFields(body.fields + query.fields)
    }
}
