import Wire

/// An endpoint as one operation of the API reference.
struct DocumentedEndpoint {
    let route: RouteDescription
    let documentation: EndpointDocumentation

    /// All schemas it shows, for the models they refer to.
    var schemas: [Schema] {
        [documentation.input, documentation.output].compactMap(\.self)
            + documentation.query.map(\.schema) + documentation.parameters.map(\.schema)
    }

    var operation: JSON {
        var json: JSON = [
            "operationId": .string(operationID), "tags": [.string(documentation.tag)],
            "summary": .string(documentation.summary),
        ]
        if !documentation.details.isEmpty {
            json = json.setting("description", .string(documentation.details))
        }
        if !parameters.isEmpty { json = json.setting("parameters", .array(parameters)) }
        if let input = documentation.input {
            json = json.setting(
                "requestBody",
                [
                    "required": .bool(documentation.isInputRequired),
                    "content": ["application/json": ["schema": input.json]],
                ]
            )
        }
        json = json.setting("responses", responses)
        return json.setting("security", .array(route.access.security.map(requirement)))
    }

    /// The method and the path as one word, such as `get_invoices_id_pdf`.
    private var operationID: String {
        let words = route.template.split { "/{}._-".contains($0) }
        return ([route.method.rawValue.lowercased()[...]] + words).joined(separator: "_")
    }

    private var parameters: [JSON] {
        let path = documentation.parameters.map { name, schema -> JSON in
            ["name": .string(name), "in": "path", "required": true, "schema": schema.json]
        }
        let query = documentation.query.map { parameter -> JSON in
            [
                "name": .string(parameter.name), "in": "query", "required": false,
                "description": .string(parameter.summary), "schema": parameter.schema.json,
            ]
        }
        return path + query + (documentation.isIdempotent ? [idempotencyKey] : [])
    }

    private var idempotencyKey: JSON {
        [
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The same key and body answer the same again, for 30 days.",
            "schema": ["type": "string", "minLength": 1, "maxLength": 255],
        ]
    }

    private func requirement(_ schemes: [SecurityScheme]) -> JSON {
        .object(schemes.map { JSON.Member($0.name, []) })
    }

    private var responses: JSON {
        var success: JSON = ["description": .string(successPhrase)]
        if let output = documentation.output {
            success = success.setting(
                "content",
                ["application/json": ["schema": output.json]]
            )
        } else if let type = documentation.contentType {
            success = success.setting("content", .object([JSON.Member(type, .object([]))]))
        }
        let problems = Dictionary(grouping: allProblems, by: \.status)
            .sorted { $0.key < $1.key }
            .map { JSON.Member(String($0.key), answer(of: $0.value)) }
        return .object([JSON.Member(String(documentation.status), success)] + problems)
    }

    private var successPhrase: String {
        switch documentation.status {
        case 201: "Created."
        case 202: "Accepted."
        case 204: "Done; no body."
        default: "Done."
        }
    }

    /// The refusals of its own and those that follow from what it reads and who may call it.
    private var allProblems: [Problem] {
        var problems = documentation.problems
        problems.append(.malformedQuery)
        if !route.access.security.isEmpty { problems += [.unauthorized, .forbidden] }
        if !documentation.parameters.isEmpty { problems.append(.notFound) }
        if documentation.input != nil {
            problems += [
                .badRequest("malformed_json", "The body is not JSON."),
                .unsupportedMediaType("application/json"),
            ]
        }
        if documentation.input != nil || !documentation.query.isEmpty {
            problems.append(.invalid([]))
        }
        if documentation.isIdempotent {
            problems += [
                .conflict("idempotency_key_in_use", "The first request is still at work."),
                .refused("idempotency_key_reused", "The key was used with another body."),
            ]
        }
        return problems + [Problem(status: 429, code: "rate_limited", detail: "Too many requests.")]
    }

    private func answer(of problems: [Problem]) -> JSON {
        var lines: [String] = []
        for problem in problems {
            let line = "`\(problem.code)`: \(problem.detail)"
            if !lines.contains(line) { lines.append(line) }
        }
        let json: JSON = [
            "description": .string(lines.joined(separator: "\n\n")),
            "content": [
                "application/problem+json": ["schema": ["$ref": "#/components/schemas/problem"]]
            ],
        ]
        guard problems.contains(where: { $0.status == 429 }) else { return json }
        let number: JSON = ["schema": ["type": "integer"]]
        let names = ["Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
        return json.setting("headers", .object(names.map { JSON.Member($0, number) }))
    }
}
