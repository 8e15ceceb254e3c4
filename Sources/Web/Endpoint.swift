import HTTPServer

/// What an endpoint reads from a request's body.
package protocol APIInput: Sendable {
    /// The schema of the body; nil when there is none.
    static var inputSchema: Schema? { get }
    /// Whether a request without a body is refused.
    static var isInputRequired: Bool { get }
    /// - Throws: ``Problem`` with everything that is wrong.
    static func input(from request: Request) throws -> Self
}

extension APIInput {
    package static var isInputRequired: Bool { true }
}

/// A body that may be left out.
package struct OptionalBody<Content: APIValue>: APIInput {
    /// Nil when there was none.
    package let content: Content?

    package static var inputSchema: Schema? { Content.schema }
    package static var isInputRequired: Bool { false }

    package static func input(from request: Request) throws -> OptionalBody {
        guard !request.http.body.isEmpty else { return OptionalBody(content: nil) }
        return OptionalBody(content: try Content.input(from: request))
    }
}

/// What an endpoint answers.
package protocol APIAnswer: Sendable {
    /// What its handler returns.
    associatedtype Returned: Sendable
    /// The schema of the answer's body; nil when it is not JSON.
    static var answerSchema: Schema? { get }
    static func response(_ returned: Returned, status: Int) -> Response
}

extension APIValue {
    package static var inputSchema: Schema? { schema }

    package static func input(from request: Request) throws -> Self {
        try Self(reading: request.json())
    }

    package static var answerSchema: Schema? { schema }

    package static func response(_ returned: Self, status: Int) -> Response {
        .json(returned.json, status: status)
    }
}

/// No body: as an input nothing is read, as an answer the handler returns nothing.
package struct NoBody: APIInput, APIAnswer {
    package static var inputSchema: Schema? { nil }
    package static func input(from request: Request) -> NoBody { NoBody() }
    package static var answerSchema: Schema? { nil }

    package static func response(_ returned: Void, status: Int) -> Response {
        .empty(status)
    }
}

/// An answer that is not JSON, such as a PDF: the handler returns the ``Response`` itself.
package struct RawBody: APIAnswer {
    package static var answerSchema: Schema? { nil }
    package static func response(_ returned: Response, status: Int) -> Response { returned }
}

/// A route of the JSON API with everything that the reference says about it.
package struct Endpoint<Input: APIInput, Output: APIAnswer, each Parameter: PathParameter>:
    Sendable
{
    package let route: Route<repeat each Parameter>
    package let documentation: EndpointDocumentation

    /// An endpoint that reads a body.
    ///
    /// The tag is the group it is shown in. `problems` are refusals of its own; those that every
    /// endpoint has are added. An idempotent one honours `Idempotency-Key`. `contentType` is that
    /// of an answer that is not JSON.
    package init(
        _ route: Route<repeat each Parameter>,
        tag: String,
        _ summary: String,
        details: String = "",
        input: Input.Type,
        output: Output.Type,
        status: Int? = nil,
        problems: [Problem] = [],
        query: [any AnyQueryParameter] = [],
        isIdempotent: Bool = false,
        contentType: String? = nil
    ) {
        self.route = route
        documentation = EndpointDocumentation(
            tag: tag,
            summary: summary,
            details: details,
            input: Input.inputSchema,
            isInputRequired: Input.isInputRequired,
            output: Output.answerSchema,
            contentType: contentType,
            status: status ?? (Output.self == NoBody.self ? 204 : 200),
            problems: problems,
            query: query,
            parameters: route.describedParameters,
            isIdempotent: isIdempotent
        )
    }
}

extension Endpoint where Input == NoBody {
    /// An endpoint that reads no body.
    package init(
        _ route: Route<repeat each Parameter>,
        tag: String,
        _ summary: String,
        details: String = "",
        output: Output.Type,
        status: Int? = nil,
        problems: [Problem] = [],
        query: [any AnyQueryParameter] = [],
        isIdempotent: Bool = false,
        contentType: String? = nil
    ) {
        self.init(
            route,
            tag: tag,
            summary,
            details: details,
            input: NoBody.self,
            output: output,
            status: status,
            problems: problems,
            query: query,
            isIdempotent: isIdempotent,
            contentType: contentType
        )
    }
}

/// What the API reference says about an endpoint.
package struct EndpointDocumentation: Sendable {
    package let tag: String
    package let summary: String
    package let details: String
    package let input: Schema?
    package let isInputRequired: Bool
    package let output: Schema?
    package let contentType: String?
    package let status: Int
    package let problems: [Problem]
    package let query: [any AnyQueryParameter]
    package let parameters: [(name: String, schema: Schema)]
    package let isIdempotent: Bool
}
