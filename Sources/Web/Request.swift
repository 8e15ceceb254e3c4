package import HTTPServer
import Synchronization
package import Wire

/// A request on its way to its handler.
package struct Request: Sendable {
    package let http: HTTPRequest
    /// Names this request in the log, in its answer and in every problem.
    package let id: String
    /// `HEAD` counts as `GET`; nil for methods that nothing here answers.
    package let method: Method?
    /// The fields of the query; empty when there are none.
    package let query: FormFields
    package let cookies: Cookies
    /// Who asks: the peer, or what a proxy that we trust says about it.
    package let remoteAddress: String
    /// Whether the browser's connection was https, as far as a proxy that we trust tells.
    package let isHTTPS: Bool
    /// Whether the query could not be read.
    let hasBrokenQuery: Bool
    /// Counts up in this process; other than the id, nobody outside has a say in it.
    package let number: UInt64

    private static let count = Atomic<UInt64>(0)

    package init(_ http: HTTPRequest, id: String, proxies: TrustedProxies = .none) {
        self.http = http
        self.id = id
        method = http.method == "HEAD" ? .get : Method(rawValue: http.method)
        let fields = http.query.isEmpty ? FormFields() : FormFields(parsing: http.query)
        query = fields ?? FormFields()
        hasBrokenQuery = fields == nil
        cookies = Cookies(http.headers.all("Cookie"))
        remoteAddress = proxies.client(of: http)
        isHTTPS = proxies.isHTTPS(http)
        number = Request.count.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// The raw path, starting with a slash.
    package var path: String { http.path }

    /// The path and the query as they were asked for, to come back to after signing in.
    package var pathAndQuery: String {
        http.query.isEmpty ? http.path : "\(http.path)?\(http.query)"
    }

    /// The first value of a header field.
    package func header(_ name: String) -> String? { http.headers[name] }

    /// The token of `Authorization: Bearer …`.
    package var bearerToken: String? {
        guard let value = header("Authorization"), value.utf8.count > 7,
            value.prefix(7).lowercased() == "bearer "
        else { return nil }
        return String(value.dropFirst(7))
    }

    /// The fields of a form that was sent, of one with files those that are text.
    ///
    /// - Throws: ``Problem`` 415 for another content type and 400 for a form that cannot be read.
    package func form() throws -> FormFields {
        if mediaType == "multipart/form-data" { return try multipartForm().fields }
        guard mediaType == "application/x-www-form-urlencoded" else {
            throw Problem.unsupportedMediaType("application/x-www-form-urlencoded")
        }
        guard let text = String(validating: http.body, as: UTF8.self),
            let fields = FormFields(parsing: text)
        else { throw Problem.badRequest("malformed_form", "The form could not be read.") }
        return fields
    }

    /// A form with files that was sent.
    ///
    /// - Throws: ``Problem`` 415 for another content type and 400 for a form that cannot be read.
    package func multipartForm() throws -> MultipartForm {
        guard mediaType == "multipart/form-data", let type = header("Content-Type") else {
            throw Problem.unsupportedMediaType("multipart/form-data")
        }
        guard let form = MultipartForm(parsing: http.body, contentType: type) else {
            throw Problem.badRequest("malformed_form", "The form could not be read.")
        }
        return form
    }

    /// The JSON that was sent; an empty body counts as `{}`.
    ///
    /// - Throws: ``Problem`` 415 for another content type and 400 for a text that is no JSON.
    package func json() throws -> JSON {
        guard !http.body.isEmpty else { return .object([]) }
        if let type = mediaType, type != "application/json", !type.hasSuffix("+json") {
            throw Problem.unsupportedMediaType("application/json")
        }
        do {
            return try JSON(reading: http.body)
        } catch {
            throw Problem.badRequest("malformed_json", "The body is not JSON: \(error).")
        }
    }

    /// The content type without its parameters, in lower case.
    private var mediaType: String? {
        header("Content-Type").map {
            $0 == "application/json"
                ? $0 : ($0.split(separator: ";").first ?? "").trimmed.lowercased()
        }
    }
}

extension Problem {
    static func unsupportedMediaType(_ expected: String) -> Problem {
        Problem(
            status: 415,
            code: "unsupported_media_type",
            detail: "Send the body as \(expected)."
        )
    }
}
