import HTTPServer
package import Wire

/// What is wrong with one field of a request.
package struct FieldError: Error, Sendable, Equatable {
    /// Where it stands, such as `items.0.domain.name`; empty for the whole.
    package let field: String
    /// Stable and machine readable, such as `required`.
    package let code: String
    /// For people.
    package let message: String

    package init(_ field: String, _ code: String, _ message: String) {
        self.field = field
        self.code = code
        self.message = message
    }
}

/// An error that the caller is told about (RFC 9457); every other error is a 500 without detail.
package struct Problem: Error, Sendable, Equatable {
    package var status: Int
    /// Stable and machine readable, such as `not_found`.
    package var code: String
    package var title: String
    /// For people: what happened and what helps.
    package var detail: String
    package var errors: [FieldError]
    package var retryAfterSeconds: Int?
    /// Header fields of the answer, such as `Allow`.
    package var headers: [HTTPHeaders.Field]

    package init(
        status: Int,
        code: String,
        detail: String,
        title: String? = nil,
        errors: [FieldError] = [],
        retryAfterSeconds: Int? = nil,
        headers: HTTPHeaders = [:]
    ) {
        self.status = status
        self.code = code
        self.title = title ?? Problem.phrase(status)
        self.detail = detail
        self.errors = errors
        self.retryAfterSeconds = retryAfterSeconds
        self.headers = headers.fields
    }
}

extension Problem {
    package static let notFound = Problem(
        status: 404,
        code: "not_found",
        detail: "There is nothing here."
    )

    package static let unauthorized = Problem(
        status: 401,
        code: "unauthorized",
        detail: "Sign in first.",
        headers: ["WWW-Authenticate": "Bearer"]
    )

    package static let forbidden = Problem(
        status: 403,
        code: "forbidden",
        detail: "You may not do this."
    )

    /// The request does not fit the state that the thing is in.
    package static func conflict(_ code: String, _ detail: String) -> Problem {
        Problem(status: 409, code: code, detail: detail)
    }

    /// A rule of the business refuses what was well-formed.
    package static func refused(_ code: String, _ detail: String) -> Problem {
        Problem(status: 422, code: code, detail: detail)
    }

    /// The request could not be read at all.
    package static func badRequest(_ code: String, _ detail: String) -> Problem {
        Problem(status: 400, code: code, detail: detail)
    }

    /// What follows the question mark is no form, or has a NUL in it.
    package static let malformedQuery = badRequest(
        "malformed_query",
        "The query could not be read."
    )

    /// Fields are wrong; all of them are named at once.
    package static func invalid(_ errors: [FieldError]) -> Problem {
        Problem(
            status: 422,
            code: "invalid_request",
            detail: "Some fields are not acceptable.",
            errors: errors
        )
    }

    /// One field is wrong.
    package static func invalid(_ field: String, _ code: String, _ message: String) -> Problem {
        .invalid([FieldError(field, code, message)])
    }

    package static func tooManyRequests(
        retryAfterSeconds: Int,
        headers: HTTPHeaders = [:]
    ) -> Problem {
        Problem(
            status: 429,
            code: "rate_limited",
            detail: "Too many requests; try again in \(retryAfterSeconds) s.",
            retryAfterSeconds: retryAfterSeconds,
            headers: headers
        )
    }

    /// Something that is needed does not answer; trying again is right.
    package static func unavailable(_ detail: String, retryAfterSeconds: Int = 5) -> Problem {
        Problem(
            status: 503,
            code: "unavailable",
            detail: detail,
            retryAfterSeconds: retryAfterSeconds
        )
    }

    /// A fault of ours; nothing of it is told but the request id.
    package static let `internal` = Problem(
        status: 500,
        code: "internal_error",
        detail: "Something went wrong on our side. Name the request id when you report it."
    )
}

extension Problem {
    /// The problem as `application/problem+json`.
    package func json(requestID: String) -> JSON {
        var json: JSON = [
            "type": "about:blank", "title": .string(title), "status": .integer(Int64(status)),
            "detail": .string(detail), "code": .string(code), "request_id": .string(requestID),
        ]
        if !errors.isEmpty {
            json = json.setting(
                "errors",
                .array(
                    errors.map {
                        [
                            "field": .string($0.field), "code": .string($0.code),
                            "message": .string($0.message),
                        ]
                    }
                )
            )
        }
        return json
    }

    /// The answer that tells it.
    package func response(requestID: String) -> Response {
        var response = Response(
            status: status,
            contentType: "application/problem+json",
            body: .bytes(json(requestID: requestID).bytes)
        )
        addHeaders(to: &response)
        return response
    }

    /// Adds `Retry-After` and the other header fields to an answer, such as an HTML page of ours.
    package func addHeaders(to response: inout Response) {
        if let retryAfterSeconds {
            response.headers["Retry-After"] = String(max(1, retryAfterSeconds))
        }
        for field in headers { response.headers.append(field.name, field.value) }
    }

    static func phrase(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Error"
        }
    }
}
